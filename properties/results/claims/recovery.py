"""How fast an unencoded latent vanishes where ε̃ is followed as log ε̃: 1/ε̃² is an exponential integral of ‖Ã_j‖²."""

from properties.koehler2022.claims.flow import leading_projector, of_singular_vectors
from properties.results.proofs.spare_latent import (
    prove_conserved,
    prove_rate_of_spare_latents,
    prove_spare_latent,
)
from reference.arithmetic import concatenate, exp, squared_norm
from reference.koehler2022 import residual_drift, residual_pull, simplified_loss_gradient, unused_dimensions
from verify import Index, Matrix, Orthogonal, Positive, PositiveVector, Vector, claim, equal, implies, leq, less


@claim(
    "results/recovery",
    r"(\tilde A,\tilde B,\log\tilde\varepsilon)'=-\nabla L_1,\ A=0\in\mathbb R^{d\times k},\ r=1,\ \tilde B(0)=0,\ "
    r"u=\|\tilde A\|^2>0\;\Rightarrow\;\tilde B=0,\text{ and }"
    r"\frac{e^{(d-1)u}}{\tilde\varepsilon^2}+d\operatorname{Ei}((d-1)u)\ (d\ge2),\ "
    r"\frac1{\tilde\varepsilon^2}+\log u\ (d=1)\text{ is constant}",
    label="Recovery, a flow that is solved",
    kind="flow",
    expected="proved",
    proof=prove_conserved,
    sharpens="koehler2022/section-3.recovery.corrected",
)
def test_the_flow_in_log_eps_of_one_latent_without_data_is_solved(At: Matrix["d r", {"r": (1, 1)}], eps: Positive):
    """As a rate, times ue^{−(d−1)u}: u(1/ε̃²)' + (d − 1)uu'/ε̃² + du' = 0, as d Ei(x)/dx = e^x/x. The constant is the
    derivation's.
    """
    in_At, in_Bt, in_eps = simplified_loss_gradient(0 * At, At, 0 * At.mT, eps)
    d, u, u_speed, inverse_speed = len(At), squared_norm(At), -2 * (At * in_At).sum(), 2 * in_eps / eps
    equal(in_Bt, 0)
    equal(u * inverse_speed + (d - 1) * u * u_speed / eps**2 + d * u_speed, 0)


def beside_a_spare_latent(A, At, Bt, free, t):
    """Return A, Ã, B̃ with one coordinate, e, and one latent more: Ã_j = te, and B̃_j is ``free`` off the data."""
    zero_row, zero_column = 0 * At[:1], 0 * At[:, :1]
    At = concatenate([concatenate([At, zero_column], axis=1), concatenate([zero_row, t[None, None]], axis=1)], axis=0)
    Bt = concatenate([concatenate([Bt, 0 * Bt[:, :1]], axis=1), free[None]], axis=0)
    return concatenate([A, 0 * A[:1]], axis=0), At, Bt


@claim(
    "results/spare-latent",
    r"(\tilde A,\tilde B,\log\tilde\varepsilon)'=-\nabla L_1,\ "
    r"(\tilde BA)_j=0,\ \tilde A_j^TA=0,\ \tilde A_j\cdot\tilde A_i=0\ \forall i\ne j,\ \tilde A_j\ne0\text{ at }t=0,\ "
    r"u=\|\tilde A_j\|^2,\ 0<\rho_-\le d-\sum_{i\ne j}\frac{\|\tilde A_i\|^2}{\|\tilde A_i\|^2+\tilde\varepsilon^2}"
    r"-\frac{\|A-\tilde A\tilde BA\|_F^2}{\tilde\varepsilon^2}\le\rho_+\text{ on }[0,T]\;\Rightarrow\;"
    r"\frac{e^{(\rho_--1)u}}{\tilde\varepsilon^2}+\rho_-(\log u+(\rho_--1)u)\text{ does not fall, and }"
    r"e^{(\rho_+-1)u}\Bigl(\frac1{\tilde\varepsilon^2}+\rho_+\Bigr)+\rho_+\log u\text{ does not rise on }[0,T]",
    label="Recovery, a spare latent",
    kind="flow",
    expected="proved",
    proof=prove_spare_latent,
    sharpens="koehler2022/section-3.recovery.corrected",
    rests_on="koehler2022/lemma-6.flow",
)
def test_a_spare_latent_vanishes_at_an_exponential_rate(
    F: Orthogonal["d", {"d": (1, 2)}],
    s: PositiveVector["min(d,k)"],
    G: Orthogonal["k", {"k": (1, 2)}],
    q: Index["min(d,k)+1"],
    At: Matrix["d r", {"r": (1, 2)}],
    Bt: Matrix["r d"],
    y: Vector["d"],
    beta: Positive,
    t: Positive,
    eps: Positive,
    below: Positive,
    above: Positive,
):
    """Where ρ → d − m, as m columns survive, −ε̃² log u → 1/(d − m): both bounds are read at u → 0.

    As rates, at an arbitrary point with Ã_j = te_d; by a rotation (Lemma 6) that is any direction. The point stays of
    this kind (stated), and the two derivatives, over e^{(ρ_± − 1)u}, have their signs.
    """
    A = of_singular_vectors(F, s, G, q)
    free = concatenate([y - leading_projector(F, q) @ y, beta[None]])
    A, At, Bt = beside_a_spare_latent(A, At, Bt, free, t)
    in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, eps)
    equal(in_At[:-1, -1], 0)
    equal(in_At[-1, :-1], 0)
    equal(in_Bt[-1], 0)
    u, error = t**2, squared_norm(A - At @ Bt @ A)
    rho = unused_dimensions(At, eps) + u / (u + eps**2) - error / eps**2
    low, high = rho * below / (1 + below), rho + above
    u_speed, inverse_speed = -2 * t * in_At[-1, -1], 2 * in_eps / eps
    down, up = (inverse_speed + (x - 1) * u_speed / eps**2 for x in (low, high))
    first = down + low * exp((1 - low) * u) * u_speed * (1 / u + low - 1)
    second = up + high * (high - 1) * u_speed + high * exp((1 - high) * u) * u_speed / u
    implies(less(0, low), leq(0, first))
    implies(less(0, high), leq(second, 0))


@claim(
    "results/spare-latent.rate",
    r"(\tilde A,\tilde B,\log\tilde\varepsilon)'=-\nabla L_1,\ \Theta(t)\to(\tilde A_*,\tilde B_*,0),\ "
    r"L_1(\Theta(t))\to-\infty\text{ as }t\to\infty,\ (\tilde A_*)_j\ne0\iff j\in S,\ m=\#S,\ "
    r"(\tilde BA)_j=0,\ \tilde A_j^TA=0,\ \tilde A_j\cdot\tilde A_i=0\ \forall i\ne j,\ \tilde A_j\ne0"
    r"\text{ at }t=0\ \forall j\notin S"
    r"\;\Rightarrow\;\frac{\|A-\tilde A\tilde BA\|_F^2}{\tilde\varepsilon^2}\to0,\ "
    r"-\tilde\varepsilon^2\log\|\tilde A_j\|^2\to\frac1{d-m}\quad\forall j\notin S",
    label="Recovery, the rate of spare latents",
    kind="flow",
    expected="proved",
    proof=prove_rate_of_spare_latents,
    rests_on=("results/spare-latent", "results/end-of-eps", "koehler2022/lemma-1.reconstruction"),
)
def test_spare_latents_vanish_at_the_rate_of_the_dimensions_that_are_left(
    A: Matrix["d k", {"d": (1, 2), "k": (1, 2)}],
    At: Matrix["d r", {"r": (1, 2)}],
    Bt: Matrix["r d"],
    beta: Positive,
    t: Positive,
    eps: Positive,
):
    """As the rates from which the limits are drawn, at an arbitrary point with one spare latent; the limits are by the
    words of the proof alone, and flows that are integrated agree. The residual is pulled to 0 at a rate of 1/ε̃², (log
    ε̃)' ≥ −d, and (log u)' = −2/(u + ε̃²).
    """
    A, At, Bt = beside_a_spare_latent(A, At, Bt, concatenate([0 * Bt[0], beta[None]]), t)
    in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, eps)
    R, R_speed, driven = A - At @ Bt @ A, (in_At @ Bt + At @ in_Bt) @ A, residual_drift(A, At, Bt, eps)
    equal((R * R_speed).sum(), (R * driven).sum() - residual_pull(A, At, Bt) / eps**2)
    leq(-len(A), -eps * in_eps)
    equal(t * in_At[-1, -1] * (t**2 + eps**2), t**2)
