"""The minima of a linear latent variable model: what is beyond the proof of Theorem 2."""

from properties.wang2022.proofs.landscape import prove_ways_down
from properties.wang2022.proofs.learned_minimum import (
    cut,
    decided,
    learned_modes,
    modes,
    prove_balance,
    prove_minima,
    threshold,
    weights,
)
from reference.arithmetic import log, rectangular_diagonal
from reference.arithmetic.deferred import sympy
from reference.wang2022 import alignment_excess, variance_penalty
from reference.wang2022.optima import fixed_variance_minimum, learned_minimum
from verify.proving import excess, show, vanishes, vector


def prove_rotation_with_best_variance() -> None:
    """At the best Σ only the excess of the columns is left, b Σ_j log(Σ_i P_ij²/σ_i²) + b Σ_i log σ_i².

    By prove_excess: U = FΛP has the profile of FΛ, and the best V for it is GΘP. ‖u_j‖² + c = Σ_i P_ij²(λ_i² + c) is
    b Σ_i P_ij²/σ_i² by prove_balance, and det(UᵀU + cI) = Π (λ_i² + c) = Π b/σ_i². The powers of b cancel. It is 0 only
    if UᵀU = PᵀΛᵀΛP is diagonal, by Hadamard's inequality, that is if PᵀΣ*P is, as ΛᵀΛ + cI = bΣ*^{-1}. Run for two
    modes and a rotation, or a reflection, of half-angle tangent t; the derivation here is that of any number.
    """
    prove_minima()
    prove_balance()
    (lam, _, sigma), w = learned_modes(), weights()
    t = sympy.Symbol("t", real=True)
    cos, sin = (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)
    for sign in (1, -1):
        P = vector(cos, -sign * sin, sin, sign * cos).reshape(2, 2)
        U = rectangular_diagonal(lam, 2, 2) @ P
        mixed = log((P**2 / sigma[:, None] ** 2).sum(0)).sum() + 2 * log(sigma).sum()
        show(vanishes(alignment_excess(U, w) - w.b * mixed))


def prove_cost_of_the_prior_variance() -> None:
    """The two minima, of prove_ways_down for σ_i = η_enc and of prove_minima, differ by 2b e(ζ/√b) per learned mode.

    At σ_i = η_enc the penalty of the variances is 0, and 2η_dec² L_VAE is L and the residual. Both minima are sums over
    modes: run for one that is learned and one that is collapsed, or on the threshold, and for two past d1 = 1.
    """
    prove_ways_down()
    prove_minima()
    w = weights()
    show(vanishes(variance_penalty(vector(w.eta_enc, w.eta_enc), w)))
    for zeta, d1 in ((modes(), 2), (cut(), 1)):
        least = decided(fixed_variance_minimum(zeta, vector(*[w.eta_enc] * d1), w))
        least_of_all = 2 * w.eta_dec**2 * decided(learned_minimum(zeta, d1, sympy.Integer(0), w))
        show(vanishes(least - least_of_all - 2 * w.b * excess(zeta[0] / threshold())))
