"""The corners of structured domains are reached, by draws and in bulk: ranks, ties, vertices, and no style is idle."""

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from properties.engine.helpers.domains import ARRAYS, EVEN, draws, entries_of, floats_of, signature, stacked
from reference.arithmetic import determinant
from reference.arithmetic.lanes import constants, stack
from verify import (
    Circulant,
    Commuting,
    Contraction,
    Correlation,
    Density,
    DoublyStochastic,
    Hankel,
    Integer,
    Interval,
    Isometry,
    LowRank,
    Majorised,
    MMatrix,
    Nonnegative,
    Normal,
    Ordered,
    Orthogonal,
    Projection,
    SignMatrix,
    Simplex,
    Stochastic,
    Symmetric,
    Toeplitz,
    Triangular,
    UnitVector,
)
from verify.hunt.sampling import natural, structured
from verify.hunt.strata import random_stratum


def drawn(domain, size=3, count=600):
    """Return draws at one size of every dimension, as nested lists; of a composite in a tuple."""
    fixed = type(domain)(
        " ".join(axis.text for axis in domain.axis_expressions), dict.fromkeys(domain.dimensions, (size, size))
    )
    return [value if isinstance(value, tuple) else value.tolist() for _, value in draws(fixed, count)]


def rank(m):
    return int(fmpq_mat(m).rank())


def share(values, question):
    return np.mean([bool(question(value)) for value in values])


def test_bounded_numbers_reach_both_ends_the_inside_thirds_and_zero():
    numbers = [value.item() for _, value in draws(Interval(-1, 2), 1500)]
    for x in (fmpq(-1), fmpq(2), fmpq(0), fmpq(1), fmpq(1, 2), fmpq(-1, 2), fmpq(2) - fmpq(3, 1024)):
        assert x in numbers
    assert any(x.q % 5 == 0 for x in numbers)
    matrices = [value.tolist() for sizes, value in draws(Interval("d d", 0, 1), 600) if sizes["d"] == 3]
    assert share(matrices, lambda m: {x for row in m for x in row} <= {0, 1}) > 0.1
    assert share(matrices, lambda m: len({x for row in m for x in row}) == 1) > 0.1


def test_integers_are_small_and_large_of_both_signs_and_all_between_two_bounds():
    numbers = {int(value.item()) for _, value in draws(Integer(), 3000)}
    assert {*range(-10, 11), 100, -1000, 1024} <= numbers
    assert {int(value.item()) for _, value in draws(Integer(0, 9), 600)} == set(range(10))


def test_low_ranks_are_all_met_and_none_higher():
    for k in (1, 2):
        values = [value.tolist() for sizes, value in draws(LowRank("d r k"), 3000) if sizes == {"d": 3, "r": 4, "k": k}]
        assert {rank(m) for m in values} == set(range(k + 1))


def test_signs_reach_every_determinant_of_a_matrix_of_four():
    values = [value for sizes, value in draws(SignMatrix("d d"), 2000) if sizes["d"] == 4]
    assert {abs(int(determinant(m).item())) for m in values} == {0, 8, 16}


def test_patterns_are_of_every_rank_and_their_styles_what_they_are_called():
    for domain in (Toeplitz("d"), Hankel("d"), Circulant("d"), Triangular("d")):
        values = drawn(domain)
        assert {rank(m) for m in values} >= {1, 2, 3}
        assert share(values, lambda m: m == [list(row) for row in zip(*m, strict=True)]) > 0.05
    assert share(drawn(Triangular("d")), lambda m: not any(m[i][i] for i in range(3)) and any(map(any, m))) > 0.05
    assert share(drawn(Triangular("d")), lambda m: len({m[i][i] for i in range(3)}) == 1 and any(m[0][1:])) > 0.05


def test_correlations_and_densities_are_of_every_rank_and_pure_or_mixed():
    values = drawn(Correlation("d"))
    assert {rank(m) for m in values} == {1, 2, 3}
    assert share(values, lambda m: rank(m) == 3 and len({m[0][1], m[0][2], m[1][2]}) == 3) > 0.1
    assert share(values, lambda m: {abs(x) for row in m for x in row} == {1}) > 0.05
    assert any(m[0][1] == m[0][2] == m[1][2] == fmpq(-1, 2) for m in values)  # equal ones, as negative as can be
    assert {rank(m) for m in drawn(Density("d"))} == {1, 2, 3}


def test_unit_vectors_are_axes_and_pythagorean_and_of_all_signs():
    values = drawn(UnitVector("d"))
    assert {tuple(v) for v in values} >= {tuple(s * (i == k) for i in range(3)) for k in range(3) for s in (1, -1)}
    assert share(values, all) > 0.3
    assert any(sorted(map(abs, v)) == [0, fmpq(3, 5), fmpq(4, 5)] for v in values)
    assert {tuple(x > 0 for x in v) for v in values if all(v)} == set(np.ndindex(2, 2, 2))
    assert {v[0] for v in drawn(UnitVector("d"), 1)} == {1, -1}


def test_contractions_touch_the_boundary_along_any_number_of_directions():
    eye = np.eye(3, dtype=int)
    gaps = [
        rank((eye - np.array(m, dtype=object).T @ np.array(m, dtype=object)).tolist())
        for m in drawn(Contraction("d r"))
    ]
    assert set(gaps) == {0, 1, 2, 3}
    assert min(gaps.count(k) for k in range(4)) > 20
    assert {rank(m) for m in drawn(Contraction("d r"))} >= {0, 1, 3}


def test_projections_are_of_every_rank_and_not_along_axes_alone():
    for size in (1, 2, 3, 5):
        values = drawn(Projection("d"), size)
        assert {rank(m) for m in values} == set(range(size + 1))
    oblique = [m for m in values if any(m[i][j] for i in range(5) for j in range(i))]
    assert {rank(m) for m in oblique} == {1, 2, 3, 4}


def test_normal_matrices_are_neither_symmetric_nor_skew_nor_orthogonal_alone():
    values = [np.array(m, dtype=object) for m in drawn(Normal("d"))]
    symmetric = [(m == m.T).all() for m in values]
    skew = [(m == -m.T).all() for m in values]
    turning = [(m @ m.T == (m @ m.T)[0, 0] * np.eye(3, dtype=int)).all() for m in values]
    assert np.mean(symmetric) > 0.1
    assert np.mean(skew) > 0.05
    assert np.mean(turning) > 0.1
    assert np.mean(~np.any([symmetric, skew, turning], axis=0)) > 0.2


def test_isometries_have_columns_off_the_axes_and_of_both_signs():
    values = [value.tolist() for sizes, value in draws(Isometry("r+e r", {"e": (0, 2)}), 500) if sizes["r"] == 2]
    assert {len(v) for v in values} == {2, 3, 4}
    assert share(values, lambda v: all(map(all, v))) > 0.2
    assert share(values, lambda v: {abs(x) for row in v for x in row} <= {0, 1}) > 0.02


def test_probabilities_reach_every_face_and_its_inside():
    values = drawn(Simplex("d"))
    assert {tuple(bool(x) for x in p) for p in values} == set(np.ndindex(2, 2, 2)) - {(0, 0, 0)}
    assert share(values, lambda p: p.count(1) == 1) > 0.1
    assert share(values, lambda p: len(set(p)) == 1) > 0.05
    maps = [m for m in drawn(Stochastic("d k")) if {x for row in m for x in row} == {0, 1}]
    assert len({str(m) for m in maps}) > 15
    assert {rank(m) for m in drawn(Stochastic("d k"))} == {1, 2, 3}


def test_doubly_stochastic_matrices_reach_every_vertex_edges_faces_and_the_inside():
    values = drawn(DoublyStochastic("d"))
    zeros = [sum(x == 0 for row in m for x in row) for m in values]
    assert len({str(m) for m, z in zip(values, zeros, strict=True) if z == 6}) == 6
    assert set(zeros) == {0, 1, 2, 3, 4, 6}
    assert min(zeros.count(k) for k in (0, 1, 3)) > 20


def test_m_matrices_are_dominant_or_not_and_triangular_or_symmetric_or_neither():
    values = drawn(MMatrix("d"))
    dominant = [all(sum(row) > 0 for row in m) for m in values]
    assert 0.1 < np.mean(dominant) < 0.9
    assert share(values, lambda m: not any(m[i][j] for i in range(3) for j in range(i)) and any(m[0][1:])) > 0.05
    assert share(values, lambda m: m == [list(row) for row in zip(*m, strict=True)] and any(m[0][1:])) > 0.03


# --- composites -------------------------------------------------------------------------------------------------------


def is_polynomial(a, b):
    size = a.shape[0]
    powers = [np.eye(size, dtype=int).astype(object) * fmpq(1)]
    for _ in range(size - 1):
        powers.append(powers[-1] @ np.array(a.tolist(), dtype=object))
    rows = [power.ravel().tolist() for power in powers]
    return rank(rows) == rank([*rows, np.ravel(b.array).tolist()])


def test_commuting_pairs_are_polynomials_of_each_other_or_of_neither_kind_and_seldom_trivial():
    pairs = drawn(Commuting("d"), 3)
    assert share(pairs, lambda pair: all(rank(m.tolist()) == 3 for m in pair)) > 0.2
    assert share(pairs, lambda pair: is_polynomial(*pair)) > 0.5
    assert share(pairs, lambda pair: not is_polynomial(*pair) and not is_polynomial(*pair[::-1])) > 0.02
    scalar = lambda m: all(m[i][j] == (m[0][0] if i == j else 0) for i in range(3) for j in range(3))  # noqa: E731
    assert share(pairs, lambda pair: not any(scalar(m.tolist()) for m in pair)) > 0.5


@pytest.mark.parametrize("of", [Nonnegative("d d"), Symmetric("d"), Triangular("d"), Circulant("d")])
def test_commuting_pairs_of_a_narrower_domain_are_dense_and_different(of):
    pairs = [value for sizes, value in draws(Commuting(of), 600) if sizes["d"] == 3]
    different = [pair for pair in pairs if (pair[0] != pair[1]).any() and all(rank(m.tolist()) > 1 for m in pair)]
    assert len(different) > 0.3 * len(pairs)


def test_ordered_pairs_differ_by_every_rank_and_by_little():
    pairs = drawn(Ordered("d"))
    gaps = [(b - a).tolist() for a, b in pairs]
    assert {rank(gap) for gap in gaps} == {0, 1, 2, 3}
    assert share(gaps, lambda gap: 0 < gap[0][0] < fmpq(1, 32)) > 0.03


def test_majorised_vectors_are_equal_permuted_averaged_or_the_mean():
    pairs = [(x.tolist(), y.tolist()) for x, y in drawn(Majorised("d"))]
    assert share(pairs, lambda pair: pair[0] != pair[1] and sorted(pair[0]) == sorted(pair[1])) > 0.05
    assert share(pairs, lambda pair: len(set(pair[0])) == 1 and len(set(pair[1])) > 1) > 0.05
    assert share(pairs, lambda pair: len(set(pair[0])) == 3 and sorted(pair[0]) != sorted(pair[1])) > 0.2


# --- and in bulk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVEN)
def test_every_style_says_something_of_its_own_in_bulk(name):
    domain = ARRAYS[name]
    one, generator = signature(x=domain), np.random.default_rng(0)
    sizes = {dimension: min(max(3, low), max(high, 3)) for dimension, (low, high) in one.bounds.items()}
    found = {}
    for seed in range(60):
        stratum = random_stratum(one, sizes, np.random.default_rng(seed), plain=False)
        style = stratum.styles["x"]
        if style not in found:
            raw = np.concatenate([natural(stratum, 10, generator), structured(stratum, 10, generator)], axis=1)
            values, _ = stacked(stratum.arguments(raw)["x"])
            exact = [stratum.instance(point) for point in raw.T]
            assert all(instance is not None and len(entries_of(instance.values["x"])) for instance in exact)
            found[style] = np.broadcast_to(values, (20, values.shape[-1]))
            assert abs(floats_of(exact[0].values["x"]) - found[style][0]).max() <= 1e-6 * (1 + abs(values).max())
    assert found.keys() == set(domain.styles)
    if domain.size(domain.shape(sizes)) and name != "Constant":
        plain = {tuple(row) for row in found[domain.styles[0]].round(9)}
        assert len(plain) > (1 if name in ("Permutation", "SignMatrix") or name.startswith("Integer[") else 7)


def test_of_columns_in_floats_those_count_that_are_no_multiples_of_others_however_small():
    columns = np.array([1, 2, 2, 0, 1, 1, 0, 0, 1e-14])  # of the third next to nothing is left
    for scale in (1, 2.0**-60, 2.0**60):
        raw = np.concatenate([[1, 1, 1], scale * columns])
        values, _ = stack(Projection("d").construct(constants(raw), "plain", (3, 3)))
        assert np.trace(values.reshape(3, 3)) == pytest.approx(2), scale


def test_on_the_diagonal_of_a_skew_matrix_nothing_cancels():
    """A tie of two zeros is certain, and not one of two numbers that agree but for rounding."""
    values, magnitudes = stack(Normal("d").construct(constants(np.arange(1.0, 22)), "skew", (3, 3)))
    for part in (values, magnitudes):
        assert np.diag(part.reshape(3, 3)).tolist() == [0, 0, 0]
    one, other = (stack(Orthogonal("d").construct(constants(np.array([1.0, 1, x])), "plain", (1, 1))) for x in (0, 5))
    assert one.tolist() == other.tolist()
