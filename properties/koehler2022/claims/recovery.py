"""Where training leads (§3): to the subspace of the data, if ε̃ is followed as log ε̃. If it is followed as ε̃, the flow
may end before (``left_over``), as (ε̃²)' = −2d where Ã = 0 and A = 0.
"""

from properties.koehler2022.claims.flow import largest_column, leading_projector, of_singular_vectors
from properties.koehler2022.proofs.flow import (
    prove_one_latent_keeps,
    prove_recovery,
    prove_recovery_for_ever,
    prove_too_few_latents,
)
from reference.arithmetic import leading_identity, log, sort_descending, squared_norm
from reference.koehler2022 import simplified_loss, simplified_loss_gradient, unused_dimensions
from verify import Index, Matrix, Orthogonal, Positive, PositiveVector, Spectrum, claim, equal, leq


def invariant(At, eps):
    """Return H = ‖Ã‖^{2d}/(‖Ã‖² + ε̃²), for one latent."""
    return squared_norm(At) ** len(At) / (squared_norm(At) + eps**2)


def speeds(At, eps):
    """Return u' and s' for u = ‖Ã‖² and s = ‖Ã‖² + ε̃², and the statement that B̃ stays 0 and Ã keeps its direction:
    along the flow of L₁ at A = 0, B̃ = 0, for one latent.
    """
    in_At, in_Bt, in_eps = simplified_loss_gradient(0 * At, At, 0 * At.mT, eps)
    u_speed = -2 * (At * in_At).sum()
    return u_speed, u_speed - 2 * eps * in_eps, equal(in_Bt, 0) & equal(At @ in_At.mT, in_At @ At.mT)


def conserved(At, eps):
    """Return H and the statement of the rates at A = 0, B̃ = 0 that make it ‖Ã_*‖^{2(d−1)}, where Ã_* is the limit.

    The flow stays among these points, H' = 0, and (ε̃²)' ≤ −2(d − 1). So ε̃ is 0 at some T ≤ ε̃(0)²/(2d − 2), where
    u = s and H = u^{d−1}. L₁ ≤ L₁(0) + (d − 1) log(ε̃(t)/ε̃(0)) → −∞, and Ã converges, as it shrinks along its direction.
    """
    d, u, s = len(At), squared_norm(At), squared_norm(At) + eps**2
    u_speed, s_speed, stays = speeds(At, eps)
    constant = equal(d * u ** (d - 1) * u_speed / s - u**d * s_speed / s**2, 0)
    return invariant(At, eps), stays & constant & leq(2 * (d - 1), u_speed - s_speed)


def prove_solved() -> None:
    """H = ‖Ã‖^{2d}/(‖Ã‖² + ε̃²) is differentiated along −∇L₁ at A = 0, B̃ = 0, r = 1, for d = 2, 3; so are u = ‖Ã‖² and
    s = ‖Ã‖² + ε̃². For every d, as sums over equal rows, u' = −2u/s and s' = −2d, so that (log H)' = −2d/s + 2d/s = 0.
    """
    prove_one_latent_keeps(invariant)


@claim(
    "koehler2022/section-3.recovery.solved",
    r"A=0\in\mathbb R^{d\times k},\ r=1,\ \tilde B(0)=0,\ \Theta'=-\nabla L_1(\Theta)\;\Rightarrow\;\tilde B=0,\ "
    r"\|\tilde A(t)\|^2+\tilde\varepsilon(t)^2=\|\tilde A(0)\|^2+\tilde\varepsilon(0)^2-2dt,\ "
    r"\frac{\|\tilde A(t)\|^{2d}}{\|\tilde A(t)\|^2+\tilde\varepsilon(t)^2}"
    r"\text{ is constant, until }\tilde\varepsilon=0",
    label="§3 (recovery, a flow that is solved)",
    kind="flow",
    expected="proved",
    proof=prove_solved,
)
def test_one_latent_without_data_is_solved(At: Matrix["d r", {"r": (1, 1)}], eps: Positive):
    """As rates: s' = −2d and u' = −2u/s for u = ‖Ã‖², s = ‖Ã‖² + ε̃². The constant is the derivation's."""
    u_speed, s_speed, _ = speeds(At, eps)
    equal(s_speed, -2 * len(At))
    equal(u_speed * (squared_norm(At) + eps**2), -2 * squared_norm(At))


@claim(
    "koehler2022/section-3.recovery.for-ever",
    r"\Theta'=-\nabla L_1(\Theta)\text{ on }[0,\infty),\ \Theta(t)\to(\tilde A_*,\tilde B_*,\tilde\varepsilon_*)"
    r"\text{ and }L_1(\Theta(t))\to-\infty\text{ as }t\to\infty"
    r"\;\Rightarrow\;\operatorname{span}\tilde A_*=\operatorname{span}A",
    label="§3 (recovery, for ever)",
    kind="flow",
    expected="proved",
    proof=prove_recovery_for_ever,
    rests_on=("koehler2022/theorem-5.row-span.sharpened", "koehler2022/lemma-1.reconstruction"),
)
def test_flow_that_goes_on_for_ever_recovers_the_span(
    F: Orthogonal["d", {"d": (1, 3)}],
    s: PositiveVector["min(d,k)"],
    G: Orthogonal["k", {"k": (1, 3)}],
    q: Index["min(d,k)+1"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
):
    """The other reading of section-3.recovery. What converges is bounded by some K: ‖P_{W⊥}Ã‖² ≤ e^{−2t/K}‖P_{W⊥}Ã(0)‖²
    vanishes (as a rate), and so does ‖A − ÃB̃A‖² ≤ 2ε̃²(L₁ − d log ε̃ − r/2), so that A = Ã_*B̃_*A.
    """
    A = of_singular_vectors(F, s, G, q)
    projected, error = At - leading_projector(F, q) @ At, squared_norm(A - At @ Bt @ A)
    in_At = simplified_loss_gradient(A, At, Bt, eps)[0]
    leq(-(projected * in_At).sum() * largest_column(At, eps), -squared_norm(projected))
    leq(error, 2 * eps**2 * (simplified_loss(A, At, Bt, eps) - len(A) * log(eps) - At.shape[-1] / 2))


@claim(
    "koehler2022/section-3.recovery.corrected",
    r"(\tilde A,\tilde B,\log\tilde\varepsilon)'=-\nabla L_1,\ W=\operatorname{colspan}(A),\ "
    r"\max_j\|\tilde A(t)_j\|^2\le K,\ "
    r"d-\sum_j\frac{\|\tilde A(t)_j\|^2}{\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2}\le\delta\quad\forall t\in[0,T],\ "
    r"K,\delta>0\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le"
    r"\left(\frac{1+K/\tilde\varepsilon(0)^2}{1+K/\tilde\varepsilon(t)^2}\right)^{1/(\delta K)}"
    r"\|P_{W^\perp}\tilde A(0)\|_F^2\quad\forall t\in[0,T]",
    label="§3 (recovery)",
    kind="flow",
    expected="proved",
    corrects="koehler2022/section-3.recovery",
    proof=prove_recovery,
    rests_on="koehler2022/theorem-5.row-span.sharpened",
)
def test_flow_in_log_eps_recovers_the_span(
    F: Orthogonal["d", {"d": (1, 3)}],
    s: PositiveVector["min(d,k)"],
    G: Orthogonal["k", {"k": (1, 3)}],
    q: Index["min(d,k)+1"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
    scale: Positive,
):
    """As rates: q' ≤ −2q/(K + ε̃²) for q = ‖P_{W⊥}Ã‖², and (log ε̃)' ≥ −δ, with the least K and δ at an arbitrary point.
    Where the loss falls to −∞, ε̃ → 0 (Lemma 1), and what is off W vanishes with it, if Ã stays bounded, as where it
    converges. A = Ã_*B̃_*A has the rest: Theorem 3.

    δ = d is always possible, and in the end it is the d − m that the m surviving columns leave. The bound is at best
    exp(−(1/ε̃(t)² − 1/ε̃(0)²)/δ), as K → 0. Both rates are attained (stated) at A = 0, B̃ = 0 and columns of equal norm.
    """
    A = of_singular_vectors(F, s, G, q)
    projected = At - leading_projector(F, q) @ At
    in_At, _, in_eps = simplified_loss_gradient(A, At, Bt, eps)
    leq(-unused_dimensions(At, eps), -eps * in_eps)
    leq(-(projected * in_At).sum() * largest_column(At, eps), -squared_norm(projected))
    even = scale * F
    in_At, _, in_eps = simplified_loss_gradient(0 * F, even, 0 * F, eps)
    equal(-unused_dimensions(even, eps), -eps * in_eps)
    equal(-(even * in_At).sum() * largest_column(even, eps), -squared_norm(even))


@claim(
    "koehler2022/section-3.recovery.too-few-latents",
    r"\Theta'=-\nabla L_1(\Theta)\text{ in }\tilde\varepsilon\text{ or }\log\tilde\varepsilon,\ "
    r"r<\operatorname{rank}A\;\Rightarrow\;\tilde\varepsilon(t)^2\ge"
    r"\min\Bigl(\tilde\varepsilon(0)^2,\tfrac1d\sum_{k>r}\sigma_k^2(A)\Bigr)",
    label="§3 (recovery, r < rank A)",
    kind="flow",
    expected="proved",
    proof=prove_too_few_latents,
    implies="koehler2022/section-3.recovery.too-few-latents.trajectories",
)
def test_with_too_few_latents_the_loss_does_not_diverge(
    F: Orthogonal["r+e", {"r": (1, 2), "e": (1, 2)}],
    s: Spectrum["r+e"],
    G: Orthogonal["r+e+m", {"m": (0, 1)}],
    At: Matrix["r+e r"],
    Bt: Matrix["r r+e"],
    eps: Positive,
):
    """The premise of recovery fails: with fewer latents than rank A, the error ‖A − ÃB̃A‖² is at least
    m = Σ_{k>r} σ_k(A)² (Eckart and Young), so that L₁ is bounded below. As a rate, (ε̃²)' ≥ 2(m/ε̃² − d), which is ≥ 0
    where ε̃² ≤ m/d, along the flow in ε̃; in log ε̃ it is ε̃² times that. The error is the least where Ã and B̃ are the
    leading singular vectors.
    """
    d, r = At.shape
    A, missed = of_singular_vectors(F, s, G, d), (s[r:] ** 2).sum(-1)
    for decoder, encoder in ((At, Bt), (first := F @ leading_identity(d, r, r, F), first.mT)):
        leq(missed, squared_norm(A - decoder @ encoder @ A))
        leq(2 * (missed / eps**2 - d), -2 * eps * simplified_loss_gradient(A, decoder, encoder, eps)[2])


@claim(
    "koehler2022/section-3.recovery.no-spare-latent",
    r"r=\operatorname{rank}A,\ W=\operatorname{colspan}(A)\;\Rightarrow\;"
    r"\sigma_r(A)\|P_{W^\perp}\tilde A\|_F\le\|A-\tilde A\tilde BA\|_F\|\tilde A\|_F,\ "
    r"\|A-\tilde A\tilde BA\|_F^2\le2\tilde\varepsilon^2(L_1(\Theta)-d\log\tilde\varepsilon-\tfrac r2)",
    label="§3 (recovery, r = rank A)",
    kind="inequality",
    rests_on="koehler2022/lemma-1.reconstruction",
)
def test_what_is_off_the_data_is_paid_for_without_a_spare_latent(
    F: Orthogonal["r+e", {"r": (1, 2), "e": (0, 2)}],
    s: PositiveVector["min(r+e,r+m)"],
    G: Orthogonal["r+m", {"m": (0, 1)}],
    At: Matrix["r+e r"],
    Bt: Matrix["r r+e"],
    t: Positive,
    eps: Positive,
):
    """What is left of the printed claim for the flow in ε̃ itself: as L₁ falls along it, and ε̃ → 0 where L₁ → −∞, the
    right sides vanish, and with them P_{W⊥}Ã, if Ã stays bounded, as it does if it converges.

    For S = span Ã: ‖A − ÃB̃A‖ ≥ ‖P_{S⊥}A‖ ≥ σ_r(A)‖P_{S⊥}P_W‖. If dim S = r = dim W, this is σ_r(A)‖P_{W⊥}P_S‖ ≥
    σ_r(A)‖P_{W⊥}Ã‖_F/‖Ã‖_F; and otherwise ‖P_{S⊥}P_W‖ = 1. The second Ã, B̃ nearly reconstruct the data, where the first
    bound is nearly attained.
    """
    d, r = At.shape
    W = F @ leading_identity(d, r, r, F)
    A, smallest = of_singular_vectors(F, s, G, r), sort_descending(s[:r])[-1]
    for decoder, encoder in ((At, Bt), (W + t / (1 + t) * At, W.mT)):
        error = squared_norm(A - decoder @ encoder @ A)
        leq(smallest**2 * squared_norm(decoder - W @ W.mT @ decoder), error * squared_norm(decoder))
        leq(error, 2 * eps**2 * (simplified_loss(A, decoder, encoder, eps) - d * log(eps) - r / 2))
