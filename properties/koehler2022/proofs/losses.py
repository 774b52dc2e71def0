"""SymPy proofs: the reference formulas run on symbols, and each step of the argument is an identity that is shown.

Every proof ends at u − log u − 1 ≥ 0 for u > 0, with equality at u = 1 alone:
:func:`verify.proving.prove_least_excess`.
"""

import numpy as np

from reference.arithmetic.deferred import sympy
from reference.koehler2022 import (
    loss,
    loss_gradient,
    optimal_decoder_deviation,
    optimal_encoder_variance,
    simplified_loss,
    vae_loss,
)
from reference.shapes import Array
from verify.proving import excess, is_nonnegative, prove_least_excess, show, symbols, vanishes


def prove_kl_bound() -> None:
    """Tr(D)/2 − ½ Σ log D_ii − r/2 = ½ Σ (D_ii − log D_ii − 1), term by term."""
    prove_least_excess()
    for r in (1, 2, 3):
        D = symbols("D", r, positive=True)
        show(vanishes(vae_loss(0, 0, D, sympy.Integer(1), 1) - sympy.Rational(r, 2) - sum(map(excess, D)) / 2))


def prove_lower_bound() -> None:
    """L − d log ε − r/2 = R/(2ε²) + E‖g‖²/2 + ½ Σ (D_ii − log D_ii − 1), and no term of this is negative.

    d is a symbol; D enters additively, entry by entry, so that small r stand for all.
    """
    EPS, DIM = sympy.symbols("epsilon d", positive=True)
    REST, SQUARE = sympy.symbols("m R", nonnegative=True)
    prove_least_excess()
    show(is_nonnegative(SQUARE / (2 * EPS**2)))
    show(is_nonnegative(REST / 2))
    for r in (1, 2, 3):
        D = symbols("D", r, positive=True)
        terms = SQUARE / (2 * EPS**2) + REST / 2 + sum(map(excess, D)) / 2
        lower = DIM * sympy.log(EPS) + sympy.Rational(r, 2)
        show(vanishes(vae_loss(SQUARE, REST, D, EPS, DIM) - lower - terms))


def prove_optimal_deviation() -> None:
    """∂L/∂ε = d(ε − ε*)(ε + ε*)/ε³: L falls before ε* and rises after it. With ε* = 0 it rises everywhere, and
    L(uε) = L(ε) + d log u, which is −∞ in the limit u → 0.

    d is a symbol; D enters additively, entry by entry, and leaves ∂L/∂ε alone, so that one r stands for all.
    """
    EPS, DIM = sympy.symbols("epsilon d", positive=True)
    REST = sympy.Symbol("m", nonnegative=True)
    D, best = symbols("D", 2, positive=True), sympy.Symbol("best", nonnegative=True)
    square = DIM * best**2
    show(vanishes(optimal_decoder_deviation(square, DIM) - best))
    slope = sympy.diff(vae_loss(square, REST, D, EPS, DIM), EPS)
    show(vanishes(slope - DIM * (EPS - best) * (EPS + best) / EPS**3))
    u = sympy.Symbol("u", positive=True)
    fallen = vae_loss(0, REST, D, u * EPS, DIM) - vae_loss(0, REST, D, EPS, DIM)
    show(vanishes(fallen - DIM * sympy.log(u)))


def _linear(d: int, k: int, r: int) -> tuple[Array, Array, Array]:
    return symbols("A", d, k), symbols("At", d, r), symbols("Bt", r, d)


def prove_optimal_d() -> None:
    """With D_ii = u_i D*_ii, L(D) − L(D*) = ½ Σ (u_i − log u_i − 1), which is ≥ 0 and 0 at D* alone.

    D enters L as a sum over i of functions of D_ii and ‖Ã_i‖², so that small dimensions stand for all.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_least_excess()
    for d, k, r in ((1, 1, 1), (2, 1, 2), (1, 2, 2)):
        A, At, Bt = _linear(d, k, r)
        D = symbols("D", r, positive=True)
        slopes = [sympy.diff(loss(A, At, Bt, D, EPS), variable) for variable in D]
        show(vanishes(loss_gradient(A, At, Bt, D, EPS)[2] - slopes))
        u, best = symbols("u", r, positive=True), optimal_encoder_variance(At, EPS)
        gap = loss(A, At, Bt, u * best, EPS) - loss(A, At, Bt, best, EPS)
        show(vanishes(gap - sum(map(excess, u)) / 2))
        show(vanishes(loss_gradient(A, At, Bt, best, EPS)[2]))


def prove_simplified_loss() -> None:
    """L at D* is the printed L₁, and D* is the minimiser: :func:`prove_optimal_d`."""
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_optimal_d()
    for d, k, r in ((1, 1, 1), (2, 1, 2), (1, 2, 2)):
        A, At, Bt = _linear(d, k, r)
        show(vanishes(loss(A, At, Bt, optimal_encoder_variance(At, EPS), EPS) - simplified_loss(A, At, Bt, EPS)))


def prove_row_correlation() -> None:
    """Σ_j Ã_ij ∂L/∂Ã_ij = Σ_j D_jj Ã_ij²/ε² + ‖(ÃB̃A)^{(i)}‖²/ε² by differentiation, and likewise for L₁: the
    surplus is no less than 0, and is 0 for B̃ = 0.

    Every further column of A, row of Ã or latent adds summands of the kinds that these dimensions have already.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    for d, k, r in ((1, 1, 1), (2, 2, 2)):
        A, At, Bt = _linear(d, k, r)
        D = symbols("D", r, positive=True)
        A = np.concatenate([0 * A[:1], A[1:]])
        surplus = ((At @ Bt @ A)[0] ** 2).sum() / EPS**2
        show(is_nonnegative(surplus))
        for value, least in (
            (loss(A, At, Bt, D, EPS), (D * At[0] ** 2).sum() / EPS**2),
            (simplified_loss(A, At, Bt, EPS), (At[0] ** 2 / ((At * At).sum(0) + EPS**2)).sum()),
        ):
            correlation = sum(entry * sympy.diff(value, entry) for entry in At[0])
            show(vanishes(correlation - least - surplus))
