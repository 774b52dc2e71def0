"""SymPy proofs on the learned variance: the reference formulas of one mode, run on symbols, branch by branch."""

from typing import Any

from reference.arithmetic.deferred import sympy
from reference.wang2022 import Weights
from reference.wang2022.optima import mode_loss, mode_loss_derivative, optimal_sigma
from verify.proving import is_positive, show, vanishes, vector


def _weights() -> Weights:
    """Return weights with √β = root."""
    root, eta_dec, eta_enc = sympy.symbols("root eta_dec eta_enc", positive=True)
    return Weights(root**2, eta_dec, eta_enc)


def _slope() -> Any:
    """Return √β η_dec/η_enc: a mode is learned at σ if ζ exceeds this times σ."""
    return sympy.sqrt(_weights().c)


def _branches(formula: Any) -> tuple[Any, Any]:
    """Return a formula of (σ, ζ, w) where ζ > √c σ, and where ζ ≤ √c σ, as expressions in σ and ζ.

    The signed distance from the threshold is a symbol, so that the maximum in the formula is decided.
    """
    sigma, zeta, above = sympy.symbols("sigma zeta gap", positive=True)
    w, slope = _weights(), _slope()
    sides = []
    for sign, gap in ((1, above), (-1, sympy.Symbol("gap", nonnegative=True))):
        value = formula(vector(sigma), vector(slope * sigma + sign * gap), w)[0]
        show(not value.has(sympy.Max))
        sides.append(value.subs(gap, sign * (zeta - slope * sigma)))
    return sides[0], sides[1]


def prove_mode_loss_derivative() -> None:
    """Derive l_i' from l_i on both sides of the threshold, where the two sides of l_i and of l_i' also agree."""
    sigma, zeta = sympy.symbols("sigma zeta", positive=True)
    slope = _slope()
    losses, derivatives = _branches(mode_loss), _branches(mode_loss_derivative)
    for loss, derivative in zip(losses, derivatives, strict=True):
        show(vanishes(sympy.diff(loss, sigma) - derivative))
    for learned, collapsed in (losses, derivatives):
        show(vanishes((learned - collapsed).subs(zeta, slope * sigma)))


def prove_optimal_sigma_of_learned_mode() -> None:
    """Show that for b < ζ² the convex branch of l_i is stationary at eq. (54), and that l_i increases past it."""
    sigma, zeta, root, gap = sympy.symbols("sigma zeta root gap", positive=True)
    w, slope = _weights(), _slope()
    prove_mode_loss_derivative()
    learned, collapsed = _branches(mode_loss)
    above = sympy.expand(root * w.eta_dec * (1 + gap))  # ζ with b < ζ², so that the maximum in optimal_sigma is decided
    best = optimal_sigma(vector(above), w)[0]
    show(not best.has(sympy.Max))
    show(vanishes(best - root * w.eta_dec * w.eta_enc / above))
    show(vanishes(sympy.diff(learned, sigma).subs(zeta, above).subs(sigma, best)))
    show(is_positive(sympy.diff(learned, sigma, 2)))
    # eq. (55): the stationary point lies on its branch
    show(is_positive(above / slope - best))
    # the other branch begins at σ = ζ/slope > η_enc, and increases there
    show(is_positive((zeta / slope).subs(zeta, above) - w.eta_enc))
    show(is_positive(sympy.diff(collapsed, sigma).subs(sigma, w.eta_enc * (1 + gap))))


def prove_stationarity() -> None:
    """Show that the corrected eq. (52) is l_i' = 0 on either branch, and that the optimal σ_i solves it, alone.

    Its left side less its right one increases in σ on either branch, and the branches meet at the threshold: so it is
    negative to the left of the only solution, and positive to the right. ζ = 0 has the second branch alone.
    """
    sigma, zeta, root, gap = sympy.symbols("sigma zeta root gap", positive=True)
    w, slope = _weights(), _slope()
    learned, collapsed = _branches(mode_loss)
    right = w.b / sigma
    show(vanishes(sympy.diff(learned, sigma) - 2 * (slope * zeta - right)))
    show(vanishes(sympy.diff(collapsed, sigma) - 2 * (w.c * sigma - right)))
    sides = (slope * zeta - right, w.c * sigma - right)
    for difference in sides:
        show(is_positive(sympy.diff(difference, sigma)))
    show(vanishes((sides[0] - sides[1]).subs(zeta, slope * sigma)))
    above = root * w.eta_dec + gap
    best = optimal_sigma(vector(above), w)[0].subs(sympy.Max(above, root * w.eta_dec), above)
    show(vanishes((slope * above - right).subs(sigma, best)))
    below = root * w.eta_dec * gap / (1 + gap)
    best = optimal_sigma(vector(below), w)[0].subs(sympy.Max(below, root * w.eta_dec), root * w.eta_dec)
    show(vanishes((w.c * sigma - right).subs(sigma, best)))
