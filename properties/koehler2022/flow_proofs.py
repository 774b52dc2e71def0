"""SymPy proofs of the rates of Lemma 5: the reference gradient runs on symbols."""

import numpy as np
import sympy

from reference.koehler2022 import simplified_loss_gradient
from reference.numbers import Array

EPS = sympy.Symbol("epsilon", positive=True)


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
    length, slack = sympy.Symbol("l", positive=True), sympy.Symbol("s", nonnegative=True)
    assert sympy.simplify(1 / length - 1 / (length + slack)).is_nonnegative
