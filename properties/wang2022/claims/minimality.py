"""Which modes collapse, judged on the loss: what the closed forms of §4.2 to §4.4 are held to.

Mode i ≤ d₁ is collapsed if UVᵀ has less than i singular values that are not 0 at all global minima. Take the modes
before it, as the closed forms under test have them, and leave the next latent dimension unused. If that stationary
point is a global minimum, with the certificate of ``unused_latent_form``, mode i is collapsed; if not, the residual
Z − UVᵀ has a singular value above √b. So does then that of every (U, V) of a rank below i, by Weyl's inequality, so
that no such point is a minimum (its latent dimensions can be turned so that one is unused), and mode i is learned.
"""

from collections.abc import Callable

from properties.wang2022.claims.setting import factors, padded, target
from reference.arithmetic import column_squared_norms, greater, identity, leading_identity, where, zeros
from reference.shapes import Array
from reference.wang2022 import Weights, gradient_u, gradient_v, learned_slack, unused_latent_form
from reference.wang2022.optima import (
    decoder_singular_values,
    encoder_singular_values,
    learned_decoder_singular_values,
    learned_encoder_singular_values,
    optimal_sigma,
)
from verify import equal, iff, positive_semidefinite
from verify.judging.statements import Truth

Layers = Callable[[Array, Weights], tuple[Array, Array, Array]]
"""Closed forms of λ, θ and σ at the minimum, of ζ."""


def fixed(zeta: Array, w: Weights) -> tuple[Array, Array, Array]:
    """Return λ and θ of eq. (10), and σ_i = η_enc."""
    sigma = w.eta_enc + zeros(zeta.shape, w.eta_enc)
    return decoder_singular_values(zeta, sigma, w), encoder_singular_values(zeta, sigma, w), sigma


def learned(zeta: Array, w: Weights) -> tuple[Array, Array, Array]:
    """Return λ and θ of eqs. (17) and (18), and σ of eq. (54)."""
    return (
        learned_decoder_singular_values(zeta, w),
        learned_encoder_singular_values(zeta, w),
        optimal_sigma(zeta, w),
    )


def rational_spectrum(x: Array, threshold: Array) -> Array:
    """Return ζ in the order of x, with rational λ and θ for fixed and for learned Σ, about the threshold √b.

    ζ is the threshold at x = 3/4, less below, and √b(1 + y²) above, where y = x − 1/(2x): both y² and
    y²(2 + y²) = (x² − 1/(4x²))² are squares.
    """
    above = greater(x, 3 / 4)
    y = where(above, x - 1 / (2 * where(above, x, 1)), 0)
    return threshold * where(above, 1 + y**2, 4 * x / 3)


def collapses(F: Array, zeta: Array, G: Array, mode: int, w: Weights, layers: Layers) -> Truth:
    """State that the closed forms of the modes before this one are stationary, and return whether it is collapsed.

    For learned Σ the two certificates must agree, that of the escape into the unused latent and that of Γ.
    """
    Z, size = target(F, zeta, G), mode + 1
    kept = leading_identity(size, size, mode, zeta).sum(0)
    lam, theta, sigma = layers(padded(zeta, size), w)
    sigma = kept * sigma + (1 - kept) * w.eta_enc
    U, V = factors(F, kept * lam, G, kept * theta, identity(size, size, zeta))
    equal(gradient_u(U, V, Z, sigma), 0)
    equal(gradient_v(U, V, Z, w), 0)
    stays = positive_semidefinite(unused_latent_form(Z - U @ V.mT, w.eta_enc, w))
    if layers is learned:
        equal(sigma**2 * (column_squared_norms(U) + w.c), w.b)
        iff(stays, positive_semidefinite(learned_slack(U, Z, w)))
    return stays
