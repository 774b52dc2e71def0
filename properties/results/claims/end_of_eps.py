"""How the flow in ε̃ ends: ε̃² falls by what columns and residual leave of d; and, for one latent on a line, how much."""

from properties.results.proofs.end_of_eps import prove_end_of_eps, prove_finite_end, prove_one_latent
from reference.arithmetic import column_squared_norms, identity, squared_norm
from reference.koehler2022 import residual_drift, residual_pull, simplified_loss_gradient, unused_dimensions
from verify import Dimension, Matrix, Positive, Scalar, claim, equal, leq


@claim(
    "results/end-of-eps",
    r"\Theta'=-\nabla L_1(\Theta),\ R=A-\tilde A\tilde BA,\ \tilde\varepsilon\to0\text{ as }t\to T,\ "
    r"\delta=d-\sum_j\frac{\|\tilde A_j\|^2}{\|\tilde A_j\|^2+\tilde\varepsilon^2},\ "
    r"y=\frac{\|R\|_F^2}{\tilde\varepsilon^2},\ 0<\rho_-\le\delta-y\le\rho_+\text{ on }[t_0,T)\;\Rightarrow\;"
    r"2\rho_-(T-t)\le\tilde\varepsilon(t)^2\le2\rho_+(T-t)\quad\forall t\in[t_0,T),\text{ and }"
    r"\tfrac12\tilde\varepsilon^2y'=y(\delta-y)"
    r"-\frac{\|RA^T\tilde B^T\|_F^2+\|\tilde A^TRA^T\|_F^2}{\tilde\varepsilon^2}"
    r"+\Bigl\langle R,\sum_j\frac{\tilde A_j(\tilde BA)_j}{\|\tilde A_j\|^2+\tilde\varepsilon^2}"
    r"+\tilde A\tilde BAA^TA\Bigr\rangle",
    label="The end of ε̃",
    kind="flow",
    expected="proved",
    proof=prove_end_of_eps,
)
def test_eps_falls_by_what_of_d_is_left(A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], eps: Positive):
    """As rates at an arbitrary point: (ε̃²)' = −2(δ − y), and y'. So T − t₀ ≤ ε̃(t₀)²/(2ρ₋)."""
    in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, eps)
    R, delta, variance, variance_speed = A - At @ Bt @ A, unused_dimensions(At, eps), eps**2, -2 * eps * in_eps
    y = squared_norm(R) / variance
    equal(variance_speed, -2 * (delta - y))
    R_speed = (in_At @ Bt + At @ in_Bt) @ A
    y_speed = 2 * (R * R_speed).sum() / variance - y * variance_speed / variance
    driven = (R * residual_drift(A, At, Bt, eps)).sum()
    equal(variance * y_speed / 2, y * (delta - y) - residual_pull(A, At, Bt) / variance + driven)


@claim(
    "results/finite-end",
    r"\Theta'=-\nabla L_1(\Theta)\text{ on }[0,T),\ T\le\infty,\ \Theta(t)\to(\tilde A_*,\tilde B_*,0),\ "
    r"L_1(\Theta(t))\to-\infty\text{ as }t\to T,\ (\tilde B_*A)_j=0\text{ wherever }(\tilde A_*)_j=0"
    r"\;\Rightarrow\;T<\infty",
    label="The end of ε̃ at a finite time",
    kind="flow",
    expected="proved",
    proof=prove_finite_end,
    sharpens="koehler2022/section-3.recovery.left-over",
    rests_on=(
        "results/end-of-eps",
        "results/balance",
        "koehler2022/lemma-1.reconstruction",
        "koehler2022/theorem-3.necessary-3",
    ),
)
def test_eps_ends_at_a_finite_time(A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], eps: Positive):
    """As rates at an arbitrary point, in the notation of results/end-of-eps, with p for the two squares there and G for
    the sum: (ε̃² + (2/c)‖R‖²)' = −2δ − 2y + (4/c)⟨R, G⟩ for c = p/‖R‖² (stated times p), and
    (‖Ã_j‖² − ‖B̃_j‖²)' = 2‖(B̃A)_j‖² − 2‖Ã_j‖²/(‖Ã_j‖² + ε̃²). The proof has what follows.
    """
    in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, eps)
    code, lengths, delta = Bt @ A, column_squared_norms(At), unused_dimensions(At, eps)
    R, pull = A - At @ code, residual_pull(A, At, Bt)
    square, y = squared_norm(R), squared_norm(R) / eps**2
    square_speed = 2 * (R * ((in_At @ Bt + At @ in_Bt) @ A)).sum()
    driven = (R * residual_drift(A, At, Bt, eps)).sum()
    equal(-2 * eps * in_eps * pull + 2 * square * square_speed, -2 * pull * (delta + y) + 4 * square * driven)
    balance = 2 * (Bt * in_Bt).sum(-1) - 2 * (At * in_At).sum(-2)
    equal(balance, 2 * (code**2).sum(-1) - 2 * lengths / (lengths + eps**2))


@claim(
    "results/one-latent",
    r"A=\alpha e_1\in\mathbb R^d,\ d\ge2,\ \alpha>0,\ r=1,\ \tilde A=ae_1,\ \tilde B=be_1^T,\ "
    r"ab\le1\text{ at }t=0,\ \Theta'=-\nabla L_1(\Theta),\ L_1\to-\infty\text{ as }t\to T\le\infty\;\Rightarrow\;"
    r"T<\infty,\ a\to a_*\ne0,\ "
    r"\frac{\tilde\varepsilon(t)^2}{T-t}\to2\min\bigl(d-1,\ \alpha^2(a_*^2+a_*^{-2})\bigr)",
    label="The end of ε̃ for one latent",
    kind="flow",
    expected="proved",
    proof=prove_one_latent,
    rests_on=("koehler2022/lemma-1.epsilon", "koehler2022/lemma-1.reconstruction"),
)
def test_one_latent_ends_by_its_dimensions_or_by_its_pull(
    d: Dimension["d", {"d": (2, 4)}], alpha: Positive, a: Scalar, b: Scalar, eps: Positive
):
    """As rates at an arbitrary point, with e = α(1 − ab), v = ε̃², y = e²/v, δ = d − a²/(a² + v), λ = α²(a² + b²) and g
    = αab(1/(a² + v) + α²): v' = −2(δ − y), ½vy' = y(δ − y − λ) + eg, where λ ≥ 2α²ab and d − 1 ≤ δ ≤ d, and e' = g
    where e = 0. The limits are drawn from these by the words of the proof alone, and flows that are integrated agree.
    If 2α² ≥ d − 1 the rate is 2(d − 1) always.
    """
    first = identity(d, 1, alpha)
    A, At, Bt, variance = alpha * first, a * first, b * first.mT, eps**2
    in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, eps)
    equal(in_At[1:], 0)
    equal(in_Bt[0, 1:], 0)
    e, delta, pull = alpha * (1 - a * b), unused_dimensions(At, eps), alpha**2 * (a**2 + b**2)
    drift = alpha * a * b * (1 / (a**2 + variance) + alpha**2)
    speed, y, variance_speed = alpha * (in_At[0, 0] * b + a * in_Bt[0, 0]), e**2 / variance, -2 * eps * in_eps
    equal(speed, drift - pull * e / variance)
    equal(variance_speed, -2 * (delta - y))
    equal(e * speed - y * variance_speed / 2, y * (delta - y - pull) + e * drift)
    leq(2 * alpha**2 * a * b, pull)
    leq(d - 1, delta)
    leq(delta, d)
