"""Symbolic proofs: the reference formulas of wang2022, run on SymPy symbols."""

from functools import cache
from typing import Any

import numpy as np
import sympy

from reference.wang2022 import Weights, factorization_loss, hessian_uu, hessian_uv, hessian_vu, hessian_vv
from reference.wang2022.optima import mode_loss, mode_loss_derivative, optimal_sigma

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
        value = formula(np.array([SIGMA]), np.array([SLOPE * SIGMA + sign * gap]), WEIGHTS)[0]
        assert not value.has(sympy.Max)
        sides.append(value.subs(gap, sign * (ZETA - SLOPE * SIGMA)))
    return sides[0], sides[1]


def prove_mode_loss_derivative() -> None:
    """Derive l_i' from l_i on both sides of the threshold, where the two sides of l_i and of l_i' also agree."""
    losses, slopes = _branches(mode_loss), _branches(mode_loss_derivative)
    for loss, slope in zip(losses, slopes, strict=True):
        assert sympy.simplify(sympy.diff(loss, SIGMA) - slope) == 0
    for learned, collapsed in (losses, slopes):
        assert sympy.simplify((learned - collapsed).subs(ZETA, SLOPE * SIGMA)) == 0


def prove_optimal_sigma_of_learned_mode() -> None:
    """Show that for b < ζ² the convex branch of l_i is stationary at eq. (54), and that l_i increases past it."""
    prove_mode_loss_derivative()
    learned, collapsed = _branches(mode_loss)
    above = sympy.expand(ROOT * ETA_DEC * (1 + GAP))  # ζ with b < ζ², so that the maximum in optimal_sigma is decided
    best = optimal_sigma(np.array([above]), WEIGHTS)[0]
    assert not best.has(sympy.Max)
    assert sympy.simplify(best - ROOT * ETA_DEC * ETA_ENC / above) == 0
    assert sympy.simplify(sympy.diff(learned, SIGMA).subs(ZETA, above).subs(SIGMA, best)) == 0
    assert sympy.simplify(sympy.diff(learned, SIGMA, 2)).is_positive
    # eq. (55): the stationary point lies on its branch
    assert sympy.factor(sympy.simplify(above / SLOPE - best)).is_positive
    # the other branch begins at σ = ζ/SLOPE > η_enc, and increases there
    assert sympy.expand((ZETA / SLOPE).subs(ZETA, above) - ETA_ENC).is_positive
    assert sympy.factor(sympy.simplify(sympy.diff(collapsed, SIGMA).subs(SIGMA, ETA_ENC * (1 + GAP)))).is_positive


def prove_stationarity() -> None:
    """Show that the corrected eq. (52) is l_i' = 0 on either branch, and that the optimal σ_i solves it."""
    learned, collapsed = _branches(mode_loss)
    right = WEIGHTS.b / SIGMA
    assert sympy.simplify(sympy.diff(learned, SIGMA) - 2 * (SLOPE * ZETA - right)) == 0
    assert sympy.simplify(sympy.diff(collapsed, SIGMA) - 2 * (WEIGHTS.c * SIGMA - right)) == 0
    above = ROOT * ETA_DEC + GAP
    best = optimal_sigma(np.array([above]), WEIGHTS)[0].subs(sympy.Max(above, ROOT * ETA_DEC), above)
    assert sympy.simplify((SLOPE * above - right).subs(SIGMA, best)) == 0
    below = ROOT * ETA_DEC * GAP / (1 + GAP)
    best = optimal_sigma(np.array([below]), WEIGHTS)[0].subs(sympy.Max(below, ROOT * ETA_DEC), ROOT * ETA_DEC)
    assert sympy.simplify((WEIGHTS.c * SIGMA - right).subs(SIGMA, best)) == 0


# --- the Hessian of L(U, V) -----------------------------------------------------------------------------------------


def _matrix(name: str) -> np.ndarray:
    return np.array([[sympy.Symbol(f"{name}{i}{j}", real=True) for j in range(2)] for i in range(2)], dtype=object)


U, V, Z = (_matrix(name) for name in "UVZ")
SIGMAS = np.array(sympy.symbols("sigma0 sigma1", positive=True), dtype=object)


@cache
def _loss() -> Any:
    """Return L(U, V) of d0 = d1 = d2 = 2.

    L is a sum over rows of U and of V of one polynomial in their dot products, and over latent dimensions, so two
    values of each index show every case of the Kronecker deltas.
    """
    return sympy.expand(factorization_loss(U, V, Z, SIGMAS, WEIGHTS))


def _prove_block(block: np.ndarray, first: np.ndarray, second: np.ndarray) -> None:
    for i in np.ndindex(2, 2):
        gradient = sympy.diff(_loss(), first[i])
        for j in np.ndindex(2, 2):
            assert sympy.expand(sympy.diff(gradient, second[j]) - block[(*i, *j)]) == 0


def prove_hessian_uu() -> None:
    """Differentiate L(U, V) twice, by every pair of entries of U."""
    _prove_block(hessian_uu(U, V, SIGMAS), U, U)


def prove_hessian_vu_and_uv() -> None:
    """Differentiate L(U, V) by every entry of V and every entry of U, in both orders."""
    _prove_block(hessian_vu(U, V, Z), V, U)
    _prove_block(hessian_uv(U, V, Z), U, V)


def prove_hessian_vv() -> None:
    """Differentiate L(U, V) twice, by every pair of entries of V."""
    _prove_block(hessian_vv(U, V, WEIGHTS), V, V)
