"""SymPy proofs on a latent that is not encoded, along the flow in log ε̃ of koehler2022."""

from properties.results.proofs.end_of_eps import prove_end_of_eps
from reference.arithmetic.deferred import sympy
from reference.koehler2022 import simplified_loss_gradient, unused_dimensions
from verify.proving import excess, once, prove_least_excess, show, symbols, vanishes


def prove_conserved() -> None:
    """Along (Ã, B̃, log ε̃)' = −∇L₁ at A = 0, r = 1, B̃ = 0: ∂L₁/∂B̃ = 0, u' = −2u/(u + v) and
    v' = −2v(d − u/(u + v)), for u = ‖Ã‖², v = ε̃², with d = 1, 2, 3; for every d, as sums over equal rows. So
    e^{(d−1)u}/v + d Ei((d−1)u), and 1/v + log u for d = 1, are constant.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    for d in (1, 2, 3):
        At = symbols("t", d, 1)
        in_At, in_Bt, in_eps = simplified_loss_gradient(0 * At, At, 0 * At.T, EPS)
        u = (At**2).sum()
        show(vanishes(in_Bt))
        show(vanishes(-2 * (At * in_At).sum() + 2 * u / (u + EPS**2)))
        show(vanishes(-2 * EPS**2 * EPS * in_eps + 2 * EPS**2 * (d - u / (u + EPS**2))))
    u, v, d = sympy.symbols("u v d", positive=True)
    in_u, in_v = -2 * u / (u + v), -2 * v * (d - u / (u + v))
    constant = sympy.exp((d - 1) * u) / v + d * sympy.Ei((d - 1) * u)
    show(vanishes(sympy.diff(constant, u) * in_u + sympy.diff(constant, v) * in_v))
    constant, in_v = 1 / v + sympy.log(u), in_v.subs(d, 1)
    show(vanishes(sympy.diff(constant, u) * in_u + sympy.diff(constant, v) * in_v))


@once
def prove_spare_latent() -> None:
    """Of the last latent, Ã_j = te_d with t ≠ 0, B̃_jA = 0, and all else off e_d: Ã_j keeps its direction, the others
    stay off it, B̃_j does not move, and (1/v)' = −ρ(log u)' − (ρ − 1)u'/v for u = t², v = ε̃² (shown). By a rotation,
    for every direction; the other rows, columns and data enter as sums, of which two of each stand for all. B̃_j is 0
    on the data coordinates here; L₁ and its gradient depend on B̃ through B̃A alone, so that (B̃A)_j = 0 is enough.

    With p = −u' = 2u/(u + v) > 0, σ = ρ − ρ₋ ≥ 0 and c = ρ₋ − 1, the first quantity has the derivative p[σe^{cu}(1/u +
    1/v) + (ρ₋/u)(e^{cu} − 1 − cu)]; with σ = ρ₊ − ρ ≥ 0 and c = ρ₊ − 1 the second has −p[σe^{cu}(1/u + 1/v) +
    (ρ₊/u)e^{cu}(e^{−cu} − 1 + cu)] (shown). And e^x − 1 − x ≥ 0 for every x.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    for d, k, r in ((1, 1, 1), (2, 2, 2), (2, 1, 3)):
        A, At, Bt, t = symbols("a", d, k), symbols("t", d, r), symbols("b", r, d), sympy.Symbol("t", positive=True)
        zero = sympy.Integer(0)
        A[-1], Bt[-1, :-1] = zero, zero
        At[-1], At[:, -1] = zero, zero
        At[-1, -1] = t
        in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, EPS)
        for kept in (in_At[:-1, -1], in_At[-1, :-1], in_Bt[-1]):
            show(not kept.size or vanishes(kept))
        own = t**2 / (t**2 + EPS**2)
        rho = unused_dimensions(At, EPS) + own - ((A - At @ Bt @ A) ** 2).sum() / EPS**2
        in_u, log_eps_speed = -2 * t * in_At[-1, -1], -EPS * in_eps
        inverse_speed = -2 * log_eps_speed / EPS**2
        show(vanishes(in_u + 2 * own))
        show(vanishes(inverse_speed + rho * in_u / t**2 + (rho - 1) * in_u / EPS**2))
    prove_least_excess()
    _prove_monotone()


def prove_rate_of_spare_latents() -> None:
    """½(‖R‖²)' = −p/v + ⟨R, G⟩ and (log v)' = 2(y − δ) ≥ −2d, as prove_end_of_eps has them, ε̃ being followed as log
    ε̃; and prove_spare_latent, by which the spare latents remain such, with (log u)' = −2/(u + v).

    Words. d > m, as ½ log((‖Ã_j‖² + v)/v) is at least log(1/ε̃) − C for j ∈ S, and ≥ 0 for the others, so that L₁ ≥ (d
    − m) log ε̃ − C, and L₁ → −∞. Let Z = B̃A. By Lemma 1, A = Ã_*Z_*, so that Z_* is injective on the span of the rows
    of A, in which those of R lie: late, p ≥ ‖RZᵀ‖² ≥ c‖R‖² for a c > 0. ‖G‖ ≤ C, as (B̃A)_j = 0 wherever Ã_j → 0. Hence
    ‖R‖' ≤ −c‖R‖/v + C, (‖R‖/v)' ≤ −(c/v − 2d)(‖R‖/v) + C/v, limsup ‖R‖/v ≤ C/c, and y = ‖R‖²/v → 0. For the spare
    latents (log u/v)' ≤ −2/(u + v) + 2d → −∞, so that u/v → 0, and for the others ‖Ã_i‖²/(‖Ã_i‖² + v) → 1: ρ → d − m.
    The bounds of results/spare-latent from a late time, with ρ_± as near to d − m as one likes, at u → 0, are the
    limit.
    """
    prove_end_of_eps()
    prove_spare_latent()


def _prove_monotone() -> None:
    u, v, bound, sigma = sympy.symbols("u v rho sigma", positive=True)
    c, p = bound - 1, 2 * u / (u + v)
    for sign in (1, -1):
        rho = bound + sign * sigma
        in_v = -(v**2) * (rho * p / u + (rho - 1) * p / v)
        growth = sympy.exp(c * u)
        if sign == 1:
            quantity = growth / v + bound * (sympy.log(u) + c * u)
            rest = excess(growth)
        else:
            quantity = growth * (1 / v + bound) + bound * sympy.log(u)
            rest = growth * excess(1 / growth)
        speed = -p * sympy.diff(quantity, u) + in_v * sympy.diff(quantity, v)
        show(vanishes(speed - sign * p * (sigma * growth * (1 / u + 1 / v) + bound / u * rest)))
