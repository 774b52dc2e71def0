"""SymPy proofs of the rates of Lemma 5 and the rotations of Lemma 6: the reference formulas run on symbols."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np

from properties.koehler2022.proofs.losses import prove_lower_bound, prove_simplified_loss
from reference.arithmetic.deferred import sympy
from reference.koehler2022 import loss, loss_gradient, simplified_loss, simplified_loss_gradient, unused_dimensions
from reference.shapes import Array
from verify.proving import is_nonnegative, once, show, symbols, vanishes


@once
def prove_row_decay() -> None:
    """For a zero row i of A, −d/dt ‖Ã^{(i)}‖² = (2/ε̃²)‖(ÃB̃A)^{(i)}‖² + 2 Σ_j Ã_ij²/(‖Ã_j‖² + ε̃²), and
    each 1/(‖Ã_j‖² + ε̃²) is 1/K + (K − ‖Ã_j‖² − ε̃²)/(K(‖Ã_j‖² + ε̃²)) ≥ 1/K. So the rate 2/K, and 1/K, follow.

    The identity is one of sums over the columns j, the other rows and the latents of A; small dimensions, with two of
    each, stand for all.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    for d, k, r in ((1, 1, 1), (2, 1, 2), (2, 2, 1), (3, 1, 1)):
        A, At, Bt = symbols("a", d, k), symbols("t", d, r), symbols("b", r, d)
        A[0] = sympy.Integer(0) * A[0]
        speed = -2 * (At * simplified_loss_gradient(A, At, Bt, EPS)[0])[0].sum()
        reconstruction, lengths = (At @ Bt @ A)[0], (At**2).sum(0) + EPS**2
        decay = 2 * (reconstruction**2).sum() / EPS**2 + 2 * (At[0] ** 2 / lengths).sum()
        show(vanishes(speed + decay))
    _prove_that_the_longest_bounds_the_rest()


def prove_column_decay() -> None:
    """Let F be orthogonal with first columns that span W = colspan A. In its coordinates, FᵀA, FᵀÃ and B̃F, the flow is
    the flow of L₁ for FᵀA (prove_rotations), whose rows past dim W are 0; P_{W⊥}Ã has the norms of these rows of FᵀÃ
    together, and each decays at the rate 2/K, and 1/K, with the K of Ã (prove_row_decay).
    """
    prove_rotations()
    prove_row_decay()


def prove_row_decay_of_the_original_loss() -> None:
    """For a zero row i of A, −d/dt ‖Ã^{(i)}‖² = (2/ε̃²)‖(ÃB̃A)^{(i)}‖² + 2 Σ_j Ã_ij² D̃_jj/ε̃² along the flow of L, and
    each D̃_jj/ε̃² is 1/K' + (K' − ε̃²/D̃_jj)/(K' ε̃²/D̃_jj) ≥ 1/K'. So the rate 2/K' follows, for rows; for the
    projections off the span of the columns, by the rotation that makes it a coordinate subspace (prove_rotations).

    Small dimensions stand for all, as in prove_row_decay.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_rotations()
    for d, k, r in ((1, 1, 1), (2, 1, 2), (2, 2, 1), (3, 1, 1)):
        A, At, Bt = symbols("a", d, k), symbols("t", d, r), symbols("b", r, d)
        D = symbols("D", r, positive=True)
        A[0] = sympy.Integer(0) * A[0]
        speed = -2 * (At * loss_gradient(A, At, Bt, D, EPS)[0])[0].sum()
        decay = 2 * (((At @ Bt @ A)[0] ** 2).sum() + (D * At[0] ** 2).sum()) / EPS**2
        show(vanishes(speed + decay))
    _prove_that_the_longest_bounds_the_rest()


def _prove_speed_of_log_eps() -> None:
    """With ε̃ followed as log ε̃, (log ε̃)' = ‖A − ÃB̃A‖²/ε̃² − δ with δ = d − Σ_j ‖Ã_j‖²/(‖Ã_j‖² + ε̃²).

    The columns of Ã, and the entries of the residual, enter as sums: small dimensions stand for all.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    for d, k, r in ((1, 1, 1), (1, 2, 3), (2, 1, 2), (3, 1, 1)):
        A, At, Bt = symbols("a", d, k), symbols("t", d, r), symbols("b", r, d)
        log_eps_speed = -EPS * simplified_loss_gradient(A, At, Bt, EPS)[2]
        error = ((A - At @ Bt @ A) ** 2).sum() / EPS**2
        show(is_nonnegative(error))
        show(vanishes(log_eps_speed - error + unused_dimensions(At, EPS)))


def prove_recovery() -> None:
    """(log ε̃)' ≥ −δ (shown), and q' ≤ −2q/(K + v) for q = ‖P_{W⊥}Ã‖² and v = ε̃² (prove_column_decay, with K at the
    moment in place of its maximum). For f(v) = −log(1 + K/v)/(δK), f(v)' = 2(log ε̃)'/(δ(K + v)) ≥ −2/(K + v), so that
    log q − f(v) does not rise. For every K and δ > 0 that are no less than the least.
    """
    prove_column_decay()
    _prove_speed_of_log_eps()
    v, K, delta = sympy.symbols("v K delta", positive=True)
    slope = sympy.diff(-sympy.log(1 + K / v) / (delta * K), v)
    show(vanishes(2 * v * slope - 2 / (delta * (K + v))))


def prove_recovery_for_ever() -> None:
    """‖P_{W⊥}Ã(t)‖² ≤ e^{−2t/K}‖P_{W⊥}Ã(0)‖² by prove_column_decay, and ‖A − ÃB̃A‖² ≤ 2ε̃²(L − d log ε̃ − r/2) at every D̃
    by prove_lower_bound: of L₁, too, which is L at the D̃ of Lemma 3.

    Words: K is finite as Ã and ε̃ converge. So P_{W⊥}Ã_* = 0: span Ã_* ⊆ W. By Lemma 1, ε̃ → 0 and the error vanishes:
    A = Ã_*B̃_*A, hence W ⊆ span Ã_*.
    """
    prove_column_decay()
    prove_lower_bound()
    prove_simplified_loss()


def prove_too_few_latents() -> None:
    """ε̃ε̃' in ε̃, and (log ε̃)' in log ε̃, are ‖A − ÃB̃A‖²/ε̃² − δ with δ ≤ d, and so at least m/ε̃² − d.

    Words: ÃB̃A has a rank of at most r, so that ‖A − ÃB̃A‖² ≥ m = Σ_{k>r} σ_k(A)² by the theorem of Eckart and Young; and
    a differentiable v with v' ≥ 0 wherever v ≤ m/d is never less than the smaller of v(0) and m/d.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    _prove_speed_of_log_eps()
    length = sympy.Symbol("l", nonnegative=True)
    show(is_nonnegative(length / (length + EPS**2)))


def prove_one_latent_keeps(quantity: Callable[[Array, Any], Any]) -> None:
    """Prove for d = 2, 3 that along −∇L₁ at A = 0, B̃ = 0, r = 1, B̃ stays 0, Ã keeps its direction, u = ‖Ã‖² and
    s = ‖Ã‖² + ε̃² have u' = −2u/s and s' = −2d, and a quantity, a function of Ã (d × 1) and ε̃, is constant.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    for d in (2, 3):
        At = symbols("t", d, 1)
        in_At, in_Bt, in_eps = simplified_loss_gradient(0 * At, At, 0 * At.T, EPS)
        show(vanishes(in_Bt))
        show(vanishes(At @ in_At.T - in_At @ At.T))

        def speed(value: Any, At: Array = At, in_At: Array = in_At, in_eps: Any = in_eps) -> Any:
            pairs = zip([*At.flat, EPS], [*in_At.flat, in_eps], strict=True)
            return -sum(sympy.diff(value, symbol) * slope for symbol, slope in pairs)

        u = (At**2).sum()
        s = u + EPS**2
        show(vanishes(speed(u) + 2 * u / s))
        show(vanishes(speed(s) + 2 * d))
        show(vanishes(speed(quantity(At, EPS))))


def _prove_that_the_longest_bounds_the_rest() -> None:
    """1/l ≥ 1/K for every l > 0 and K = l + s, s ≥ 0."""
    length, slack = sympy.Symbol("l", positive=True), sympy.Symbol("s", nonnegative=True)
    show(is_nonnegative(1 / length - 1 / (length + slack)))


def _are_derivatives(slopes: Sequence[Any], value: Any, parameters: Sequence[Any]) -> bool:
    flat = [np.concatenate([np.ravel(x) for x in arrays]) for arrays in (slopes, parameters)]
    pairs = zip(*flat, strict=True)
    return all(vanishes(slope - sympy.diff(value, symbol)) for slope, symbol in pairs)


@once
def prove_rotations() -> None:
    """L_A(Ã, B̃, D̃, ε̃) = L_{UA}(UÃ, B̃Uᵀ, D̃, ε̃), likewise for L₁, and the gradients are the derivatives of the losses in
    every parameter. By the chain rule, and as the rotation of the parameters is orthogonal, it maps the gradient of L_A
    to that of L_{UA}, a step of descent to a step, and a solution of the flow to a solution.

    U is any rotation or reflection of a plane, and these generate the orthogonal matrices; further coordinates, columns
    and latents add summands of the kinds that two of each have already.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    COS = sympy.Symbol("c", real=True)  # of any angle, whose sine is √(1 − c²) or −√(1 − c²)
    A, At, Bt = symbols("a", 2, 2), symbols("t", 2, 2), symbols("b", 2, 2)
    D = symbols("D", 2, positive=True)
    for value, gradient, parameters in (
        (loss, loss_gradient, (At, Bt, D, EPS)),
        (simplified_loss, simplified_loss_gradient, (At, Bt, EPS)),
    ):
        show(_are_derivatives(gradient(A, *parameters), value(A, *parameters), parameters))
        for sine, sign in product((1, -1), (1, -1)):
            SIN = sine * sympy.sqrt(1 - COS**2)
            U = np.array([[COS, -sign * SIN], [SIN, sign * COS]])
            rotated = value(U @ A, U @ At, Bt @ U.T, *parameters[2:])
            show(vanishes(rotated - value(A, *parameters)))
