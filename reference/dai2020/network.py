"""General decoders and encoders of Dai, Wang, Wipf, *The usual suspects?* (2020): eq. (4), §5.1 and App. D.

Data x^{(i)} in R^d are the rows of X (n × d), decoder variance γ = ``gamma`` > 0. Encoder moments are free: rows of
the means and deviations (n × κ). Costs are twice the negative evidence lower bound in nats, averaged over the data, as
eq. (4) has it. Leading axes are a batch.
"""

from collections.abc import Callable

from reference.arithmetic import (
    absolute,
    as_vector,
    greater,
    maximum,
    pi,
    sqrt,
    where,
)
from reference.dai2020.threshold import energy_of_reconstruction
from reference.gaussian.densities import lattice_rule, upper_moments
from reference.shapes import Array


def energy(
    errors: Array["n"], means: Array["n kappa"], deviations: Array["n kappa"], gamma: Array[""], d: int
) -> Array[""]:
    """Return 𝓛(θ, φ) of eq. (4), where ``errors`` (n) are E_q‖x^{(i)} − μ_x(z)‖²: the energy (6) per data point."""
    return energy_of_reconstruction(errors.sum(-1), gamma, means.mT, deviations.mT**2, d) / errors.shape[-1]


def optimal_decoder_variance(errors: Array["n"], d: int) -> Array[""]:
    """Return γ* = (1/nd) Σ_i E_q‖x^{(i)} − μ_x(z)‖² of eq. (10), for the vector of the n errors."""
    return errors.sum(-1) / (errors.shape[-1] * d)


def latent_slopes(mean: Array[""], deviation: Array[""]) -> tuple[Array[""], Array[""]]:
    """Return the derivatives of KL = ½(μ² + σ² − log σ² − 1), eq. (37), in μ and in σ (App. D, eq. (40) corrected)."""
    return mean, deviation - 1 / deviation


# --- decoders that are quadratic in every latent --------------------------------------------------------------------


def _applied(W: Array["d kappa"], z: Array["kappa"]) -> Array["d"]:
    return (W @ z[..., None])[..., 0]


def quadratic_decoder(z: Array["kappa"], W: Array["d kappa"], Q: Array["d kappa"], c: Array["d"]) -> Array["d"]:
    """Return μ_x(z) = Wz + Q(z∘z) + c, vectors (..., d), for latents z (..., κ), W and Q (d × κ) and c (d)."""
    return _applied(W, z) + _applied(Q, z * z) + c


def quadratic_moments(
    W: Array["d kappa"], Q: Array["d kappa"], c: Array["d"], mean: Array["kappa"], deviation: Array["kappa"]
) -> tuple[Array["d"], Array[""]]:
    """Return the mean (..., d) and the total variance (...) of μ_x(z), z ~ N(mean, diag(deviation)²).

    With z = μ + σε, the coordinate of latent j is wμ + qμ² + qσ² + (w + 2qμ)σε + qσ²(ε² − 1), of variance
    (w + 2qμ)²σ² + 2q²σ⁴.
    """
    centre = _applied(W, mean) + _applied(Q, mean**2 + deviation**2) + c
    slopes = (W + 2 * Q * mean[..., None, :]) * deviation[..., None, :]
    curvatures = Q * deviation[..., None, :] ** 2
    return centre, (slopes**2 + 2 * curvatures**2).sum(-1).sum(-1)


def quadratic_error(
    x: Array["d"],
    W: Array["d kappa"],
    Q: Array["d kappa"],
    c: Array["d"],
    mean: Array["kappa"],
    deviation: Array["kappa"],
) -> Array[""]:
    """Return f(μ, σ, θ, x) = E_q‖x − μ_x(z)‖² of §5.1, for :func:`quadratic_decoder`: scalars (...) for x (..., d)."""
    centre, variance = quadratic_moments(W, Q, c, mean, deviation)
    return ((x - centre) ** 2).sum(-1) + variance


def least_parabola_error(x: Array[""], w: Array[""], q: Array[""]) -> Array[""]:
    """Return min_z (x − wz − qz²)² over z in R, entry by entry: the deterministic side of eq. (8) for one latent.

    Where x = wz + qz² has no root, the discriminant w² + 4qx is negative, and z = −w/(2q) is best: x is missed by
    (w² + 4qx)/(4q). For w = q = 0 all codes are the same.
    """
    curved = greater(absolute(q), 0)
    missed = maximum(-(w**2) - 4 * q * x, 0) / (4 * where(curved, q, 1 + 0 * q))
    constant = where(greater(absolute(q) + absolute(w), 0), 0 * q, 1 + 0 * q)
    return missed**2 + constant * x**2


# --- App. D ---------------------------------------------------------------------------------------------------------


def network_errors(
    X: Array["n d"],
    V: Array["m kappa"],
    O: Array["d m"],
    c: Array["d"],
    act: Callable[[Array["..."]], Array["..."]],
    means: Array["n kappa"],
    deviations: Array["n kappa"],
) -> Array["n"]:
    """Return the vector (n) of E_q‖x^{(i)} − O act(Vz) − c‖², q = N(μ^{(i)}, diag(σ^{(i)})²).

    act(Vz) is the first layer h_d^1 of eq. (44), which has no bias; V is (m × κ), O (d × m), c (d). Exact if ``act`` is
    a polynomial of degree ≤ 2: the squared error then has degree 4.
    """
    points, weights = lattice_rule(2, V.shape[-1], V)
    z = means[..., None, :] + deviations[..., None, :] * points
    decoded = act(z @ V.mT[..., None, :, :]) @ O.mT[..., None, :, :] + c[..., None, None, :]
    residual = X[..., None, :] - decoded
    return (weights * (residual**2).sum(-1)).sum(-1)


def backpropagated(
    x: Array["d"],
    V: Array["m kappa"],
    O: Array["d m"],
    c: Array["d"],
    act: Callable[[Array["..."]], Array["..."]],
    act_slope: Callable[[Array["..."]], Array["..."]],
    z: Array["kappa"],
) -> tuple[Array["m kappa"], Array["kappa"]]:
    """Return the gradients of ‖x − O act(Vz) − c‖² in V and in z by the chain rule of eqs. (43) to (51).

    ``act_slope`` stands for act', whatever it is where act has none: back-propagation takes relu'(0) = 0.
    """
    a = _applied(V, z)
    back = -2 * _applied(O.mT, x - _applied(O, act(a)) - c) * act_slope(a)
    return back[..., :, None] * z[..., None, :], _applied(V.mT, back)


def relu_errors(X: Array["n d"], v: Array["m"], O: Array["d m"], c: Array["d"]) -> Array["n"]:
    """Return the vector (n) of E‖x^{(i)} − O max(vε, 0) − c‖², ε ~ N(0, 1): one latent, q = p, the first layer v (m).

    max(vε, 0) = v⁺ε⁺ + v⁻ε⁻ for the parts ε⁺, ε⁻ ≥ 0 of ε = ε⁺ − ε⁻, which have E ε^± = 1/√(2π), E(ε^±)² = ½ and
    ε⁺ε⁻ = 0.
    """
    residual, up, down = X - c[..., None, :], _applied(O, maximum(v, 0)), _applied(O, maximum(-v, 0))
    squares = (residual**2).sum(-1) + as_vector((up**2).sum(-1) + (down**2).sum(-1)) / 2
    return squares - 2 * (residual * (up + down)[..., None, :]).sum(-1) / sqrt(2 * pi(X))


def relu_moments(mean: Array[""], deviation: Array[""]) -> tuple[Array[""], Array[""]]:
    """Return E max(a, 0) and E max(a, 0)² for a ~ N(mean, deviation²), deviation > 0, entry by entry."""
    tail, edge, square = upper_moments(-mean / deviation)
    return mean * tail + deviation * edge, mean**2 * tail + 2 * mean * deviation * edge + deviation**2 * square


def relu_unit_errors(
    X: Array["n d"], o: Array["d"], c: Array["d"], means: Array["n"], deviations: Array["n"]
) -> Array["n"]:
    """Return the vector (n) of E‖x^{(i)} − o max(a_i, 0) − c‖², for one ReLU whose pre-activation is
    a_i ~ N(mean_i, deviation_i²): vectors (n), with deviations > 0. Its outgoing weights are o (d).
    """
    first, second = relu_moments(means, deviations)
    residual = X - c[..., None, :]
    crossed, weight = (residual * o[..., None, :]).sum(-1), as_vector((o**2).sum(-1))
    return (residual**2).sum(-1) - 2 * crossed * first + weight * second
