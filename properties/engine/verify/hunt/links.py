"""One argument made of another: copies, transposes, negatives, multiples, squares, neighbours, entries and norms."""

from types import SimpleNamespace

import numpy as np

from properties.engine.helpers.domains import signature
from properties.engine.helpers.generators import Told
from verify import Matrix, Scalar, Vector
from verify.hunt.sampling import _adjoint, _is_matrix, _is_square, _link, _squared
from verify.hunt.strata import Stratum

LARGEST = 2.0**20


def numbers(values):
    return set(np.unique(values).tolist())


def linked(case, source, target, seeds=80, **sizes):
    """Return pairs of arguments, of shape (count, …), of which the second was made of the first."""
    one = signature(x=source, y=target)
    stratum = Stratum(one, sizes or {"d": 3}, {"x": "plain", "y": "plain"}, {})
    pairs = []
    for seed in range(seeds):
        group = np.random.default_rng(1000 + seed).standard_normal((stratum.size, 6))
        before = group.copy()
        _link(stratum, group, Told(seed, _8=case))
        x, y = (part.place for part in stratum.parts)
        assert (group[x] == before[x]).all() or (group[y] == before[y]).all()
        if (group[x] == before[x]).all():
            shapes = [part.shape for part in stratum.parts]
            pairs.append([np.moveaxis(group[p], 0, -1).reshape(6, *s) for p, s in zip((x, y), shapes, strict=True)])
    assert 0.2 * seeds < len(pairs) < 0.8 * seeds
    return [np.concatenate(side) for side in zip(*pairs, strict=True)]


def test_square_matrices_are_copies_negatives_multiples_neighbours_transposes_and_squares():
    one = Matrix("d d")
    for case in (4, 5, 6):
        A, B = linked(case, one, one)
        np.testing.assert_array_equal(A, B)
    A, B = linked(0, one, one)
    np.testing.assert_array_equal(-A, B)
    A, B = linked(1, one, one)
    assert numbers(np.round(B / A, 9)) == {1, 2, 0.5, -2, 3}
    A, B = linked(2, one, one, seeds=200)
    steps = abs(B - A).max((1, 2))
    assert 0.9 < steps.max() < 1.51
    assert 0 < steps[steps > 0].min() < 2.0**-20
    assert (A == B).mean() > 0.15
    A, B = linked(3, one, one)
    np.testing.assert_array_equal(A.mT, B)
    A, B = linked(7, one, one)
    own, moduli = (np.isclose(B, square).all((1, 2)) for square in (A @ A, abs(A) @ abs(A)))
    assert (own | moduli).all()
    assert 0.2 < own.mean() < 0.8


def test_matrices_of_transposed_shapes_are_transposes_and_others_share_what_there_is():
    A, B = linked(5, Matrix("d r"), Matrix("r d"), d=2, r=3)
    np.testing.assert_array_equal(A.mT, B)
    for case in (3, 7):
        A, B = linked(case, Matrix("d r"), Matrix("d r"), d=2, r=3)
        np.testing.assert_array_equal(A, B)  # it is not square
    v, w = linked(5, Vector("d"), Vector("r"), d=2, r=3)
    np.testing.assert_array_equal(v, w[:, :2])
    v, w = linked(5, Vector("d"), Vector("r"), d=3, r=2)
    np.testing.assert_array_equal(v[:, :2], w)


def test_numbers_are_entries_and_norms():
    v, x = linked(5, Vector("d"), Scalar(), seeds=200)
    x = x.reshape(-1, 1)
    forms = (v, v**2, 2 * v, v / 2, (v**2).sum(1, keepdims=True), abs(v).max(1, keepdims=True))
    met = np.stack([(np.isclose(x, form)).any(1) for form in forms])
    assert met.any(0).all()
    assert (met.mean(1) > 0.08).all()
    largest = abs(v).max(1)
    negative = v.min(1) == -largest  # it is no entry there
    assert np.isclose(x[negative, 0], largest[negative]).mean() > 0.08


def test_nothing_is_linked_beyond_what_an_entry_may_be_and_one_argument_has_nothing_to_be_linked_to():
    one = signature(x=Vector("d"), y=Vector("d"))
    stratum = Stratum(one, {"d": 2}, {"x": "plain", "y": "plain"}, {})
    for seed in range(40):
        group = np.array([[LARGEST], [-LARGEST], [LARGEST], [-LARGEST]])
        _link(stratum, group, Told(seed, _8=1))
        assert abs(group).max() == LARGEST
    alone = np.ones((2, 3))
    _link(Stratum(signature(x=Vector("d")), {"d": 2}, {"x": "plain"}, {}), alone, np.random.default_rng(0))
    assert (alone == 1).all()


def test_squares_and_adjoints_of_real_parts_and_of_complex_ones():
    A = np.arange(9.0).reshape(3, 3)
    np.testing.assert_array_equal(_squared(A.reshape(9, 1), (3, 3)).reshape(3, 3), A @ A)
    np.testing.assert_array_equal(_adjoint(A.reshape(9, 1), (3, 3)).reshape(3, 3), A.T)
    both = np.stack([A, A + 10]).reshape(18, 1)
    np.testing.assert_array_equal(_adjoint(both, (3, 3)).reshape(2, 3, 3), np.stack([A.T, -(A + 10).T]))
    np.testing.assert_array_equal(_squared(both, (3, 3)).reshape(2, 3, 3), np.stack([A @ A, (A + 10) @ (A + 10)]))


def test_a_neighbour_has_small_numbers_times_a_power_of_two_more():
    stratum = Stratum(signature(x=Matrix("d d"), y=Matrix("d d")), {"d": 5}, {"x": "plain", "y": "plain"}, {})
    powers = set()
    for seed in range(120):
        group = np.zeros((stratum.size, 8))
        _link(stratum, group, Told(seed, _8=2))
        step = group.max() / 3
        assert numbers(group / step) == {0, 1, -1, 2, -2, 0.5, -0.5, 3}
        powers.add(float(np.log2(step)))
    assert powers == set(range(-23, 0))


def test_raw_entries_are_those_of_a_matrix_if_they_are_as_many_or_twice_as_many():
    for shape, size, matrix in (
        ((2, 3), 6, True), ((2, 3), 12, True), ((2, 3), 18, False), ((2, 3), 5, False), ((6,), 6, False),
        ((1, 1), 1, True), ((2, 3, 1), 6, False),
    ):  # fmt: skip
        assert _is_matrix(SimpleNamespace(shape=shape, size=size)) == matrix, (shape, size)
    for shape, size, square in (((2, 2), 4, True), ((2, 2), 8, True), ((2, 2), 3, False), ((2, 3), 6, False)):
        assert _is_square(SimpleNamespace(shape=shape, size=size)) == square, (shape, size)
