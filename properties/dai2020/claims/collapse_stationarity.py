"""The derivatives of the energy (6) at the collapsed solution (7), on the data of App. B: App. B.2."""

from properties.dai2020.claims.soft_threshold import collapsed, two_points
from properties.dai2020.proofs.soft_threshold import (
    prove_fourth_moment_bounds,
    prove_gradient_points_back,
    prove_hessian_b,
    prove_hessian_encoder,
    prove_hessian_gamma,
)
from reference.arithmetic import absolute, identity, log
from reference.dai2020 import decoded_moments, energy, excess, row_slopes
from reference.shapes import Array
from verify import Matrix, NonNegative, Positive, PositiveVector, Vector, claim, equal, leq, less


@claim(
    "dai2020/appendix-b2.hessian-w",
    r"\frac{\partial^2\mathcal L}{\partial W_j\partial W_k}=\frac{\partial^2\mathcal L}{\partial W_j\partial b_x}"
    r"=\frac{\partial^2\mathcal L}{\partial W_j\partial\mu_z^{(i)}}"
    r"=\frac{\partial^2\mathcal L}{\partial W_j\partial\sigma_z^{(i)}}"
    r"=\frac{\partial^2\mathcal L}{\partial W_j\partial\gamma}=0\text{ at (7)}",
    label="App. B.2",
    kind="limit",
    expected="proved",
    proof=prove_fourth_moment_bounds,
)
def test_second_derivatives_in_the_decoder_vanish(
    alpha: Positive,
    W: Matrix["2 1"],
    b: Vector["2"],
    gamma: Positive,
    mu: Matrix["1 2"],
    sigma: PositiveVector["2"],
    t: Positive,
):
    """The finite form, at all parameters θ: |∂𝓛/∂W_j| ≤ 2C_j(θ)|W_j|³, and so |𝓛(W, θ) − 𝓛(0, θ)| ≤ ½Σ_j C_j(θ)W_j⁴,
    with an explicit C that is bounded near (7). So ∂𝓛/∂W is 0 at W = 0 for every θ, and of third order in W around it:
    its derivatives in W and θ vanish there. Judged is W_j ∂𝓛/∂W_j, whose sum over j is the slope of 𝓛 along tW
    (stated).

    It is Markov's inequality, with |π_α(u)| ≤ |u|1{|u| > α} ≤ u⁴/α³ and |uπ_α(u)| ≤ u⁴/α², and
    E z⁴ = μ⁴ + 6μ²σ² + 3σ⁴.
    """
    X, variance = two_points(alpha), sigma[None] ** 2
    rest = (b, gamma, mu, variance, alpha)
    fourth = mu**4 + 6 * mu**2 * variance + 3 * variance**2
    bound = (W**4 @ fourth) * (absolute(X - b[:, None]) / alpha**3 + 1 / alpha**2) / gamma
    value = energy(X, W, *rest)
    leq(absolute(value - energy(X, 0 * W, *rest)), bound.sum() / 2)
    slopes = row_slopes(X, W, *rest)
    leq(absolute(slopes), 2 * bound.sum(-1))
    change = energy(X, t * W, *rest) - value - (t - 1) * slopes.sum()
    leq(absolute(change), stretch_error(X, W, *rest, t) / gamma)


def stretch_error(
    X: Array, W: Array, b: Array, gamma: Array, mu: Array, variance: Array, alpha: Array, t: Array
) -> Array:
    """Return a bound, of o(t − 1) as t → 1, of γ times the error of the linear approximation of 𝓛 along tW at t = 1.

    That of π_α(tu) is at most |t − 1||u|, and 0 unless |u| and t|u| lie on different sides of α: its mean is at most
    |t − 1||B(α) − B(α/t)| for B(a) = E|u| 1{|u| > a}. That of π_α(tu)² is at most (t − 1)²u².
    """
    at, moved = (decoded_moments(decoder, mu, variance, alpha) for decoder in (W, t * W))
    crossing = absolute(at.magnitude + alpha * at.passed - (moved.magnitude + alpha * moved.passed) / t)
    squares = (W**2 @ (mu**2 + variance)).sum()
    return (t - 1) ** 2 * squares + 2 * absolute(t - 1) * (absolute(X - b[:, None]) * crossing).sum()


def mixed_difference(alpha: Array, first: Array, second: Array) -> Array:
    """Return 𝓛(b + h + k) − 𝓛(b + h) − 𝓛(b + k) + 𝓛(b) at (7) for steps h, k in b: 𝓛 is quadratic in b."""
    X, (W, b, gamma, mu, variance) = two_points(alpha), collapsed(alpha)
    steps = (first + second, first, second, 0 * first)
    corners = [energy(X, W, b + step, gamma, mu, variance, alpha) for step in steps]
    return corners[0] - corners[1] - corners[2] + corners[3]


@claim(
    "dai2020/appendix-b2.hessian-b",
    r"\frac{\partial^2\mathcal L}{\partial(b_x)^2}=\frac2\gamma I\text{ at (7)}",
    label="App. B.2",
    expected="refuted",
)
def test_second_derivative_in_the_bias(alpha: Positive, h: Vector["2"], k: Vector["2"]):
    """False by the factor n = 2: eq. (6) is a sum over the data points. Contracted with two directions; γ = γ̄ = 1."""
    equal(mixed_difference(alpha, h, k), 2 / collapsed(alpha)[2] * (h * k).sum())


@claim(
    "dai2020/appendix-b2.hessian-b.corrected",
    r"\frac{\partial^2\mathcal L}{\partial(b_x)^2}=\frac{2n}\gamma I\text{ at (7)}",
    label="App. B.2",
    expected="proved",
    proof=prove_hessian_b,
    corrects="dai2020/appendix-b2.hessian-b",
)
def test_second_derivative_in_the_bias_counts_the_data(alpha: Positive, h: Vector["2"], k: Vector["2"]):
    """n = 2; the block is still positive definite, which is all that App. B.2 uses."""
    equal(mixed_difference(alpha, h, k), 2 * 2 / collapsed(alpha)[2] * (h * k).sum())


@claim(
    "dai2020/appendix-b2.hessian-encoder",
    r"\frac{\partial^2\mathcal L}{\partial(\sigma_z,\mu_z)^2}\succ0,\quad"
    r"\frac{\partial^2\mathcal L}{\partial b_x\,\partial(\sigma_z,\mu_z)}"
    r"=\frac{\partial^2\mathcal L}{\partial\gamma\,\partial(\sigma_z,\mu_z)}"
    r"=\frac{\partial^2\mathcal L}{\partial\gamma\,\partial b_x}=0\text{ at (7)}",
    label="App. B.2",
    expected="proved",
    proof=prove_hessian_encoder,
)
def test_second_derivatives_in_the_encoder(
    alpha: Positive, b: Vector["2"], gamma: Positive, mu: Matrix["1 2"], sigma: PositiveVector["2"], t: Positive
):
    """The block is 2 for each μ and 4 for each σ. For W = 0 the energy is a sum of functions of (b, γ), of each μ and
    of each σ, and even in b (stated at all parameters): the other blocks vanish. That of μ is μ², and that of σ is
    e = σ² − 1 − log σ² with 4h² ≤ e(1 + h) + e(1 − h) ≤ 4h² + h⁴/(1 − h²), 0 < h < 1, and e(1) = 0.
    """

    def cost(sigma: Array) -> Array:
        return sigma**2 - 1 - log(sigma**2)

    W = collapsed(alpha)[0]
    gap = excess(two_points(alpha), W, b, gamma, mu, sigma[None] ** 2, alpha)
    equal(gap, 4 * (1 / gamma - 1 + log(gamma)) + 2 * (b**2).sum() / gamma + (mu**2).sum() + cost(sigma).sum())
    h = t / (1 + t)
    leq(4 * h**2, cost(1 + h) + cost(1 - h))
    leq(cost(1 + h) + cost(1 - h), 4 * h**2 + h**4 / (1 - h**2))


@claim(
    "dai2020/appendix-b2.hessian-gamma",
    r"\frac{\partial^2\mathcal L}{\partial\gamma^2}=\frac4{\gamma^2}\text{ at (7)}",
    label="App. B.2",
    expected="proved",
    proof=prove_hessian_gamma,
)
def test_second_derivative_in_the_variance(alpha: Positive, t: Positive):
    """The proof differentiates; judged is 4h² ≤ 𝓛(1 + h) + 𝓛(1 − h) − 2𝓛(1) ≤ 4h² + 8h⁴/(1 − h²), 0 < h < 1, which
    implies it, γ = γ̄ being 1.
    """
    X, (W, b, gamma, *encoder) = two_points(alpha), collapsed(alpha)
    h = t / (1 + t)
    up, down = (excess(X, W, b, gamma + step, *encoder, alpha) for step in (h, -h))  # type: ignore[call-arg]  # *: of any length
    leq(4 * h**2 / gamma**2, up + down)
    leq(up + down, 4 * h**2 / gamma**2 + 8 * h**4 / (1 - h**2))


@claim(
    "dai2020/appendix-b2.gradient-points-back",
    r"b_x=\bar x,\ \gamma=\bar\gamma,\ \mu_z^{(i)}=0,\ \sigma_z^{(i)}=1:\ "
    r"W_j\frac{\partial\mathcal L}{\partial W_j}\ge0",
    label="App. B.2",
    kind="inequality",
    expected="proved",
    proof=prove_gradient_points_back,
)
def test_gradient_points_back_to_the_collapsed_solution(
    alpha: Positive, w: PositiveVector["2"], W: Matrix["2 1"], t: NonNegative
):
    """Strictly where W_j ≠ 0. The slopes are those of the energy: it is convex along W_j → tW_j, t ≥ 0 (as π_α² is),
    so that it lies above its tangent at t = 1, which alone determines the derivative (stated for each row).
    """
    X, (_, *rest) = two_points(alpha), collapsed(alpha)
    base, slopes = excess(X, W, *rest, alpha), row_slopes(X, W, *rest, alpha)  # type: ignore[call-arg]
    leq(0, slopes)
    for decoder in (w[:, None], -w[:, None]):
        less(0, row_slopes(X, decoder, *rest, alpha))  # type: ignore[call-arg]
    for row in (0, 1):
        stretch = 1 + (t - 1) * identity(2, 2, W)[:, row, None]
        leq(base + slopes[row] * (t - 1), excess(X, W * stretch, *rest, alpha))  # type: ignore[call-arg]
