"""SymPy proofs of Theorem 2, of formulas on symbols: the loss less its minimum is a sum of terms that are ≥ 0."""

from typing import Any

import numpy as np

from reference.arithmetic import rectangular_diagonal, solve, squared_norm
from reference.arithmetic.deferred import sympy
from reference.shapes import Array
from reference.wang2022 import (
    Weights,
    alignment_excess,
    encoder_excess,
    factorization_loss,
    learned_profile,
    rotation_excess,
    vae_loss,
    variance_excess,
    variance_penalty,
)
from reference.wang2022.optima import (
    learned_decoder_singular_values,
    learned_encoder_singular_values,
    learned_minimum,
    optimal_sigma,
)
from verify.proving import (
    excess,
    is_nonnegative,
    once,
    prove_least_excess,
    show,
    symbols,
    vanishes,
    vector,
)


def threshold() -> Any:
    """Return √b of the weights: z + gap."""
    return sympy.Symbol("z", positive=True) + sympy.Symbol("gap", nonnegative=True)


def weights() -> Weights:
    """Return weights with this threshold."""
    eta_dec, eta_enc = sympy.symbols("eta_dec eta_enc", positive=True)
    return Weights((threshold() / eta_dec) ** 2, eta_dec, eta_enc)


def modes() -> Array:
    """Return ζ of a learned mode, and of one that is collapsed, or on the threshold if the gap is 0; 0 is a limit."""
    z, h = sympy.symbols("z h", positive=True)
    return vector(threshold() + h, z)


def cut() -> Array:
    """Return ζ of two modes above the threshold, tied or not, of which d1 = 1 cuts off one, and of one below."""
    learned, collapsed = modes()
    return vector(learned + sympy.Symbol("tie", nonnegative=True), learned, collapsed)


def decided(value: Any) -> Any:
    """Return an array of expressions with each maximum replaced by the larger of its two arguments."""

    def larger(a: Any, b: Any) -> Any:
        if is_nonnegative(a - b):
            return a
        show(is_nonnegative(b - a))
        return b

    return np.frompyfunc(lambda x: sympy.sympify(x).replace(sympy.Max, larger), 1, 1)(value)


def learned_modes() -> tuple[Array, Array, Array]:
    """Return λ, θ and σ of Theorem 2 for these modes and weights."""
    formulas = learned_decoder_singular_values, learned_encoder_singular_values, optimal_sigma
    lam, theta, sigma = (decided(formula(modes(), weights())) for formula in formulas)
    return lam, theta, sigma


@once
def prove_excess() -> None:
    """2η_dec² L_VAE is the residual, the profile of U, and the excesses of V, of Σ and of the columns of U.

    In three steps, each an identity of matrices of every size. (1) With V = A^{1/2}W and E[yxᵀ] = ZA^{1/2},
    2η_dec² L_VAE = residual + L(U, V) + 2η_dec² ℓ_var: traces of products, run for d0 = d1 = d2 = 2 and a diagonal
    A^{1/2}, as the axes of x may be turned. (2) L(U, V) − Tr(UΣUᵀ) is a sum over the rows v of V, with rows z of Zᵀ:
    ‖z‖² − 2vUᵀzᵀ + v(UᵀU + cI)vᵀ. With the square completed, what remains is z(I − U(UᵀU + cI)^{-1}Uᵀ)zᵀ = zT^{-1}zᵀ
    for T = I + UUᵀ/c, by Woodbury's identity. (3) Tr(UΣUᵀ) + 2η_dec² ℓ_var is a sum over the columns of U, and
    b Σ_j log(‖u_j‖² + c) less the excess of the columns is b log det(UᵀU + cI), of which log det T differs by a
    constant, by Sylvester's identity. (2) and (3) are run for one row of V, and (d2, d1) = (2, 1), (1, 2) and (2, 2).
    """
    w = Weights(*sympy.symbols("beta eta_dec eta_enc", positive=True))
    residual = sympy.Symbol("residual", nonnegative=True)
    U, V, C, S = symbols("U", 2, 2), symbols("V", 2, 2), symbols("Z", 2, 2), rectangular_diagonal(symbols("s", 2), 2, 2)
    sigma = symbols("sigma", 2, positive=True)
    moments = S @ S, C @ S, squared_norm(C) + residual, w
    rest = factorization_loss(U, V, C, sigma, w) + 2 * w.eta_dec**2 * variance_penalty(sigma, w)
    show(vanishes(2 * w.eta_dec**2 * vae_loss(U, solve(S, V), sigma, *moments) - residual - rest))
    for d2, d1 in ((2, 1), (1, 2), (2, 2)):
        U, V, C = symbols("U", d2, d1), symbols("V", 1, d1), symbols("Z", d2, 1)
        sigma = symbols("sigma", d1, positive=True)
        rest = factorization_loss(U, V, C, sigma, w) + 2 * w.eta_dec**2 * variance_penalty(sigma, w)
        terms = encoder_excess(U, V, C, w), variance_excess(U, sigma, w), alignment_excess(U, w)
        show(vanishes(rest - learned_profile(U, C, w) - sum(terms)))


@once
def prove_minima() -> None:
    """Each term is ≥ 0, and they vanish together at the points that are listed, and there alone.

    The terms are those of prove_excess. The first is ≥ 0 as UᵀU + cI ≻ 0, the second as e(u) = u − log u − 1 ≥ 0, the
    third by Hadamard's inequality, an equality for diagonal UᵀU alone. For the last let K = T^{-1}, with eigenvalues
    k_1 ≤ … ≤ k_d2 in (0, 1], which are 1 past d1, as T − I ⪰ 0 has at most the rank d1. By von Neumann's inequality
    Tr ZZᵀK ≥ Σ ζ_i²k_i, so that p(U) ≥ Σ (ζ_i²k_i − b log k_i). A term with ζ_i² ≥ b exceeds its value at
    k_i = b/ζ_i² by b e(ζ_i²k_i/b), and one with ζ_i² ≤ b that at k_i = 1 by (b − ζ_i²)(1 − k_i) + b e(k_i): run for
    both. Past d1, k_i = 1. These values add up to that of ``learned_minimum``, run for a mode that is learned and one
    that is collapsed, and for two past d1 = 1, one of them above the threshold.

    Where p(U) is least, e = 0 says k_i = b/ζ_i² for the learned modes, and k_i = 1 for the others. Equality in von
    Neumann's inequality says that ZZᵀ and K have a common basis f_i of eigenvectors in these orders (Theobald 1975):
    UUᵀ = c(K^{-1} − I) = Σ λ_i²f_if_iᵀ with cζ_i²/b − c = λ_i², run. As UᵀU is diagonal, the columns of U that are not
    0 are orthogonal eigenvectors of UUᵀ, and f_i may be chosen as these, normalised: U = FΛΠ. The best V for it is GΘΠ
    of the same singular value decomposition, and the best σ are those of Σ* in their places. Run for d1 = 2, where all
    terms vanish, at F = G = Π = I: they are the same for (QU, RV, QZRᵀ), Q and R orthogonal, and in another order of
    the latent dimensions. So all that are listed are minima, and there are no others.
    """
    prove_excess()
    prove_least_excess()
    w, zeta, two, residual = weights(), modes(), cut(), sympy.Symbol("residual", nonnegative=True)
    b, k = w.b, sympy.Symbol("k", positive=True)
    learned, collapsed = zeta**2
    values = vector(b + b * sympy.log(learned / b), collapsed)
    show(vanishes(learned * k - b * sympy.log(k) - values[0] - b * excess(learned * k / b)))
    show(vanishes(collapsed * k - b * sympy.log(k) - values[1] - (b - collapsed) * (1 - k) - b * excess(k)))
    show(is_nonnegative(b - collapsed))
    least = decided(learned_minimum(zeta, 2, residual, w))
    show(vanishes(2 * w.eta_dec**2 * least - residual - values.sum()))
    least, first = decided(learned_minimum(two, 1, residual, w)), b + b * sympy.log(two[0] ** 2 / b)
    show(vanishes(2 * w.eta_dec**2 * least - residual - first - (two[1:] ** 2).sum()))

    lam, theta, sigma = learned_modes()
    show(vanishes(w.c * learned / b - w.c - lam[0] ** 2))
    U, V, C = (rectangular_diagonal(x, 2, 2) for x in (lam, theta, zeta))
    show(vanishes(learned_profile(U, C, w) - values.sum()))
    terms = encoder_excess(U, V, C, w), variance_excess(U, sigma, w), alignment_excess(U, w)
    show(vanishes(vector(*terms)))


# --- rotations --------------------------------------------------------------------------------------------------------


def prove_balance() -> None:
    """λ_i² + c = b/σ_i² for learned and for collapsed modes: what follows rests on it."""
    (lam, _, sigma), w = learned_modes(), weights()
    show(vanishes(lam**2 + w.c - w.b / sigma**2))


def stochastic() -> Array:
    """Return a general 3 x 3 matrix whose rows and columns add up to 1, as those of P∘P do."""
    free = symbols("p", 2, 2)
    last = 1 - free.sum(1)
    upper = np.concatenate([free, last[:, None]], axis=1)
    return np.concatenate([upper, 1 - upper.sum(0)[None]], axis=0)


def prove_rotation() -> None:
    """What P costs is b Σ_ij P_ij² e(σ_j²/σ_i²), which is 0 only if σ_i = σ_j wherever P_ij ≠ 0, that is PΣ* = Σ*P.

    In L_VAE only Tr(UΣ*Uᵀ) = Σ_ij λ_i²P_ij²σ_j² depends on P, as UUᵀ, VVᵀ and UVᵀ do not. With prove_balance,
    λ_i² = b/σ_i² − c, and P∘P has rows and columns that add up to 1: then the sum less its value at P = I is the
    ``rotation_excess``, and that is b Σ_ij P_ij² e(σ_j²/σ_i²). Both are run for three modes and any such matrix in
    place of P∘P; for any number, Σ_ij P_ij²(x_i − x_j) = 0 is all that is used, with x = cσ² and x = b log σ². At P = I
    is the minimum, by prove_minima.
    """
    prove_minima()
    prove_balance()
    b, c = sympy.symbols("b c", positive=True)
    squares, sigma = stochastic(), symbols("sigma", 3, positive=True)
    w = Weights(b, sympy.Integer(1), sympy.sqrt(b / c))
    gram = b / sigma**2 - c
    rotated = (gram[:, None] * squares * sigma**2).sum() - (gram * sigma**2).sum()
    pairs = b * sum(squares[i, j] * excess(sigma[j] ** 2 / sigma[i] ** 2) for i, j in np.ndindex(3, 3))
    show(vanishes(rotated - pairs))
    # the formula takes P itself: of squares of symbols it is linear in these
    P = symbols("P", 3, 3)
    linear = sum(P[i, j] ** 2 * sigma[j] ** 2 / sigma[i] ** 2 for i, j in np.ndindex(3, 3))
    show(vanishes(rotation_excess(sigma, P, w) - b * (linear - 3)))
    trace = b * (sum(squares[i, j] * sigma[j] ** 2 / sigma[i] ** 2 for i, j in np.ndindex(3, 3)) - 3)
    show(vanishes(rotated - trace))
