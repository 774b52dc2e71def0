"""SymPy proofs on the minima of (5) and (7): the reference formulas run on symbols."""

from typing import Any

import numpy as np

from reference.arithmetic import column_squared_norms, identity, rectangular_diagonal
from reference.arithmetic.deferred import sympy
from reference.dai2018 import cost, decoder_covariance, separable_cost
from reference.dai2018.minima import (
    covariance,
    covariance_cost,
    curvature,
    gradient,
    sample_covariance,
    separable_covariance_cost,
    separable_curvature,
    separable_determinant,
    separable_gradient,
    stationary_point,
    variance_slope,
)
from reference.shapes import Array
from verify.proving import is_positive, once, scalar, show, symbols, symmetric, vanishes


def _rotation(t: Any) -> Array:
    """Return the rotation of the plane by 2 arctan t: all but −I."""
    return np.array([[1 - t**2, -2 * t], [2 * t, 1 - t**2]], dtype=object) / (1 + t**2)


def prove_singular_values() -> None:
    """‖(UΛVᵀV)e_j‖² = Λ_jj²: it needs VᵀV = I and ‖u_j‖² = 1 alone.

    Checked for d, κ ≤ 2, with rotations and reflections; each further dimension only adds a term to these sums.
    """
    x, y = sympy.symbols("x y", real=True)
    for d, kappa, sign in ((1, 2, 1), (2, 1, 1), (2, 2, 1), (2, 2, -1)):
        U = _rotation(x) if d == 2 else identity(1, 1, _rotation(x))
        V = _rotation(y) * [sign, 1] if kappa == 2 else identity(1, 1, _rotation(y))
        s = symbols("s", min(d, kappa), nonnegative=True)
        W = U @ rectangular_diagonal(s, d, kappa) @ V.mT
        show(vanishes(column_squared_norms(W @ V) - rectangular_diagonal(s**2, d, kappa).sum(0)))


# --- stationary points ----------------------------------------------------------------------------------------------
# (QSQᵀ, QWR) and (S, W) cost the same for orthogonal Q, and R in (5): W may be taken as the Λ of its SVD.


@once
def prove_derivatives() -> None:
    """The gradients and curvatures are the derivatives of eqs. (42) and (34) along a generic Δ, for generic S.

    Checked for d, κ ≤ 2; of (7) in W of one row or column, and diagonal W, as its columns may not be rotated. The
    formulas are the same in every dimension. (5) and (7) are n times these costs, shown for two data points.
    """
    LAM, STEP = sympy.symbols("lambda t", positive=True)
    X, w, b = symbols("x", 2, 2), symbols("w", 2, 1), symbols("b", 2)
    S = sample_covariance(X, b)
    for printed, cost_of_covariance in ((cost, covariance_cost), (separable_cost, separable_covariance_cost)):
        show(vanishes(printed(X, w, b, LAM) - 2 * cost_of_covariance(S, w, LAM)))
    p, q = symbols("p", 2, positive=True)
    zero = sympy.Integer(0)
    triples = (
        (covariance_cost, gradient, curvature),
        (separable_covariance_cost, separable_gradient, separable_curvature),
    )
    for entries in ([[p]], [[p, q]], [[p], [zero]], [[p, zero], [zero, q]]):
        W = np.array(entries, dtype=object)
        S, D = symmetric("S", len(W)), symbols("D", *W.shape)
        for of_covariance, slope, second in triples:
            first = sympy.diff(scalar(of_covariance(S, W + STEP * D, LAM)), STEP)
            show(vanishes(first.subs(STEP, 0) - (slope(S, W, LAM) * D).sum()))
            show(vanishes(sympy.diff(first, STEP).subs(STEP, 0) - second(S, W, LAM, D)))


@once
def prove_stationarity() -> None:
    """½ M G (λI + WᵀW) = W(λI + WᵀW) − SW for the gradient G, so that G = 0 if and only if SW = W(λI + WᵀW).

    This is M⁻¹W(λI + WᵀW) = W, entry by entry of Λ. With W = UΛVᵀ it says that Su_i = (λ + Λ_ii²)u_i wherever
    Λ_ii > 0: the stationary points are those of :func:`stationary_point`, times orthogonal matrices, and no others.

    Checked for d, κ ≤ 2 and W = Λ. It is M⁻¹W(λI + WᵀW) = W, an identity between matrices of any shape.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    for d, kappa in ((1, 1), (1, 2), (2, 1), (2, 2)):
        S, W = symmetric("S", d), rectangular_diagonal(symbols("s", 2, nonnegative=True), d, kappa)
        inner = LAM * identity(kappa, kappa, W) + W.mT @ W
        left = decoder_covariance(W, LAM) @ gradient(S, W, LAM) @ inner
        show(vanishes(left / 2 - W @ inner + S @ W))


def _eigenvalues() -> tuple[Array, Array]:
    """Return U = I (3 × 3) and ℓ = λ + t_i²: (S, W) and (QSQᵀ, QWR) have the same costs for orthogonal Q and R."""
    LAM = sympy.Symbol("lambda", positive=True)
    return identity(3, 3, LAM * symbols("t", 3)), LAM + symbols("t", 3, positive=True) ** 2


@once
def prove_principal_subspace() -> None:
    """(5)/n at the stationary point of the set I is its value at W = 0 less Σ_I f(ℓ_i), f(ℓ) = ℓ/λ − 1 − log(ℓ/λ).

    f(λ) = 0, and f increases from there on, so that the κ largest ℓ_i > λ are best, and but for ties only they. A
    minimum exists, as (5) is continuous and grows without bounds with ‖W‖ (log|λI + WWᵀ| does), and is stationary.
    Checked for d = κ = 3, which have chosen and other columns; each further dimension only adds a term.
    """
    LAM, GAP = sympy.symbols("lambda gap", positive=True)
    prove_derivatives()
    prove_stationarity()
    one, ell = _eigenvalues()
    S = covariance(one, ell)
    f = lambda value: value / LAM - 1 - sympy.log(value / LAM)  # noqa: E731
    at_zero = covariance_cost(S, 0 * one, LAM)
    for chosen in ((), (0,), (1,), (0, 1), (0, 2), (0, 1, 2)):
        W = stationary_point(one, ell, LAM, chosen, 3)
        show(vanishes(gradient(S, W, LAM)))
        excess = scalar(covariance_cost(S, W, LAM) - at_zero + sum(f(ell[i]) for i in chosen))
        show(vanishes(excess))
    show(vanishes(f(LAM)))
    show(is_positive(sympy.diff(f(GAP), GAP).subs(GAP, LAM + GAP)))


def _state_descent(second: Any) -> None:
    """Show negative curvature at the stationary points of a set I without j, ℓ_j > λ, that has room or an ℓ_i < ℓ_j.

    Along Δ = u_j vᵀ, with v = e_c for the zero column c, or for the column c of u_i. Checked for d = 3 and κ = 3 or 2;
    coordinates other than i and j enter neither, and one of them is chosen here.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    one, ell = _eigenvalues()
    S, j = covariance(one, ell), 2
    W = stationary_point(one, ell, LAM, (0, 1), 3)
    room = second(S, W, LAM, one[:, [j]] @ one[[2]])
    show(vanishes(room + 2 * (ell[j] - LAM) / LAM**2))  # negative
    W = stationary_point(one, ell, LAM, (0, 1), 2)
    exchange = second(S, W, LAM, one[:, [j]] @ identity(2, 2, one)[[0]])
    show(vanishes(exchange + 2 * (ell[j] - ell[0]) / (LAM * ell[0])))  # negative for ℓ_i < ℓ_j


def prove_no_bad_minima() -> None:
    """Of the stationary points, by :func:`prove_stationarity`, those that are not global have negative curvature."""
    prove_principal_subspace()
    _state_descent(curvature)


@once
def prove_no_bad_joint_minima() -> None:
    """λ²g′(λ) is the sum of λ − ℓ_i over the discarded i, g(λ) the minimum of (5)/n over W and b: by the envelope
    theorem g′ is the derivative of the cost at the minimiser, whose gradient is 0.

    This sum does not decrease in λ: each λ − ℓ_i increases, and where i ≤ κ joins, at ℓ_i = λ, it joins as 0. So g is
    least at any λ with a local minimum. Checked for d = 3; each further dimension only adds a term. The b at distance c
    from the mean adds cᵀM⁻¹c, checked for d = n = 2; its only local minimum is c = 0.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    prove_no_bad_minima()
    X, c = symbols("x", 2, 2), symbols("c", 2)
    mean = X.sum(1) / 2
    show(vanishes(sample_covariance(X, mean + c) - sample_covariance(X, mean) - c[:, None] * c))
    one, ell = _eigenvalues()
    S, lam = covariance(one, ell), sympy.Symbol("l", positive=True)
    for chosen, kappa in (((), 1), ((0,), 1), ((0, 1), 2), ((0,), 3), ((0, 1, 2), 3)):
        W = stationary_point(one, ell, LAM, chosen, kappa)
        slope = sympy.diff(scalar(covariance_cost(S, W, lam)), lam).subs(lam, LAM)
        show(vanishes(slope - scalar(variance_slope(S, W, LAM))))
        discarded = [ell[i] for i in range(3) if i not in chosen]
        show(vanishes(LAM**2 * slope - sum(LAM - value for value in discarded)))


# --- the separable cost ---------------------------------------------------------------------------------------------


def _prove_rotation() -> None:
    """Turning two columns by θ lowers Π(λ + ‖w_j‖²) strictly if 0 < A tan θ < g, A = ½(‖w_1‖² − ‖w_2‖²), g = w_1·w_2.

    Here g > 0 and A ≥ 0, without loss: change the sign or the order of the columns. WWᵀ stays. Checked for d = 2 and
    κ = 3: the other columns are a factor, and rows enter by A, g and ½(‖w_1‖² + ‖w_2‖²) alone.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    W, T = symbols("w", 2, 3), sympy.Symbol("T", positive=True)
    turn = np.array([[1, -T, 0], [T, 1, 0], [0, 0, sympy.sqrt(1 + T**2)]], dtype=object) / sympy.sqrt(1 + T**2)
    norms, overlap = column_squared_norms(W), (W[:, 0] * W[:, 1]).sum()
    A = (norms[0] - norms[1]) / 2
    fall = separable_determinant(W, LAM) - separable_determinant(W @ turn, LAM)
    # positive: g > AT and A + gT > 0
    known = 4 * T * (overlap - A * T) * (A + overlap * T) / (1 + T**2) ** 2 * (1 + norms[2] / LAM)
    show(vanishes(fall - known))
    show(vanishes(W @ turn @ turn.mT - W))


def prove_no_bad_separable_minima() -> None:
    """Where two columns are not orthogonal, arbitrarily small rotations lower (7). Where all are, its gradient is that
    of (5), the stationary points are the same, and the directions that lower (5) keep the columns orthogonal: they
    lower (7). The global minima of (5) among these are those of (7), as (7) is nowhere less.

    Checked for d, κ ≤ 3; each further dimension only adds terms or factors of the same form.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    prove_principal_subspace()
    _prove_rotation()
    S, orthogonal = symmetric("S", 2), rectangular_diagonal(symbols("s", 2, nonnegative=True), 2, 3)
    show(vanishes(separable_gradient(S, orthogonal, LAM) - gradient(S, orthogonal, LAM)))
    one, ell = _eigenvalues()
    for chosen, kappa in (((0, 1), 3), ((0, 1), 2), ((), 1)):
        W = stationary_point(one, ell, LAM, chosen, kappa)
        show(vanishes(separable_gradient(covariance(one, ell), W, LAM)))
    _state_descent(separable_curvature)
