"""SymPy proofs for §3 and Apps. E and F of dai2018, from the reference formulas."""

import numpy as np
import sympy

from reference.dai2018_robust import (
    autoencoder_cost,
    floored,
    penalised_autoencoder_cost,
    pseudo_inverse_of_factors,
    reduced_autoencoder_cost,
    variance_cost,
)

C, ALPHA, GAMMA, GAP = sympy.symbols("c alpha gamma Delta", positive=True)


def _matrix(name: str, rows: int, columns: int) -> np.ndarray:
    return np.array(sympy.symbols(f"{name}:{rows * columns}", real=True), dtype=object).reshape(rows, columns)


def prove_pseudo_inverse_projects() -> None:
    """A = FG of full rank r gives AA⁺A = A, so that AA⁺x = x for every x = Ay = [W E](v, t); for A = 0, x = 0.

    AA⁺A = F (GGᵀ)(GGᵀ)⁻¹(FᵀF)⁻¹(FᵀF) G cancels in any dimension. r = 1 and 2 run the formula of the reference on G =
    [I *], as row reduction makes it, and on F that a rotation has made triangular, without its rows of zeros.
    """
    for rows, r, columns in ((2, 1, 3), (2, 2, 3)):
        F, free = np.triu(_matrix("f", rows, r)), _matrix("g", r, columns - r)
        G = np.concatenate([np.array(sympy.eye(r).tolist(), dtype=object), free], axis=1)
        A = F @ G
        difference = A @ pseudo_inverse_of_factors(F, G) @ A - A
        assert all(sympy.expand(sympy.numer(sympy.together(entry))) == 0 for entry in difference.ravel())


def prove_floored_variance_is_optimal() -> None:
    """The derivative of c/γ + log γ is (γ − c)/γ², so that over γ ≥ α the only minimum is at max(c, α) = ξ_α(c).

    There c/ξ is 1 for c ≥ α and c/α ∈ [0, 1) for 0 ≤ c < α: it is what the value exceeds log ξ by. The two cases are
    c = α + Δ and α = c + Δ; c = 0 is a case of the second.
    """
    slope = sympy.diff(variance_cost(C, GAMMA), GAMMA)
    assert sympy.simplify(slope - (GAMMA - C) / GAMMA**2) == 0
    excess = variance_cost(C, GAMMA) - sympy.log(GAMMA)
    above = floored(ALPHA + GAP, ALPHA)
    assert sympy.simplify(above - (ALPHA + GAP)) == 0
    assert sympy.simplify(excess.subs(C, ALPHA + GAP).subs(GAMMA, above)) == 1
    for level in (C, sympy.Integer(0)):
        below = floored(level, level + GAP)
        assert sympy.simplify(below - (level + GAP)) == 0
        share = excess.subs(C, level).subs(GAMMA, below)
        assert share.is_nonnegative
        assert sympy.simplify(1 - share - GAP / (level + GAP)) == 0
    assert floored(C, C) == C


def prove_variance_costs_reduce() -> None:
    """The cost (86) is a sum of (68) over the entries, each minimised as eq. (69) says; the limit of (87) is a count.

    For r² ≥ α > 0 the entry log ξ_α(r²) is log r², whose ratio to log α tends to 0, and for r = 0 it is log α, whose
    ratio is 1. The (85) of (W/β, βM) exceeds that (86) by β²‖M‖². Entries are summed, so that 2 × 2 stands for all.
    """
    prove_floored_variance_is_optimal()
    X, W, M = _matrix("x", 2, 2), _matrix("w", 2, 1), _matrix("m", 1, 2)
    gamma = np.array(sympy.symbols("g:4", positive=True), dtype=object).reshape(2, 2)
    terms = sum(variance_cost(r**2, g) for r, g in zip((X - W @ M).ravel(), gamma.ravel(), strict=True))
    assert sympy.simplify(autoencoder_cost(X, W, M, gamma) - terms) == 0
    scaled = penalised_autoencoder_cost(X, W / GAP, GAP * M, gamma)
    assert sympy.simplify(scaled - terms - GAP**2 * (M**2).sum()) == 0
    one = np.array([[sympy.Integer(1)]], dtype=object)
    fitted = reduced_autoencoder_cost(one, one, one, ALPHA)
    assert sympy.simplify(fitted - sympy.log(ALPHA)) == 0
    outlier = np.array([[1 + sympy.sqrt(ALPHA + GAP)]], dtype=object)
    missed = reduced_autoencoder_cost(outlier, one, one, ALPHA)
    assert sympy.simplify(missed - sympy.log(ALPHA + GAP)) == 0
    assert sympy.limit(sympy.log(C) / sympy.log(ALPHA), ALPHA, 0, "+") == 0
