"""Wang and Ziyin (2022), Posterior collapse of a linear latent variable model: the closed-form minima.

Notation, shapes and :class:`~reference.wang2022.losses.Weights` as in :mod:`reference.wang2022.losses`. ``zeta`` holds
singular values ζ_i ≥ 0 of Z, largest first; ``zeta`` and ``sigma`` of a function of modes are vectors of equal length,
so the caller truncates ζ to d1 entries, or pads it with zeros past d* = min(d0, d2). The hyperparameters are positive.
max(·, 0) and max(ζ_i², b) replace the paper's indicators and cases: the functions are continuous where a mode
collapses, and nothing is divided by a ζ_i that may be zero.
"""

from reference.arithmetic import as_vector, log, maximum, solve, sqrt
from reference.arithmetic.domain import descending
from reference.shapes import Array
from reference.wang2022.losses import Modes, Weights, gram_plus_variance, gram_plus_weight, variance_divergence

# --- minima for fixed Σ ---------------------------------------------------------------------------------------------


def optimal_u(V: Array["d0 d1"], Z: Array["d2 d0"], sigma: Array["d1"]) -> Array["d2 d1"]:
    """argmin_U L(U, V) = ZV(Σ + VᵀV)^{-1}, d2 x d1, where eq. (59) vanishes; sigma positive."""
    return solve(gram_plus_variance(V, sigma), (Z @ V).mT).mT


def optimal_v(U: Array["d2 d1"], Z: Array["d2 d0"], w: Weights) -> Array["d0 d1"]:
    """argmin_V L(U, V) = ZᵀU(cI + UᵀU)^{-1}, d0 x d1, eq. (38)."""
    return solve(gram_plus_weight(U, w), (Z.mT @ U).mT).mT


def shrunk(zeta: Modes, sigma: Modes, w: Weights) -> Modes:
    """max(0, ζ_i − √c σ_i) = λ_iθ_i: the singular values of UVᵀ at the minimum of L(U, V), one per mode."""
    return maximum(zeta - as_vector(sqrt(w.c)) * sigma, 0)


def decoder_singular_values(zeta: Modes, sigma: Modes, w: Weights) -> Modes:
    """λ_i of eq. (8), one per mode; eq. (10) is the case σ_i = η_enc.

    FΛ and GΘ minimise L(U, V) if σ_1 ≤ σ_2 ≤ …; then the paper's FΛP and GΘP do, for orthogonal P, if ΛPΣ = ΛΣP.
    """
    return sqrt(as_vector(sqrt(w.c)) / sigma * shrunk(zeta, sigma, w))


def encoder_singular_values(zeta: Modes, sigma: Modes, w: Weights) -> Modes:
    """θ_i of eq. (8), of V = A^{1/2}W, one per mode; see :func:`decoder_singular_values`."""
    return sqrt(sigma / as_vector(sqrt(w.c)) * shrunk(zeta, sigma, w))


def fixed_variance_minimum(zeta: Array["m"], sigma: Array["d1"], w: Weights) -> Array[""]:
    """min L(U, V) over U and V, eq. (11), a scalar: zeta has all singular values, max(d1, d*) of them, sigma (d1).

    Correct for σ_1 ≤ σ_2 ≤ …: a strong mode takes a latent dimension of little noise, in whatever order these come.
    """
    zeta = descending("fixed_variance_minimum", zeta)
    return (zeta**2).sum(-1) - (shrunk(zeta[..., : sigma.shape[-1]], sigma, w) ** 2).sum(-1)


# --- minima over Σ --------------------------------------------------------------------------------------------------


def mode_loss(sigma: Modes, zeta: Modes, w: Weights) -> Modes:
    """l_i(σ_i) of eq. (50), one per mode: 2η_dec² times the part of min L_VAE that depends on σ_i, and ζ_i²."""
    return zeta**2 - shrunk(zeta, sigma, w) ** 2 + as_vector(w.b) * variance_divergence(sigma, w)


def mode_loss_derivative(sigma: Modes, zeta: Modes, w: Weights) -> Modes:
    """l_i'(σ_i), one per mode: twice the right-hand side that eq. (51) prints."""
    return 2 * (as_vector(sqrt(w.c)) * shrunk(zeta, sigma, w) + as_vector(w.c) * sigma - as_vector(w.b) / sigma)


def optimal_sigma(zeta: Modes, w: Weights) -> Modes:
    """argmin l_i, one per mode: √β η_dec η_enc/ζ_i where b < ζ_i², else η_enc.

    Eq. (15) prints √(βη_dec) for √β η_dec.
    """
    root = as_vector(sqrt(w.b))
    return as_vector(w.eta_enc) * root / maximum(zeta, root)


def learned_decoder_singular_values(zeta: Modes, w: Weights) -> Modes:
    """λ_i of eq. (17), one per mode: U = FΛ at the minimum of L_VAE over U, W and Σ."""
    return sqrt(maximum(zeta**2 - as_vector(w.b), 0)) / as_vector(w.eta_enc)


def learned_encoder_singular_values(zeta: Modes, w: Weights) -> Modes:
    """θ_i of eq. (18), one per mode, 0 where ζ_i = 0: W = A^{-1/2}GΘ at the minimum of L_VAE over U, W and Σ."""
    b = as_vector(w.b)
    return as_vector(w.eta_enc) * sqrt(maximum(zeta**2 - b, 0) / maximum(zeta**2, b))


def learned_minimum(zeta: Array["m"], d1: int, residual: Array[""], w: Weights) -> Array[""]:
    """min L_VAE over U, W and Σ, eq. (20), in nats, a scalar: zeta has all d* singular values.

    ``residual`` is the scalar E[yᵀy] − ‖Z‖², what no linear map of x explains, which eq. (20) leaves out. Only
    the first d1 modes can be learned; one that is lowers 2η_dec² L_VAE by ζ_i² + b(log(b/ζ_i²) − 1).
    """
    zeta, b = descending("learned_minimum", zeta), as_vector(w.b)
    level = maximum(zeta[..., :d1] ** 2, b)
    gain = level + b * (log(b / level) - 1)
    return (residual + (zeta**2).sum(-1) - gain.sum(-1)) / (2 * w.eta_dec**2)


# --- the Hessian at the origin --------------------------------------------------------------------------------------


def origin_form(alpha: Array[""], gamma: Array[""], zeta_max: Array[""], sigma: Array[""], w: Weights) -> Array[""]:
    """The quadratic form of eq. (75), half that of eq. (72), for Σ = σ²I: ‖ΔU‖ = α, ‖ΔV‖ = γ = √(1 − α²), scalars."""
    return sigma**2 * alpha**2 - 2 * alpha * gamma * zeta_max + w.c * gamma**2


def origin_form_minimum(zeta_max: Array[""], sigma: Array[""], w: Weights) -> Array[""]:
    """The minimum of :func:`origin_form` over α² + γ² = 1, half of what eq. (76) prints; non-negative iff ζ² ≤ σ²c."""
    return (sigma**2 + w.c - sqrt((sigma**2 - w.c) ** 2 + 4 * zeta_max**2)) / 2
