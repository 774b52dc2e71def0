"""SymPy proofs of the rates of Lemma 5 and the rotations of Lemma 6: the reference formulas run on symbols."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import sympy

from reference.arithmetic.exact import Array
from reference.koehler2022 import loss, loss_gradient, simplified_loss, simplified_loss_gradient

EPS = sympy.Symbol("epsilon", positive=True)
COS, SIN = sympy.symbols("c s", real=True)


def _matrix(name: str, rows: int, columns: int) -> Array:
    symbols = [sympy.Symbol(f"{name}{i}{j}", real=True) for i in range(rows) for j in range(columns)]
    return np.array(symbols, dtype=object).reshape(rows, columns)


def prove_row_decay() -> None:
    """For a zero row i of A, −d/dt ‖Ã^{(i)}‖² = (2/ε̃²)‖(ÃB̃A)^{(i)}‖² + 2 Σ_j Ã_ij²/(‖Ã_j‖² + ε̃²), and
    each 1/(‖Ã_j‖² + ε̃²) is 1/K + (K − ‖Ã_j‖² − ε̃²)/(K(‖Ã_j‖² + ε̃²)) ≥ 1/K. So the rate 2/K, and 1/K, follow.

    The identity is one of sums over the columns j, the other rows and the latents of A; small dimensions, with two of
    each, stand for all.
    """
    for d, k, r in ((1, 1, 1), (2, 1, 2), (2, 2, 1), (3, 1, 1)):
        A, At, Bt = _matrix("a", d, k), _matrix("t", d, r), _matrix("b", r, d)
        A[0] = sympy.Integer(0) * A[0]
        speed = -2 * (At * simplified_loss_gradient(A, At, Bt, EPS)[0])[0].sum()
        reconstruction, lengths = (At @ Bt @ A)[0], (At**2).sum(0) + EPS**2
        decay = 2 * (reconstruction**2).sum() / EPS**2 + 2 * (At[0] ** 2 / lengths).sum()
        assert sympy.simplify(speed + decay) == 0
    _prove_that_the_longest_bounds_the_rest()


def prove_row_decay_of_the_original_loss() -> None:
    """For a zero row i of A, −d/dt ‖Ã^{(i)}‖² = (2/ε̃²)‖(ÃB̃A)^{(i)}‖² + 2 Σ_j Ã_ij² D̃_jj/ε̃² along the flow of L, and
    each D̃_jj/ε̃² is 1/K' + (K' − ε̃²/D̃_jj)/(K' ε̃²/D̃_jj) ≥ 1/K'. So the rate 2/K' follows, for rows; for the
    projections off the span of the columns, by the rotation that makes it a coordinate subspace (prove_rotations).

    Small dimensions stand for all, as in prove_row_decay.
    """
    prove_rotations()
    for d, k, r in ((1, 1, 1), (2, 1, 2), (2, 2, 1), (3, 1, 1)):
        A, At, Bt = _matrix("a", d, k), _matrix("t", d, r), _matrix("b", r, d)
        D = np.array(sympy.symbols(f"D1:{r + 1}", positive=True), dtype=object)
        A[0] = sympy.Integer(0) * A[0]
        speed = -2 * (At * loss_gradient(A, At, Bt, D, EPS)[0])[0].sum()
        decay = 2 * (((At @ Bt @ A)[0] ** 2).sum() + (D * At[0] ** 2).sum()) / EPS**2
        assert sympy.simplify(speed + decay) == 0
    _prove_that_the_longest_bounds_the_rest()


def prove_recovery() -> None:
    """With ε̃ followed as log ε̃, (log ε̃)' + d = ‖A − ÃB̃A‖²/ε̃² + Σ_j ‖Ã_j‖²/(‖Ã_j‖² + ε̃²) ≥ 0, and q' ≤ −2q/K for
    q = ‖P_{W⊥}Ã‖² (prove_row_decay, prove_rotations). So dK q' ≤ −2dq ≤ 2q (log ε̃)'.

    The columns of Ã, and the entries of the residual, enter as sums: small dimensions stand for all.
    """
    prove_row_decay()
    prove_rotations()
    for d, k, r in ((1, 1, 1), (1, 2, 3), (2, 1, 2), (3, 1, 1)):
        A, At, Bt = _matrix("a", d, k), _matrix("t", d, r), _matrix("b", r, d)
        log_eps_speed = -EPS * simplified_loss_gradient(A, At, Bt, EPS)[2]
        lengths = (At**2).sum(0)
        excess = ((A - At @ Bt @ A) ** 2).sum() / EPS**2 + (lengths / (lengths + EPS**2)).sum()
        assert sympy.simplify(log_eps_speed + d - excess) == 0


def prove_one_latent_keeps(quantity: Callable[[Array, Any], Any]) -> None:
    """Prove for d = 2, 3 that along −∇L₁ at A = 0, B̃ = 0, r = 1, B̃ stays 0, Ã keeps its direction, u = ‖Ã‖² and
    s = ‖Ã‖² + ε̃² have u' = −2u/s and s' = −2d, and a quantity, a function of Ã (d × 1) and ε̃, is constant.
    """
    for d in (2, 3):
        At = _matrix("t", d, 1)
        in_At, in_Bt, in_eps = simplified_loss_gradient(0 * At, At, 0 * At.T, EPS)
        assert not in_Bt.any()
        assert all(sympy.simplify(x) == 0 for x in (At @ in_At.T - in_At @ At.T).flat)

        def speed(value: Any, At: Array = At, in_At: Array = in_At, in_eps: Any = in_eps) -> Any:
            pairs = zip([*At.flat, EPS], [*in_At.flat, in_eps], strict=True)
            return -sum(sympy.diff(value, symbol) * slope for symbol, slope in pairs)

        u = (At**2).sum()
        s = u + EPS**2
        assert sympy.simplify(speed(u) + 2 * u / s) == 0
        assert sympy.simplify(speed(s) + 2 * d) == 0
        assert sympy.simplify(speed(quantity(At, EPS))) == 0


def _prove_that_the_longest_bounds_the_rest() -> None:
    """1/l ≥ 1/K for every l > 0 and K = l + s, s ≥ 0."""
    length, slack = sympy.Symbol("l", positive=True), sympy.Symbol("s", nonnegative=True)
    assert sympy.simplify(1 / length - 1 / (length + slack)).is_nonnegative


def _are_derivatives(slopes: Sequence[Any], value: Any, parameters: Sequence[Any]) -> bool:
    flat = [np.concatenate([np.ravel(x) for x in arrays]) for arrays in (slopes, parameters)]
    pairs = zip(*flat, strict=True)
    return all(sympy.expand(slope - sympy.diff(value, symbol)) == 0 for slope, symbol in pairs)


def _on_the_circle(expression: Any) -> Any:
    """Return the normal form of an expression modulo cos² + sin² = 1, inside its logarithms too."""

    def reduced(x: Any) -> Any:
        circle = sympy.Poly(COS**2 + SIN**2 - 1, COS)
        return sympy.expand(sympy.rem(sympy.Poly(sympy.expand(x), COS), circle).as_expr())

    return reduced(sympy.sympify(expression).replace(sympy.log, lambda x: sympy.log(reduced(x))))


@cache
def prove_rotations() -> None:
    """L_A(Ã, B̃, D̃, ε̃) = L_{UA}(UÃ, B̃Uᵀ, D̃, ε̃), likewise for L₁, and the gradients are the derivatives of the losses in
    every parameter. By the chain rule, and as the rotation of the parameters is orthogonal, it maps the gradient of L_A
    to that of L_{UA}, a step of descent to a step, and a solution of the flow to a solution.

    U is any rotation or reflection of a plane, and these generate the orthogonal matrices; further coordinates, columns
    and latents add summands of the kinds that two of each have already.
    """
    A, At, Bt = _matrix("a", 2, 2), _matrix("t", 2, 2), _matrix("b", 2, 2)
    D = np.array(sympy.symbols("D1 D2", positive=True), dtype=object)
    for value, gradient, parameters in (
        (loss, loss_gradient, (At, Bt, D, EPS)),
        (simplified_loss, simplified_loss_gradient, (At, Bt, EPS)),
    ):
        assert _are_derivatives(gradient(A, *parameters), value(A, *parameters), parameters)
        for U in (np.array([[COS, -SIN], [SIN, COS]]), np.array([[COS, SIN], [SIN, -COS]])):
            rotated = value(U @ A, U @ At, Bt @ U.T, *parameters[2:])
            assert _on_the_circle(rotated - value(A, *parameters)) == 0
