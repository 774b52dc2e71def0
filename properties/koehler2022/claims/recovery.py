"""Where training leads (§3): to the subspace of the data, if ε̃ is followed as log ε̃; not, if it is followed as ε̃.

"If gradient descent converges to a point while driving the loss to −∞, then it successfully recovers the ground truth
subspace span A." Theorem 1 gives span A ⊆ span Ã, as A = ÃB̃A in the limit. Theorem 2 gives the converse after an
infinite time, and the flow in ε̃ has a finite one: (ε̃²)' = −2d where Ã = 0 and A = 0.
"""

from fractions import Fraction

from properties.koehler2022.claims.flow import largest_column, leading_projector, of_singular_vectors
from properties.koehler2022.proofs.flow import prove_one_latent_keeps, prove_recovery
from reference.arithmetic import concatenate, identity, leading_identity, log, sort_descending, squared_norm
from reference.koehler2022 import simplified_loss, simplified_loss_gradient
from verify import Index, Matrix, Orthogonal, Positive, PositiveVector, claim, equal, implies, leq, less


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
    "koehler2022/section-3.recovery",
    r"\Theta'=-\nabla L_1(\Theta),\ \Theta(t)\to(\tilde A_*,\tilde B_*,\tilde\varepsilon_*)\text{ and }"
    r"L_1(\Theta(t))\to-\infty\text{ as }t\to T\le\infty"
    r"\;\Rightarrow\;\operatorname{span}\tilde A_*=\operatorname{span}A",
    label="§3 (recovery)",
    kind="flow",
    expected="refuted",
)
def test_flow_that_drives_the_loss_down_recovers_the_span(At: Matrix["e+1 r", {"r": (1, 1)}], eps: Positive):
    """False of the flow in ε̃, which can end at a finite T, where ε̃(T) = 0 and beyond which it is not defined, with
    columns of Ã(T) off the data; nothing is said of descent here.

    At A = 0, B̃ = 0, one latent and d ≥ 2 it is solved (section-3.recovery.solved), and the premise is that it is, by
    rates at an arbitrary point of this kind. The conclusion, span Ã_* = span A = {0}, is Ã_* = 0. A ≠ 0:
    section-3.recovery.left-over.
    """
    H, solved = conserved(At, eps)
    implies(solved, leq(H, 0))


def with_a_spare_latent(error, b, c, eps):
    """Return (A, Ã, B̃) = (2e₁, [ae₁ ce₂], [be₁ 0]ᵀ) for d = 3, r = 2, with a such that A − ÃB̃A = error · e₁."""
    e = identity(3, 3, eps)
    zero = 0 * e[:, :1]
    A, a = 2 * e[:, :1], (1 - error / 2) / b
    return A, concatenate([a * A / 2, c * e[:, 1, None]], axis=1), concatenate([b * A / 2, zero], axis=1).mT


def error_speed(A, At, Bt, gradient):
    """Return the derivative of the first entry of A − ÃB̃A along the flow."""
    return ((gradient[0] @ Bt + At @ gradient[1]) @ A)[0, 0]


@claim(
    "koehler2022/section-3.recovery.left-over",
    r"A=2e_1\in\mathbb R^3,\ \tilde A=[ae_1\ ce_2],\ \tilde B=[be_1\ 0]^T,\ ab>0,\ "
    r"\|A-\tilde A\tilde BA\|_F\le\tfrac{\tilde\varepsilon}2\le\tfrac1{32}\text{ at }t=0,\ \Theta'=-\nabla L_1(\Theta)"
    r"\;\Rightarrow\;\tilde\varepsilon(T)=0\text{ at a }T\le\tfrac1{384},\ "
    r"\|P_{W^\perp}\tilde A(T)\|_F^2\ge c^2-\tfrac1{192}",
    label="§3 (recovery, what is left)",
    kind="flow",
)
def test_a_spare_latent_is_left_over_where_eps_vanishes(b: Positive, c: Positive, s: Positive, t: Positive):
    """The flow in ε̃ does not recover the span of A ≠ 0 either: L₁ → −∞, and Ã has rank 2 in the limit if c² > 1/192.

    Rates at any of these points, which the flow does not leave: Ã and B̃ keep their zeros; where ‖A − ÃB̃A‖ = ε̃/2, of
    both signs, its ratio to ε̃ shrinks; where it is less, (ε̃²)' ≤ −3/2, so that ε̃ = 0 by T = ε̃(0)²/(3/2); and
    (c²)' ≥ −2. As a' and b' are at most of the order of 1/ε̃, which is integrable, Ã and B̃ converge.
    """
    eps = s / (1 + s) / 16
    for ratio in (Fraction(1, 2), -Fraction(1, 2), (t - 1) / (t + 1) / 2):
        error = ratio * eps
        A, At, Bt = with_a_spare_latent(error, b, c, eps)
        gradient = simplified_loss_gradient(A, At, Bt, eps)
        equal(gradient[0][1:, 0], 0)
        equal(gradient[0][0, 1], 0)
        equal(gradient[0][2, 1], 0)
        equal(gradient[1][0, 1:], 0)
        equal(gradient[1][1], 0)
        leq(-2 * eps * gradient[2], -Fraction(3, 2))
        leq(-2, -2 * c * gradient[0][1, 1])
        if isinstance(ratio, Fraction):
            less(2 * error * (error_speed(A, At, Bt, gradient) + ratio * gradient[2]), 0)


@claim(
    "koehler2022/section-3.recovery.corrected",
    r"(\tilde A,\tilde B,\log\tilde\varepsilon)'=-\nabla L_1,\ "
    r"\max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K,\ W=\operatorname{colspan}(A)\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le(\tilde\varepsilon(t)/\tilde\varepsilon(0))^{2/(dK)}"
    r"\|P_{W^\perp}\tilde A(0)\|_F^2\quad\forall t\in[0,T]",
    label="§3 (recovery)",
    kind="flow",
    expected="proved",
    corrects="koehler2022/section-3.recovery",
    proof=prove_recovery,
)
def test_flow_in_log_eps_recovers_the_span(
    F: Orthogonal["d", {"d": (1, 3)}],
    s: PositiveVector["min(d,k)"],
    G: Orthogonal["k", {"k": (1, 3)}],
    q: Index["min(d,k)+1"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
):
    """As a rate: q' ≤ (2/dK) q (log ε̃)' for q = ‖P_{W⊥}Ã‖². Where the loss falls to −∞, ε̃ → 0 (Lemma 1), and what is
    off W vanishes with it, if Ã and ε̃ stay bounded, as they do if they converge. A = Ã_*B̃_*A has the rest: Theorem 3.
    """
    A = of_singular_vectors(F, s, G, q)
    in_At, _, in_eps = simplified_loss_gradient(A, At, Bt, eps)
    projected = At - leading_projector(F, q) @ At
    speed, log_eps_speed = -2 * (projected * in_At).sum(), -eps * in_eps
    leq(-len(A), log_eps_speed)
    leq(speed * len(A) * largest_column(At, eps), 2 * squared_norm(projected) * log_eps_speed)


@claim(
    "koehler2022/section-3.recovery.no-spare-latent",
    r"r=\operatorname{rank}A,\ W=\operatorname{colspan}(A)\;\Rightarrow\;"
    r"\sigma_r(A)\|P_{W^\perp}\tilde A\|_F\le\|A-\tilde A\tilde BA\|_F\|\tilde A\|_F,\ "
    r"\|A-\tilde A\tilde BA\|_F^2\le2\tilde\varepsilon^2(L_1(\Theta)-d\log\tilde\varepsilon-\tfrac r2)",
    label="§3 (recovery, r = rank A)",
    kind="inequality",
)
def test_what_is_off_the_data_is_paid_for_without_a_spare_latent(
    F: Orthogonal["r+e", {"r": (1, 2), "e": (1, 2)}],
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
