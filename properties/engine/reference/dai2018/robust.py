"""The formulas of dai2018 §3, Apps. E and F: brute force, quadrature, literal values, and every arithmetic alike."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
import torch

from reference.arithmetic import Inexact, Unsupported, rank
from reference.arithmetic.exact import balls, rationals
from reference.dai2018 import robust
from reference.dai2018.rank_one import closest_of_rank_one

# --- robust PCA -----------------------------------------------------------------------------------------------------


def is_rank_one(L):
    """Say of integer matrices (..., d, n) whether all 2 × 2 minors vanish."""
    minors = L[..., :, :, None, None] * L[..., None, None, :, :]
    return np.all(minors == np.moveaxis(minors, (-4, -2), (-2, -4)), axis=(-4, -3, -2, -1))


def grid(entries, shape):
    return np.array(list(product(entries, repeat=shape[0] * shape[1]))).reshape(-1, *shape)


@pytest.mark.parametrize("weight", [1, 2, 3])
@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (2, 2), (1, 3)])
def test_robust_pca_agrees_with_all_integer_solutions(shape, weight):
    """For X of zeros and ones, a solution of each support has entries 0 and 1, and a second one, if any, −1 or 2."""
    L = grid((-1, 0, 1, 2), shape)
    ranks = np.where(~L.any((1, 2)), 0, np.where(is_rank_one(L), 1, 2))
    for X in np.random.default_rng(7).integers(0, 2, (12, *shape)):
        found = robust.robust_pca(rationals(X), weight)
        sizes = (L != X).sum((1, 2))
        costs = weight * ranks + sizes
        best = costs == costs.min()
        assert found.value == costs.min()
        assert found.ranks.dtype == found.supports.dtype == int
        assert (found.low_rank is not None) == (best.sum() == 1)
        if found.low_rank is not None:
            assert (found.low_rank == L[best][0]).all()
        expected = {(int(r), (low != X).tobytes()) for r, low in zip(ranks[best], L[best], strict=True)}
        assert set(found.supports.flat) <= {0, 1}
        assert {(int(r), (s != 0).tobytes()) for r, s in zip(found.ranks, found.supports, strict=True)} == expected


def test_robust_pca_of_square_matrices():
    L = grid((0, 1), (3, 3))
    low = L[is_rank_one(L)]
    for X in np.random.default_rng(8).integers(0, 2, (15, 3, 3)):
        singular = round(np.linalg.det(X)) == 0
        fewest = [(X != 0).sum(), 3 + (low != X).sum((1, 2)).min(), 6 + (not singular), 9]
        found = robust.robust_pca(rationals(X), 3)
        assert found.value == min(fewest)
        for r, support in zip(found.ranks, found.supports, strict=True):
            assert found.value == 3 * r + support.sum()
        if found.low_rank is not None:
            S = rationals(X) - found.low_rank
            assert robust.robust_pca_objective(found.low_rank, S, 3) == found.value
            assert (robust.nonzero(S) == found.supports[0]).all()


def test_robust_pca_changes_an_entry_whose_cofactor_is_not_zero():
    """diag(1, 2, 3) at weight 1: each entry of the diagonal may lie in L or in S."""
    found = robust.robust_pca(rationals(np.diag([1, 2, 3])), 1)
    assert found.value == 3  # rank 3; or rank 2 and an entry of the diagonal; or rank 1 and two; or none and three
    assert sorted(found.ranks.tolist()) == [0, 1, 1, 1, 2, 2, 2, 3]
    assert found.low_rank is None
    bidiagonal = rationals([[1, 1, 0], [0, 1, 1], [0, 0, 1]])  # its cofactors are 0 above the diagonal
    supports, low_rank = robust._fewest_changes(bidiagonal, 2)
    below = {mask.tobytes() for mask in np.eye(9, dtype=int).reshape(9, 3, 3)[[0, 3, 4, 6, 7, 8]]}
    assert {mask.tobytes() for mask in supports} == below
    assert low_rank is None


def test_robust_pca_restores_a_product():
    X = rationals([[1, 2, 4], [2, 4, 8], [3, 6, 1]])
    found = robust.robust_pca(X, 3)
    assert found.value == 4
    assert (found.low_rank == rationals([[1, 2, 4], [2, 4, 8], [3, 6, 12]])).all()


def test_a_completion_in_two_separate_parts_is_not_unique():
    """[1 ?; ? 2]: the ratio of the two known entries is free. With one more known entry it is not."""
    known = [[Fraction(1), Fraction(5)], [Fraction(7), Fraction(2)]]
    assert robust._rank_one_completion(known, {(0, 1), (1, 0)}) == (True, None)
    assert robust._rank_one_completion(known, {(1, 0)}) == (True, [[1, 5], [Fraction(2, 5), 2]])


def test_a_row_or_a_column_that_nothing_holds_may_be_any():
    for X, unknown in (([[1, 2], [7, 7]], {(1, 0), (1, 1)}), ([[1, 7], [2, 7]], {(0, 1), (1, 1)})):
        fractions = [[Fraction(entry) for entry in row] for row in X]
        assert robust._rank_one_completion(fractions, unknown) == (True, None)


def test_robust_pca_of_exact_balls():
    X = rationals([[1, 2, 4], [2, 4, 8], [3, 6, 1]])
    assert (robust.robust_pca(balls(X), 3).low_rank == robust.robust_pca(X, 3).low_rank).all()


def test_robust_pca_of_a_single_row_or_column_is_known_however_long_it_is():
    for shape in ((1, 10), (10, 1), (3, 3)):
        X = rationals(np.ones(shape, dtype=int))
        assert (robust.robust_pca(X, 5).low_rank == X).all()


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (4, 4), (2, 5), (5, 2)])
def test_robust_pca_refuses_what_has_too_many_supports(shape):
    with pytest.raises(Unsupported, match=f"^robust_pca: {shape[0]} × {shape[1]} has too many supports"):
        robust.robust_pca(rationals(np.ones(shape, dtype=int)), 1)


EXACT_ALONE = {
    "robust_pca": lambda X: robust.robust_pca(X, 1),
    "closest_of_rank_one": closest_of_rank_one,
    "rank_factors": robust.rank_factors,
    "independent_rows": robust.independent_rows,
}


@pytest.mark.parametrize("name", EXACT_ALONE)
def test_a_rank_is_decided_of_exact_matrices_alone(name):
    """Of balls that are too wide it may be at more digits, which the judge then takes."""
    for X in (np.ones((2, 2)), balls(rationals([[1]]) / 3)):
        with pytest.raises(Inexact, match=f"^{name}: only exact matrices have a decided rank$"):
            EXACT_ALONE[name](X)


def test_a_completion_goes_along_the_longest_path_in_whatever_order_its_entries_come():
    """From row 0 by column 2, row 2, column 1 and row 1 to column 0: each against the order of the entries."""
    u, v = (2, 3, 5), (7, 11, 13)
    product_ = [[Fraction(a * b) for b in v] for a in u]
    known = {(0, 2), (2, 2), (2, 1), (1, 1), (1, 0)}
    X = [[product_[i][j] if (i, j) in known else Fraction(1) for j in range(3)] for i in range(3)]
    unknown = set(product(range(3), repeat=2)) - known
    assert robust._rank_one_completion(X, unknown) == (True, product_)
    transposed = {(j, i) for i, j in unknown}
    assert robust._rank_one_completion([list(c) for c in zip(*X, strict=True)], transposed)[0]


def test_a_component_that_comes_after_rows_of_another_is_not_forgotten():
    """Rows 0 and 1 share column 0; row 2 has column 1 for itself, and what is unknown between them is free."""
    X = [[Fraction(x) for x in row] for row in ([1, 9], [2, 9], [9, 3])]
    unknown = {(0, 1), (1, 1), (2, 0)}
    assert robust._rank_one_completion(X, unknown) == (True, None)
    assert robust._rank_one_completion(X, unknown - {(2, 0)}) == (
        True,
        [[1, Fraction(1, 3)], [2, Fraction(2, 3)], [9, 3]],
    )


@pytest.mark.long
def test_eq_66_is_refuted_at_the_smallest_sizes():
    """No X of entries 0, 1, 2 with d < 3 or n < 3 has a unique L ≠ 0 whose equal columns have different outliers."""
    for shape in ((2, 2), (2, 3), (3, 2)):
        for X in grid((0, 1, 2), shape)[::3]:
            found = robust.robust_pca(rationals(X), shape[1])
            if found.low_rank is not None and rank(found.low_rank):
                L, support = found.low_rank, found.supports[0]
                for i, k in product(range(shape[1]), repeat=2):
                    assert (L[:, i] != L[:, k]).any() or (support[:, i] == support[:, k]).all()


def exact_matrices():
    rng = np.random.default_rng(3)
    for m, r, n in ((1, 1, 1), (2, 1, 3), (3, 2, 3), (4, 2, 3), (3, 3, 3), (2, 2, 4)):
        yield rationals(rng.integers(-3, 4, (m, r))) @ rationals(rng.integers(-3, 4, (r, n)))
    yield rationals([[0, 0, 2], [0, 0, 1]])
    yield rationals([[0, 0], [0, 0], [0, 0]])


def floats(x):
    return np.array(x.map(lambda q: int(q.p) / int(q.q)).tolist(), dtype=float)


def test_pseudo_inverse_satisfies_the_conditions_of_penrose():
    for A in exact_matrices():
        inverse = robust.pseudo_inverse(A)
        assert inverse.shape == A.mT.shape
        assert (A @ inverse @ A == A).all()
        assert (inverse @ A @ inverse == inverse).all()
        assert ((A @ inverse).mT == A @ inverse).all()
        assert ((inverse @ A).mT == inverse @ A).all()
        np.testing.assert_allclose(floats(inverse), np.linalg.pinv(floats(A)), atol=1e-12)
        if rank(A):
            F, G = robust.rank_factors(A)
            assert F.shape[-1] == rank(A)
            assert (F @ G == A).all()


def test_combined_ranks():
    for A in exact_matrices():
        S = rationals(np.eye(*A.shape, dtype=int)) / 2
        squares = [floats(A) @ floats(A).T + np.diag(s**2) for s in floats(S).T]
        assert robust.combined_ranks(A, S) == sum(np.linalg.matrix_rank(square) for square in squares)
    assert robust.combined_ranks(rationals([[1], [0]]), rationals([[2, 0, 1], [0, 0, 1]])) == 1 + 1 + 2
    opposite = rationals([["1", "-1/2"], ["-1/2", "1"]])  # [1 1; 1 1] + diag(s) is singular, and with diag(s)² not
    assert robust.combined_ranks(rationals([[1], [1]]), opposite) == 2 + 2
    assert robust.robust_pca_objective(rationals([[1, 2, 0], [0, 0, 0]]), rationals([[2, 0, 1], [0, 0, 1]]), 5) == 5 + 3
    for array in (np.array, torch.tensor):
        assert robust.count_nonzero(array([[0.0, -1.0], [2.0, 0.0]])) == 2


def test_log_coefficient_counts_by_sample():
    W, residuals = rationals([[1, 2], [2, 4], [0, 0], [0, 0]]), rationals([[0, 1, 1], [0, 0, 2], [0, 0, 0], [0, 0, -1]])
    assert robust.log_coefficient(W, residuals) == (4 - 1 - 0) + (4 - 1 - 1) + (4 - 1 - 3)
    assert robust.log_coefficient(0 * W, residuals[:, 1:]) == 4 - 1 + 4 - 3


def test_mean_squares_are_those_of_the_code():
    M = rationals([[1, 2, 1, 2, 1, 0], [0, 1, 0, 1, 1, 1]])  # columns 0 and 2, 1 and 3
    R = rationals([[1, 0, 3, 0, 7, 2], [0, -2, 0, 4, 1, 0]])
    expected = [[5, 0, 5, 0, 49, 4], [0, 10, 0, 10, 1, 0]]
    assert (robust.mean_squares_by_code(R, M) == rationals(expected)).all()
    assert (robust.mean_squares_by_code(floats(R), floats(M)) == expected).all()


# --- costs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("c", "alpha"), [(0.0, 0.5), (0.25, 0.5), (0.5, 0.5), (3.0, 0.5)])
def test_floored_square_minimises_the_variance_cost(c, alpha):
    best = scipy.optimize.minimize_scalar(
        lambda g: robust.variance_cost(c, np.asarray(g)), bounds=(alpha, 9), method="bounded"
    )
    assert robust.floored(np.asarray(c), np.asarray(alpha)) == pytest.approx(best.x, abs=1e-4)
    assert robust.floored(np.asarray(c), np.asarray(alpha)) == max(c, alpha)


def test_autoencoder_costs_are_gaussian():
    rng = np.random.default_rng(4)
    X, W, M = rng.normal(size=(3, 4)), rng.normal(size=(3, 2)), rng.normal(size=(2, 4))
    gamma = rng.uniform(0.5, 2, (3, 4))
    density = scipy.stats.norm.logpdf(X, W @ M, np.sqrt(gamma)).sum()
    cost = robust.autoencoder_cost(X, W, M, gamma)
    assert cost == pytest.approx(-2 * density - 12 * np.log(2 * np.pi))
    assert robust.penalised_autoencoder_cost(X, W, M, gamma) - cost == pytest.approx((M**2).sum())
    reduced = np.log(np.maximum((X - W @ M) ** 2, 0.25)).sum()
    assert robust.reduced_autoencoder_cost(X, W, M, np.asarray(0.25)) == pytest.approx(reduced)


def test_every_arithmetic_agrees():
    X, W, M, gamma, alpha = (
        rationals(part) / 4
        for part in (
            [[3, -2, 0], [1, 4, -4], [0, 2, 1]],
            [[1], [-3], [2]],
            [[2, 1, -1]],
            [[4, 8, 4], [8, 8, 4], [4, 4, 8]],
            1,
        )
    )
    for formula, parts in (
        (robust.autoencoder_cost, (X, W, M, gamma)),
        (robust.penalised_autoencoder_cost, (X, W, M, gamma)),
        (robust.reduced_autoencoder_cost, (X, W, M, alpha)),
    ):
        value = formula(*map(floats, parts))
        assert float(formula(*map(balls, parts)).bare().mid()) == pytest.approx(float(value), rel=1e-12)
        assert float(formula(*(torch.tensor(floats(x)) for x in parts))) == pytest.approx(float(value), rel=1e-12)


def test_independent_rows_span_all_rows():
    A = rationals([[0, 0, 0], [1, 2, 3], [2, 4, 6], [0, 1, 1], [1, 3, 4], [5, 0, 0]])
    assert robust.independent_rows(A) == [1, 3, 5]
    assert robust.independent_rows(balls(A[:3])) == [1]
    assert robust.independent_rows(0 * A) == []
