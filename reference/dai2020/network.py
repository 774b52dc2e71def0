"""General decoders and encoders of Dai, Wang, Wipf, *The usual suspects?* (2020): eq. (4), §5.1 and App. D.

Data x^{(i)} in R^d are the rows of X (n × d), decoder variance γ = ``gamma`` > 0. Encoder moments are free: rows of
the means and deviations (n × κ). Costs are twice the negative evidence lower bound in nats, averaged over the data, as
eq. (4) has it. Leading axes are a batch.
"""

from collections.abc import Callable

from reference.arithmetic import (
    absolute,
    as_vector,
    column_squared_norms,
    greater,
    maximum,
    pi,
    sqrt,
    squared_norm,
    where,
)
from reference.dai2018.affine import separable_cost
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


def least_affine_cost(X: Array["n d"], W: Array["d kappa"], b: Array["d"], gamma: Array[""]) -> Array[""]:
    """Return the minimum of eq. (4) over all encoder moments for the affine decoder Wz + b: dai2018's eq. (7)."""
    return separable_cost(X.mT, W, b, gamma) / X.shape[-2] + W.shape[-1]


def collapse_threshold(X: Array["n d"], W: Array["d kappa"], b: Array["d"]) -> Array[""]:
    """Return a γ' for Proposition 2 and the affine decoder Wz + b, where W has a column that is not 0.

    γ' = [Σ_i‖Wᵀ(x_i − b)‖² + (n/2)Σ_j‖w_j‖⁴]/(nΣ_j‖w_j‖²), from (γI + WWᵀ)⁻¹ ⪰ (I − WWᵀ/γ)/γ and
    log(1 + u) > u − u²/2 in the least cost over all encoders.
    """
    n, squares = X.shape[-2], column_squared_norms(W)
    return (squared_norm((X - b[..., None, :]) @ W) + n * (squares**2).sum(-1) / 2) / (n * squares.sum(-1))


def any_decoder_threshold(squares: Array["n"], variance: Array[""]) -> Array[""]:
    """Return a γ' for Proposition 2 and any decoder that is not constant: Σ_i E_p h_i²/(4nV).

    ``squares`` (n) are E_p h_i² for h_i(z) = ‖x^{(i)} − μ_x(z)‖² and the prior p, ``variance`` is V = tr Cov_p μ_x > 0.
    """
    return squares.sum(-1) / (4 * squares.shape[-1] * variance)


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
