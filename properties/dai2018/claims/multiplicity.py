"""How many minima the separable cost (7) has: Theorem 2.2, and the count in App. C."""

from fractions import Fraction
from functools import reduce
from itertools import permutations, product
from math import factorial
from operator import mul, or_

import numpy as np

from properties.dai2018.claims.principal import eigenvalues_about, signs, state_separable_minima
from reference.arithmetic import (
    column_squared_norms,
    concatenate,
    greater,
    identity,
    squared_norm,
    where,
)
from reference.dai2018.minima import (
    arrangements,
    covariance,
    data_fit,
    decoder_determinant,
    minimiser,
    separable_determinant,
)
from verify import (
    Dimension,
    Index,
    Matrix,
    OneOf,
    Orthogonal,
    Permutation,
    Positive,
    PositiveVector,
    Spectrum,
    claim,
    equal,
    iff,
    leq,
    less,
)


def distinct_eigenvalues(gaps, lam, s, signals, kappa, boundary):
    """Return ℓ whose first ``signals`` exceed λ and differ, or from the κ-th on are equal if the boundary is tied."""
    t = np.cumsum(gaps[:signals][::-1])[::-1] if signals else gaps[:0]
    if boundary == "tied" and kappa < signals:
        t = concatenate([t[:kappa], t[kappa - 1] + 0 * t[kappa:]])
    return eigenvalues_about(lam, t, s)


def state_distinct(matrices):
    """State that no two of these matrices are equal."""
    for i in range(len(matrices) - 1):
        less(0, squared_norm(matrices[i + 1 :] - matrices[i]))


def is_one_of(x, candidates):
    """Say whether x is equal to one of the candidates."""
    return reduce(or_, (equal(x, candidate) for candidate in candidates))


@claim(
    "dai2018/theorem-2.2",
    r"W^{**}(W^{**})^\top=U\Lambda^2U^\top\text{ with distinct non-zero eigenvalues, }r=\operatorname{rank}[W^{**}]"
    r"\;\Rightarrow\;\text{at least }\frac{\kappa!}{(\kappa-r)!}\text{ distinct (disconnected) minima }U\Lambda P"
    r"\text{ of (7)}",
    label="Theorem 2.2",
    kind="optimality",
    rests_on=("dai2018/theorem-2.1", "dai2018/eq-8.equality", "dai2018/theorem-2.2.count-in-proof.corrected"),
)
def test_column_permutations_are_disconnected_minima(
    U: Orthogonal["d", {"d": (1, 3)}],
    gaps: PositiveVector["d"],
    s: Spectrum["d"],
    signals: Index["d+1"],
    boundary: OneOf["apart", "tied"],
    lam: Positive,
    V: Orthogonal["k", {"k": (1, 3)}],
    W2: Matrix["d k"],
):
    """The matrices UΛP are distinct minima, with the value L(W*), and have different column norms. With the
    same WWᵀ, a WV has the least value if and only if its column norms are those of some UΛP, and else a greater one.

    So they are disconnected: by (8) every minimum of (7) is one of (5) with orthogonal columns, whose squared norms are
    then the eigenvalues of WWᵀ, the κ largest ℓ_i − λ > 0 and zeros, in some order; the order cannot change
    continuously. This does not need ℓ_κ > ℓ_{κ+1}. Stated in the exponentials of the log determinants, which are
    rational.
    """
    kappa = len(V)
    ell = distinct_eigenvalues(gaps, lam, s, signals, kappa, boundary)
    S, best, r = covariance(U, ell), minimiser(U, ell, lam, kappa), min(kappa, signals)
    minima = arrangements(best[:, :r], kappa)
    equal(minima.shape[0], factorial(kappa) // factorial(kappa - r))
    norms = column_squared_norms(minima)
    state_distinct(minima)
    state_distinct(norms[:, None])
    least = decoder_determinant(best, lam)
    state_separable_minima(S, minima, best, lam, W2)
    turned = minima[0] @ V
    equal(data_fit(S, turned, lam), data_fit(S, best, lam))
    leq(least, separable_determinant(turned, lam))
    iff(equal(separable_determinant(turned, lam), least), is_one_of(column_squared_norms(turned), norms))


@claim(
    "dai2018/theorem-2.2.sharpened",
    r"W^{**}(W^{**})^\top=U\Lambda^2U^\top\text{ with distinct non-zero eigenvalues, }r=\operatorname{rank}[W^{**}],\ "
    r"\ell_{\kappa+1}\ne\ell_\kappa\text{ or }\ell_{\kappa+1}\le\lambda\;\Rightarrow\;"
    r"\text{exactly }2^r\frac{\kappa!}{(\kappa-r)!}\text{ minima of (7), each isolated}",
    label="Theorem 2.2, exact",
    kind="optimality",
    sharpens="dai2018/theorem-2.2",
    rests_on=("dai2018/section-2.subspace.corrected", "dai2018/eq-8.equality"),
)
def test_minima_are_counted_with_their_signs(
    U: Orthogonal["d", {"d": (1, 3)}],
    gaps: PositiveVector["d"],
    s: Spectrum["d"],
    signals: Index["d+1"],
    lam: Positive,
    V: Orthogonal["k", {"k": (1, 3)}],
    P: Permutation["k"],
    flips: Index["k+1"],
    W2: Matrix["d k"],
):
    """The UΛP with signs are distinct minima, and there is no other: WWᵀ is unique (section-2.subspace.corrected), so
    that every minimum is a WV of one of them, and a WV is a minimum if and only if it is one of them.

    So the factor 2^r is the best. With ℓ_κ = ℓ_{κ+1} > λ the minima are infinitely many: u_κ turns freely.
    """
    kappa = len(V)
    ell = distinct_eigenvalues(gaps, lam, s, signals, kappa, "apart")
    best, r = minimiser(U, ell, lam, kappa), min(kappa, signals)
    choices = [np.array(choice, dtype=int) for choice in product((1, -1), repeat=r)]
    minima = concatenate([arrangements(best[:, :r] * choice, kappa) for choice in choices], axis=0)
    least = decoder_determinant(best, lam)
    equal(minima.shape[0], 2**r * factorial(kappa) // factorial(kappa - r))
    state_distinct(minima)
    equal(minima @ minima.mT, best @ best.mT)
    state_separable_minima(covariance(U, ell), minima, best, lam, W2)
    for turned in (best @ V, best @ P * signs(kappa, flips, U)):
        iff(equal(separable_determinant(turned, lam), least), is_one_of(turned, minima))


def permuted_columns(W):
    """Return all κ! matrices WP, repeated where columns of W are equal."""
    kappa = W.shape[-1]
    return W @ identity(kappa, kappa, W)[np.array(list(permutations(range(kappa))))]


def count_distinct(matrices):
    """Return the number of different matrices among these: of those that differ from all before them."""
    norms = [squared_norm(matrices[:i] - matrices[i]) for i in range(1, len(matrices))]
    return 1 + sum(reduce(mul, where(greater(norm, 0), 1 + 0 * norm, 0 * norm)) for norm in norms)


def minimum_of_rank(U, gaps, lam, r, kappa):
    """Return S and its UΛ (d × κ ≥ r), for ℓ_i = λ + t_i², i ≤ r, with t_i the sum of the gaps from i to r, then 0."""
    ell = distinct_eigenvalues(gaps, lam, 0 * gaps, r, kappa, "apart")
    return covariance(U, ell), minimiser(U, ell, lam, kappa)


@claim(
    "dai2018/theorem-2.2.count-in-proof",
    r"W^{**}\text{ has distinct non-zero and }\kappa-r\text{ zero columns}\;\Rightarrow\;"
    r"\#\{W^{**}P\}=\frac{\kappa!}{\kappa-r}",
    label="App. C, after eq. (33)",
    expected="refuted",
)
def test_number_of_column_permutations_has_a_factorial_over_a_difference(
    U: Orthogonal["d", {"d": (1, 2)}],
    gaps: PositiveVector["d"],
    below: Index["d+1"],
    idle: Dimension["z", {"z": (1, 3)}],
    lam: Positive,
):
    """False unless κ − r is 1 or 2: one non-zero column among κ = 4 has 4 places, not 8. The permutations are counted.

    In the proof the eigenvalues differ ("Given our assumption of distinct eigenvalues") and κ > r ("If W** also has
    κ − r zero-valued columns").
    """
    r = len(U) - below
    _, W = minimum_of_rank(U, gaps, lam, r, r + idle)
    equal(count_distinct(permuted_columns(W)), Fraction(factorial(r + idle), idle))


@claim(
    "dai2018/theorem-2.2.count-in-proof.corrected",
    r"W^{**}\text{ has distinct non-zero and }\kappa-r\text{ zero columns}\;\Rightarrow\;"
    r"\#\{W^{**}P\}=\frac{\kappa!}{(\kappa-r)!}",
    label="App. C, after eq. (33)",
    corrects="dai2018/theorem-2.2.count-in-proof",
)
def test_number_of_column_permutations_is_a_falling_factorial(
    U: Orthogonal["d", {"d": (1, 2)}],
    gaps: PositiveVector["d"],
    below: Index["d+1"],
    W2: Matrix["d d+z", {"z": (0, 3)}],
    lam: Positive,
):
    """W** is a minimum of (7), and the permutations of its κ columns are counted one by one; r may be 0 or κ."""
    r = len(U) - below
    kappa = max(W2.shape[1] - below, 1)
    S, W = minimum_of_rank(U, gaps, lam, r, kappa)
    state_separable_minima(S, W, W, lam, W2[:, :kappa])
    equal(count_distinct(permuted_columns(W)), Fraction(factorial(kappa), factorial(kappa - r)))
