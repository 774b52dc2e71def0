"""The landscape of L_VAE with a learnable Σ: what is beyond that of L(U, V) for a fixed one."""

from properties.wang2022.proofs.landscape import prove_ways_down
from properties.wang2022.proofs.learned_minimum import (
    learned_modes,
    modes,
    prove_minima,
    threshold,
    weights,
)
from reference.arithmetic import column_squared_norms, sqrt
from reference.arithmetic.deferred import sympy
from reference.wang2022 import Weights, factorization_loss, variance_penalty
from verify.proving import show, symbols, vanishes, vector


def prove_no_bad_minima_with_learned_variance() -> None:
    """A critical point of L_VAE that is no global minimum has a direction of negative curvature.

    For V = A^{1/2}W; 2η_dec² L_VAE is L(U, V) + 2η_dec² ℓ_var and a constant. At a critical point ∂/∂σ_j = 0 says
    σ_j²(‖u_j‖² + c) = b, run, and (U, V) is critical for L with this Σ, so that UᵀU commutes with Σ
    (prove_critical_points).

    (1) UᵀU is not diagonal. Then u_i·u_j = g ≠ 0 for two columns, with σ_i = σ_j and so ‖u_i‖ = ‖u_j‖. Turn the two
    latent dimensions by an angle φ, and let σ_i and σ_j follow as σ²(‖u‖² + c) = b. On this curve the second derivative
    of 2η_dec² L_VAE at φ = 0 is −8bg²/(‖u_i‖² + c)² < 0: run for d2 = 2 and any angle between the columns; of V only
    UVᵀ and ‖V‖ enter, which do not change. As the point is critical, that is the curvature along the tangent.

    (2) UᵀU is diagonal. Then the columns are modes, or 0, as in prove_critical_points: of a column that is not 0,
    λ² + c = √c z/σ, so that σ = b/(√c z), z² > b, and λ² = (z² − b)/η_enc², run; of one that is 0, σ = η_enc. Let no
    curvature be negative for this Σ. By (1) and (2) of prove_ways_down, the used modes are the largest, and if a column
    is 0, no unused one exceeds √c η_enc = √b: the point is that of Theorem 2, up to the order of the latent dimensions,
    and a global minimum by prove_minima.
    """
    prove_ways_down()
    prove_minima()
    w = Weights(*sympy.symbols("beta eta_dec eta_enc", positive=True))
    sigma = symbols("sigma", 2, positive=True)
    U, V, Z = symbols("U", 2, 2), symbols("V", 1, 2), symbols("Z", 2, 1)
    loss = factorization_loss(U, V, Z, sigma, w) + 2 * w.eta_dec**2 * variance_penalty(sigma, w)
    for j in range(2):
        balance = sigma[j] ** 2 * (column_squared_norms(U)[j] + w.c) - w.b
        show(vanishes(sympy.diff(loss, sigma[j]) - 2 * balance / sigma[j]))

    length, t, phi = sympy.Symbol("length", positive=True), sympy.Symbol("t", real=True), sympy.Symbol("phi", real=True)
    cos, sin = (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)
    U = length * vector(1, cos, 0, sin).reshape(2, 2)
    turn = vector(sympy.cos(phi), -sympy.sin(phi), sympy.sin(phi), sympy.cos(phi)).reshape(2, 2)
    sigma = sqrt(w.b / (column_squared_norms(U @ turn) + w.c))
    loss = factorization_loss(U @ turn, V @ turn, Z, sigma, w) + 2 * w.eta_dec**2 * variance_penalty(sigma, w)
    curvature = -8 * w.b * (length**2 * cos) ** 2 / (length**2 + w.c) ** 2
    show(vanishes(sympy.diff(loss, phi, 2).subs(phi, 0) - curvature))

    (lam, _, sigma), w = learned_modes(), weights()
    z, root = modes()[0], threshold() / w.eta_enc  # √c
    show(vanishes(root**2 - w.c))
    show(vanishes(sigma[0] - w.b / (root * z)))
    show(vanishes(lam[0] ** 2 + w.c - root * z / sigma[0]))
    show(vanishes(lam[0] ** 2 - (z**2 - w.b) / w.eta_enc**2))
