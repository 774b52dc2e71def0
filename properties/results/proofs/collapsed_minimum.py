"""SymPy proof that the collapsed solution (7) is a strict local minimum of the soft-threshold energy for all data."""

import numpy as np
import sympy

from properties.dai2020.proofs.soft_threshold import (
    prove_decoded_moments,
    prove_mean_grows_with_what_passes,
    prove_tail_bound,
    prove_tail_ratio,
)
from reference import dai2020 as vae
from reference.gaussian import upper_moments
from verify.proving import integers, is_positive, once, scalar, show, symbols, vanishes

A, GAMMA = sympy.symbols("A gamma", positive=True)


@once
def prove_tail_ratio_grows() -> None:
    """G(A) ≥ ¾e^{A²/4} T(A)² for A > 0, where T = 1 − Φ and G = E(ε − A)₊².

    With the positive root r of r² + Ar = 1, G − r²T = (A/r)(T − rφ) > 0 by Birnbaum's inequality (shown in
    :func:`prove_tail_ratio`, for all A > 0), and T ≤ ½e^{−A²/2}. So G ≥ 2r²e^{A²/2}T². As A² + 2 = r² + 1/r² ≤ 1/r² + 1
    that is at least 2e^{2y}T²/(4y + 2), y = A²/4, where e^y ≥ ¾(2y + 1): the difference is least at y = log 3/2.
    """
    prove_tail_bound()
    prove_tail_ratio()
    tail, edge, square = (scalar(m) for m in upper_moments(np.array(A, dtype=object)))
    root = (sympy.sqrt(A**2 + 4) - A) / 2
    G = square - 2 * A * edge + A**2 * tail
    show(vanishes(G - root**2 * tail - A / root * (tail - root * edge)))
    show(vanishes((A**2 + 2) * root**2 - root**4 - 1))  # so r² ≥ 1/(A² + 2)
    y = sympy.Symbol("y", positive=True)
    above = sympy.exp(y) - sympy.Rational(3, 4) * (2 * y + 1)
    show(is_positive(sympy.diff(above, y, 2)))
    show(vanishes(sympy.diff(above, y).subs(y, sympy.log(sympy.Rational(3, 2)))))
    show(above.subs(y, sympy.log(sympy.Rational(3, 2))) > 0)


def prove_collapsed_minimum() -> None:
    """𝓛 less its value at (7) is nd(γ̄/γ − 1 − log γ̄/γ) + n‖b − x̄‖²/γ + Σ(σ² − log σ² − 1) + the sum over i and j of
    ‖μ_i‖²/d + {E π_ij² − 2(x_ij − b_j)E π_ij}/γ (shown). The first three are ≥ 0, and 0 at γ = γ̄, b = x̄, σ = 1 alone.

    In the last let W_j ≠ 0: W_jz_i ~ N(m, s²) with |m| ≤ wM, w = ‖W_j‖, M = ‖μ_i‖, and s ≥ w min σ. At
    A = (α − |m|)/s ≥ A₀ with T and G of :func:`prove_tail_ratio_grows`, |E π| ≤ |m|P(|W_jz_i| > α) ≤ 2|m|T, as
    d(E π)/dm is that probability and grows with |m|, and E π² ≥ s²G. With A₀ of
    collapse_reach, G ≥ ¾ · 100nd² T². So with τ = wT the term is at least the quadratic form
    M²/d − 4|x_ij − b_j|Mτ/γ + 75nd²σ²τ²/γ, where (x_ij − b_j)² ≤ 4ndγ̄, since (x_ij − x̄_j)² ≤ ndγ̄ (shown): positive
    definite in (M, τ) as 16 · 4ndγ̄/γ² < 4 · 75ndσ²/γ for σ² ≥ ½ and γ ≥ γ̄/2. So it is positive, as τ > 0.
    If all W_j are 0 what is left is Σ‖μ_i‖².
    """
    prove_decoded_moments()
    prove_mean_grows_with_what_passes()
    prove_tail_ratio_grows()
    X, b, mu = symbols("x", 2, 2), symbols("b", 2), symbols("mu", 2, 2)
    first, second = symbols("p", 2, 2), symbols("q", 2, 2, positive=True)
    variance = symbols("v", 2, 2, positive=True)
    best, centre = scalar(vae.collapsed_variance(X)), vae.sample_mean(X)
    squares = ((X - centre[:, None]) ** 2).sum()
    show(vanishes(4 * best - squares))
    error = vae.reconstruction_error(X, b, first, second)
    value = vae.energy_of_reconstruction(error, GAMMA, mu, variance, 2)
    none = integers(np.zeros((2, 2), dtype=int))
    collapsed = vae.energy_of_reconstruction(squares, best, none, none + 1, 2)
    excess = vae.excess_of_moments(X, b, GAMMA, mu, variance, first, second)
    show(vanishes(scalar(value) - scalar(collapsed) - scalar(excess), positive=(best,)))
    braces = (mu**2).sum(0) / 2 + (second - 2 * (X - b[:, None]) * first) / GAMMA
    ratio = best / GAMMA
    others = 4 * (ratio - 1 - sympy.log(ratio)) + 2 * ((b - centre) ** 2).sum() / GAMMA
    others += sum(v - sympy.log(v) - 1 for v in variance.flat)
    show(vanishes(scalar(excess) - others - braces.sum(), positive=(best,)))
    n, d, level, p, q = sympy.symbols("n d g p q", positive=True)
    gamma, spread = level / 2 + p, sympy.Rational(1, 2) + q
    show(is_positive(4 * 75 * n * d * spread / gamma - 16 * 4 * n * d * level / gamma**2))
    reach = scalar(vae.collapse_reach(X))
    show(vanishes(sympy.exp(reach**2 / 4) - 100 * 2 * 2**2))
