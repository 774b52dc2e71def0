"""SymPy proofs on the learned variance: the reference formulas of one mode, run on symbols, branch by branch."""

from typing import Any

import sympy

from reference.wang2022 import Weights
from reference.wang2022.optima import mode_loss, mode_loss_derivative, optimal_sigma
from verify.proving import is_positive, show, vanishes, vector

ROOT, ETA_DEC, ETA_ENC, SIGMA, ZETA, GAP = sympy.symbols("root eta_dec eta_enc sigma zeta gap", positive=True)
WEIGHTS = Weights(ROOT**2, ETA_DEC, ETA_ENC)
SLOPE = ROOT * ETA_DEC / ETA_ENC
"""√β η_dec/η_enc: a mode is learned at σ if ζ exceeds SLOPE σ."""


def _branches(formula: Any) -> tuple[Any, Any]:
    """Return a formula of (σ, ζ, w) where ζ > SLOPE σ, and where ζ ≤ SLOPE σ, as expressions in SIGMA and ZETA.

    The signed distance from the threshold is a symbol, so that the maximum in the formula is decided.
    """
    sides = []
    for sign, gap in ((1, GAP), (-1, sympy.Symbol("gap", nonnegative=True))):
        value = formula(vector(SIGMA), vector(SLOPE * SIGMA + sign * gap), WEIGHTS)[0]
        show(not value.has(sympy.Max))
        sides.append(value.subs(gap, sign * (ZETA - SLOPE * SIGMA)))
    return sides[0], sides[1]


def prove_mode_loss_derivative() -> None:
    """Derive l_i' from l_i on both sides of the threshold, where the two sides of l_i and of l_i' also agree."""
    losses, slopes = _branches(mode_loss), _branches(mode_loss_derivative)
    for loss, slope in zip(losses, slopes, strict=True):
        show(vanishes(sympy.diff(loss, SIGMA) - slope))
    for learned, collapsed in (losses, slopes):
        show(vanishes((learned - collapsed).subs(ZETA, SLOPE * SIGMA)))


def prove_optimal_sigma_of_learned_mode() -> None:
    """Show that for b < ζ² the convex branch of l_i is stationary at eq. (54), and that l_i increases past it."""
    prove_mode_loss_derivative()
    learned, collapsed = _branches(mode_loss)
    above = sympy.expand(ROOT * ETA_DEC * (1 + GAP))  # ζ with b < ζ², so that the maximum in optimal_sigma is decided
    best = optimal_sigma(vector(above), WEIGHTS)[0]
    show(not best.has(sympy.Max))
    show(vanishes(best - ROOT * ETA_DEC * ETA_ENC / above))
    show(vanishes(sympy.diff(learned, SIGMA).subs(ZETA, above).subs(SIGMA, best)))
    show(is_positive(sympy.diff(learned, SIGMA, 2)))
    # eq. (55): the stationary point lies on its branch
    show(is_positive(above / SLOPE - best))
    # the other branch begins at σ = ζ/SLOPE > η_enc, and increases there
    show(is_positive((ZETA / SLOPE).subs(ZETA, above) - ETA_ENC))
    show(is_positive(sympy.diff(collapsed, SIGMA).subs(SIGMA, ETA_ENC * (1 + GAP))))


def prove_stationarity() -> None:
    """Show that the corrected eq. (52) is l_i' = 0 on either branch, and that the optimal σ_i solves it, alone.

    Its left side less its right one increases in σ on either branch, and the branches meet at the threshold: so it is
    negative to the left of the only solution, and positive to the right. ζ = 0 has the second branch alone.
    """
    learned, collapsed = _branches(mode_loss)
    right = WEIGHTS.b / SIGMA
    show(vanishes(sympy.diff(learned, SIGMA) - 2 * (SLOPE * ZETA - right)))
    show(vanishes(sympy.diff(collapsed, SIGMA) - 2 * (WEIGHTS.c * SIGMA - right)))
    sides = (SLOPE * ZETA - right, WEIGHTS.c * SIGMA - right)
    for difference in sides:
        show(is_positive(sympy.diff(difference, SIGMA)))
    show(vanishes((sides[0] - sides[1]).subs(ZETA, SLOPE * SIGMA)))
    above = ROOT * ETA_DEC + GAP
    best = optimal_sigma(vector(above), WEIGHTS)[0].subs(sympy.Max(above, ROOT * ETA_DEC), above)
    show(vanishes((SLOPE * above - right).subs(SIGMA, best)))
    below = ROOT * ETA_DEC * GAP / (1 + GAP)
    best = optimal_sigma(vector(below), WEIGHTS)[0].subs(sympy.Max(below, ROOT * ETA_DEC), ROOT * ETA_DEC)
    show(vanishes((WEIGHTS.c * SIGMA - right).subs(SIGMA, best)))
