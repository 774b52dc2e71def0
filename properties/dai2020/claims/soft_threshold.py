"""The soft-threshold decoder (5) on the data of App. B: Proposition 1 and App. B.1.

The data are x^{(1)} = (1, 1) and x^{(2)} = (−1, −1), so that n = d = 2, x̄ = 0 and γ̄ = 1, and κ = 1.
"""

from properties.dai2020.proofs.soft_threshold import (
    prove_collapsed_energy,
    prove_limit,
    prove_rate,
    prove_strict_local_minimum,
)
from reference.arithmetic import absolute, concatenate, exp, identity, log, maximum, number, pi, sqrt, zeros
from reference.dai2020 import (
    collapsed_variance,
    decoded_moments,
    energy,
    excess,
    sample_mean,
    soft_threshold_moments,
)
from reference.shapes import Array
from verify import NonNegative, OneOf, Positive, Scalar, Vector, claim, equal, leq, less


def two_points(like: Array) -> Array:
    """Return the data of App. B, one point in each column."""
    first = identity(1, 1, like) + zeros((2, 1), like)
    return concatenate([first, -first])


def collapsed(like: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Return (W, b, γ, μ, σ²) of the collapsed solution (7)."""
    X, none = two_points(like), zeros((1, 2), like)
    return zeros((2, 1), like), sample_mean(X), collapsed_variance(X), none, none + 1


# --- App. B.1: the energy at (7), and a way down to −∞ --------------------------------------------------------------


@claim(
    "dai2020/appendix-b1.energy",
    r"\mathcal L=nd\text{ at (7)}",
    label="App. B.1",
    expected="refuted",
)
def test_energy_of_the_collapsed_solution(alpha: Positive):
    """False: eq. (6) also counts ‖σ_z‖² = κ for each data point, so that the energy is 6, not 4."""
    X = two_points(alpha)
    d, n = X.shape
    equal(energy(X, *collapsed(alpha), alpha), n * d)


@claim(
    "dai2020/appendix-b1.energy.corrected",
    r"\mathcal L=n(d+\kappa)\text{ at (7)}",
    label="App. B.1",
    expected="proved",
    proof=prove_collapsed_energy,
    corrects="dai2020/appendix-b1.energy",
)
def test_energy_of_the_collapsed_solution_counts_the_encoder(alpha: Positive):
    """At γ̄ = 1; the constant does not change that it is finite, which is all that App. B.1 uses."""
    X = two_points(alpha)
    d, n = X.shape
    equal(energy(X, *collapsed(alpha), alpha), n * (d + 1))


def autoencoding(alpha: Array, t: Array) -> tuple[Array, Array, tuple[Array, Array, Array, Array, Array]]:
    """Return δ = t/((1 + t)(α + 1)) < 1/(α + 1), E(1 − π_α(x))², and the (W, b, γ, μ, σ²) of App. B.1."""
    delta = t / ((1 + t) * (alpha + 1))
    moments = soft_threshold_moments(alpha + 1, (alpha + 1) * delta, alpha)
    error = 1 - 2 * moments.first + moments.second
    none = zeros((1, 2), alpha)
    W = zeros((2, 1), alpha) + alpha + 1
    return delta, error, (W, zeros((2,), alpha), 2 * error, two_points(alpha)[:1], none + delta**2)


@claim(
    "dai2020/proposition-1.global",
    r"\alpha>0:\ \mathcal L\to-\infty,\ \sum_i\mathbb E\|x^{(i)}-\pi_\alpha(W_xz)-b_x\|_2^2\to0"
    r"\text{ as }\delta\to0\text{ at the parameters of App. B.1}",
    label="Prop. 1, App. B.1",
    kind="limit",
    expected="proved",
    proof=prove_rate,
    rests_on="dai2020/appendix-b1.rate",
)
def test_energy_falls_to_minus_infinity_with_perfect_reconstruction(alpha: Positive, t: Positive):
    """The finite form, for all δ < 1/(α + 1): the squared error is 4E(1 − π_α(x))² ≤ 16(1 + α²)[(α + 1)δ]², and
    𝓛 ≤ 4 log δ + 4 log(8(1 + α²)(α + 1)²) + 6. As 𝓛 has no lower bound, "global minimum" means this limit.
    """
    delta, error, parameters = autoencoding(alpha, t)
    X, (W, _, _, mu, variance) = two_points(alpha), parameters
    moments = decoded_moments(W, mu, variance, alpha)
    reconstruction = (X**2 - 2 * X * moments.first + moments.second).sum()
    equal(reconstruction, 4 * error)
    leq(reconstruction, 16 * (1 + alpha**2) * ((alpha + 1) * delta) ** 2)
    leq(energy(X, *parameters, alpha), 4 * log(delta) + 4 * log(8 * (1 + alpha**2) * (alpha + 1) ** 2) + 6)


@claim(
    "dai2020/appendix-b1.rate",
    r"\mathcal L=\sum_{i=1}^2\big(1+2\log\mathbb E\,2(1-\pi_\alpha((\alpha+1)(1+\delta\varepsilon)))^2"
    r"-2\log\delta+\delta^2+1\big)=4\log\delta+\Theta(1)",
    label="App. B.1",
    kind="limit",
    expected="proved",
    proof=prove_rate,
    rests_on=("dai2020/appendix-b1.tail-b", "dai2020/appendix-b1.tail-c.corrected"),
)
def test_energy_falls_at_the_rate_of_four_logarithms(alpha: Positive, t: Positive):
    """The finite form of both sides, for all δ < 1/(α + 1) and s = (α + 1)δ: s²/2 ≤ E(1 − π_α(x))² ≤ 4(1 + α²)s²
    (half of ε suffices; (a) + (b) + (c) with the corrected (c)), hence bounds of 𝓛 − 4 log δ by constants of α.
    """
    delta, error, parameters = autoencoding(alpha, t)
    value, scale = energy(two_points(alpha), *parameters, alpha), (alpha + 1) ** 2
    equal(value, 2 * (1 + 2 * log(2 * error) - 2 * log(delta) + delta**2 + 1))
    leq(scale * delta**2 / 2, error)
    leq(error, 4 * (1 + alpha**2) * scale * delta**2)
    leq(4 * log(delta) + 4 * log(scale) + 4, value)
    leq(value, 4 * log(delta) + 4 * log(8 * (1 + alpha**2) * scale) + 6)


@claim(
    "dai2020/appendix-b1.limit",
    r"\lim_{\delta\to0}\frac{\mathbb E(1-\pi_\alpha(x))^2}{[(\alpha+1)\delta]^2}=1",
    label="App. B.1",
    kind="limit",
    expected="proved",
    proof=prove_limit,
    rests_on="dai2020/lemma-3.tail.sharpened",
)
def test_mean_square_is_that_of_the_identity_in_the_limit(alpha: Positive, t: Positive):
    """The finite form, with s = (α + 1)δ: the ratio differs from 1 by at most
    {½ + (1 + 4α²)/(2s²) + 1/(√(2π)s)} e^{−1/(2s²)}, which tends to 0. That log E(1 − π_α(x))² − 2 log δ tends to
    2 log(α + 1) follows.
    """
    delta, error, _ = autoencoding(alpha, t)
    s = (alpha + 1) * delta
    factor = 1 / number(2, s) + (1 + 4 * alpha**2) / (2 * s**2) + 1 / (sqrt(2 * pi(s)) * s)
    small = factor * exp(-1 / (2 * s**2))
    leq(1 - small, error / s**2)
    leq(error / s**2, 1 + small)


# --- App. B.2: the collapsed solution is a strict local minimum -----------------------------------------------------


def bounded(x: Array) -> Array:
    """Return x/(1 + |x|), between −1 and 1."""
    return x / (1 + absolute(x))


@claim(
    "dai2020/proposition-1.local",
    r"\forall\alpha>0:\ \text{(7) is a strict local minimum of }\mathcal L",
    label="Prop. 1, App. B.2",
    kind="optimality",
    expected="proved",
    proof=prove_strict_local_minimum,
    rests_on=(
        "dai2020/appendix-b2.hessian-w",
        "dai2020/appendix-b2.hessian-b.corrected",
        "dai2020/appendix-b2.hessian-encoder",
        "dai2020/appendix-b2.hessian-gamma",
        "dai2020/appendix-b2.gradient-points-back",
    ),
)
def test_collapsed_solution_is_a_strict_local_minimum(
    alpha: Positive,
    shrink: NonNegative,
    sign: OneOf["same", "opposite"],
    w: Positive,
    w2: Scalar,
    b: Vector["2"],
    g: Scalar,
    mu: Vector["2"],
    s: Vector["2"],
):
    """The neighbourhood is |b_j| ≤ ½, γ ≥ ½, σ_i ≥ ¾ and |W_j|(|μ_i| + 3σ_i) ≤ α, all of it: the proof is rigorous
    there, and the energy is judged at points of it, with μ as drawn and as one Newton step from 0 to its optimum.

    𝓛 − 6 is evaluated without cancellation, as it may be of the order e^{−α²/(2W²)}. The remaining points have W = 0.
    """
    X, part = two_points(alpha), shrink / (1 + shrink)
    means = part * mu[None]
    sigma = 1 + part * bounded(s)[None] / 4
    offset, gamma = part * bounded(b) / 2, 1 + part * bounded(g) / 2
    slopes = concatenate([w[None], (w2 if sign == "same" else -w)[None]])[:, None]

    def decoder(mu: Array) -> Array:
        reach = absolute(mu) + 3 * sigma
        return alpha * bounded(slopes) / maximum(reach[0, 0], reach[0, 1])

    passed = decoded_moments(decoder(means), 0 * means, sigma**2, alpha).passed
    step = (X * decoder(means) * passed).sum(-2)[None] / gamma
    for encoder in (means, step):
        W = decoder(encoder)
        gap = excess(X, W, offset, gamma, encoder, sigma**2, alpha)
        less(0, gap)
        equal(energy(X, W, offset, gamma, encoder, sigma**2, alpha), 6 + gap)
    less(0, excess(X, 0 * W, offset, gamma, means + w, sigma**2, alpha))
    here = equal(offset, 0) & equal(gamma, 1) & equal(means, 0) & equal(sigma, 1)
    here | less(0, excess(X, 0 * W, offset, gamma, means, sigma**2, alpha))
    equal(energy(X, *collapsed(alpha), alpha), 6)
