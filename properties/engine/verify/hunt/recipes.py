"""Each recipe of structured samples makes what it is called by, all of it, and nothing else."""

import numpy as np
import pytest

from properties.engine.helpers.domains import signature
from verify import ComplexMatrix, Interval, Matrix, Positive, Scalar, Vector
from verify.domains.bytes import LARGEST
from verify.hunt import sampling
from verify.hunt.sampling import _SMALL, _UNITS, _adjoint, _link, _made, _squared, _vector, natural, structured
from verify.hunt.strata import Stratum, rounded

MATRICES = {recipe.__name__: recipe for recipe in sampling._MATRICES}


class Told:
    """A generator that is told what it draws of so many."""

    def __init__(self, seed, **told):
        self.generator, self.told = np.random.default_rng(seed), {int(k[1:]): value for k, value in told.items()}

    def integers(self, *bounds, **options):
        if len(bounds) == 1 and bounds[0] in self.told:
            return self.told[bounds[0]]
        return self.generator.integers(*bounds, **options)

    def __getattr__(self, name):
        return getattr(self.generator, name)


def batches(name, rows=3, columns=3, count=64, seeds=60):
    """Yield what a recipe makes, of shape (count, rows, columns)."""
    for seed in range(seeds):
        made = MATRICES[name](rows, columns, count, np.random.default_rng(seed))
        assert made.shape == (rows, columns, count)
        yield np.moveaxis(made, -1, 0)


def every(name, **sizes):
    return np.concatenate(list(batches(name, **sizes)))


def numbers(values):
    return set(np.unique(values).tolist())


def test_sparse_ones_have_small_numbers_and_zeros():
    A = every("_sparse")
    assert numbers(A) == set(_SMALL.tolist())
    assert 0.43 < (A != 0).mean() < 0.47  # three of four, in six of ten places
    assert len(np.unique(A.reshape(-1, 9), axis=0)) > 2000


@pytest.mark.parametrize(("rows", "columns", "ranks"), [(4, 4, 3), (3, 4, 2), (2, 2, 1), (1, 3, 1), (4, 1, 1)])
def test_those_of_low_rank_have_each_rank_below_the_full_one(rows, columns, ranks):
    of_batch = [int(np.linalg.matrix_rank(A).max()) for A in batches("_low_rank", rows, columns)]
    assert set(of_batch) == set(range(1, ranks + 1))


def test_duplicates_are_rows_or_columns_of_few_up_to_their_sign():
    met = set()
    for A in batches("_duplicates", count=8):
        for k, lines in enumerate((A, A.mT)):
            places = [
                {(i, j, sign) for i in range(3) for j in range(i) for sign in (1, -1) if (a[i] == sign * a[j]).all()}
                for a in lines
            ]
            together = set.intersection(*places)  # those of a batch are at the same places
            if together:
                met.add((k, min(sign for *_, sign in together)))
        np.testing.assert_array_equal(rounded(A, 4), A)
    assert met == {(0, 1), (0, -1), (1, 1), (1, -1)}


@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (2, 3), (3, 2)])
def test_permutations_have_one_entry_in_each_line_at_most(rows, columns):
    A = every("_permutation", rows=rows, columns=columns)
    assert ((A != 0).sum(1) <= 1).all()
    assert ((A != 0).sum(2) <= 1).all()
    assert numbers(A) == {0, 1, -1, 2, -2, 0.5, -0.5, 3, -3}
    for i in range(rows):
        for j in range(columns):
            assert (A[:, i, j] != 0).any()
    full = (A != 0).sum((1, 2)) == min(rows, columns)
    assert 0.2 < full.mean() < 0.65


@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (2, 3)])
def test_those_near_the_identity_differ_by_one_step_at_every_scale(rows, columns):
    off = every("_near_identity", rows=rows, columns=columns) - np.eye(rows, columns)
    largest = abs(off).max((1, 2))
    moved = largest > 0
    assert 0.6 < moved.mean() < 0.8
    exponents = np.floor(np.log2(largest[moved]))
    assert set(range(-20, 2)) <= set(exponents.astype(int)) <= set(range(-21, 2))  # of 0.5·2⁻²⁰ to 3
    steps = off[moved] / np.exp2(exponents)[:, None, None]
    assert numbers(abs(steps)) <= {0, 0.25, 1 / 3, 0.5, 1, 1.5, 0.75}


def test_nilpotent_ones_are_triangular_and_half_of_them_strictly():
    strictly = [not np.diagonal(A, axis1=1, axis2=2).any() for A in batches("_nilpotent")]
    assert 15 < sum(strictly) < 45
    A = every("_nilpotent")
    np.testing.assert_array_equal(np.triu(A), A)
    assert (A[:, 0, 1:] != 0).any(0).all()


def test_graded_ones_have_rows_of_scales_of_their_own_or_none():
    flat = 0
    for A in batches("_graded"):
        np.testing.assert_array_equal(rounded(A, 4), A)
        sizes = np.log2(abs(A).max(2))
        flat += sizes.std() < 1.5
        assert sizes.min() > -12
        assert sizes.max() < 11
    assert 15 < flat < 45
    steep = [np.log2(abs(A).max(2)) for A in batches("_graded") if np.log2(abs(A).max(2)).std() > 1.5]
    assert np.concatenate(steep).min() < -8
    assert np.concatenate(steep).max() > 8


def test_log_spaced_ones_have_columns_of_digits_between_powers_of_two():
    widths = set()
    for A in batches("_log_spaced", count=400):
        largest = abs(A).max(1)
        scales = np.log2(np.where(largest == 0, 1, largest))
        np.testing.assert_array_equal(scales, np.round(scales))
        columns = A / np.where(largest == 0, 1, largest)[:, None]
        assert numbers(columns) == {0, 0.5, -0.5, 1, -1}
        assert abs(scales.mean()) < 3
        widths.add((int(scales.min()), int(scales.max())))
    assert widths == {(-width, width + 1) for width in (4, 10, 13, 17)}


def test_signs_and_constants():
    A = every("_signs")
    assert numbers(A) == {1, -1}
    assert abs(A.mean()) < 0.05
    A = every("_constant")
    np.testing.assert_array_equal(A, np.broadcast_to(A[:, :1, :1], A.shape))
    assert numbers(A) == set(_SMALL.tolist())


@pytest.mark.parametrize(("rows", "columns"), [(4, 4), (3, 3), (2, 4), (1, 3)])
def test_rotations_have_blocks_on_the_diagonal_alone(rows, columns):
    A = every("_rotation", rows=rows, columns=columns)
    expected = np.zeros_like(A)
    for i in range(0, min(rows, columns) - 1, 2):
        a, b = A[:, i, i], A[:, i + 1, i]
        expected[:, i, i] = expected[:, i + 1, i + 1] = a
        expected[:, i + 1, i], expected[:, i, i + 1] = b, -b
        assert numbers(a) == numbers(b) == set(_SMALL.tolist())
        assert (a != b).any()
    np.testing.assert_array_equal(A, expected)


@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (2, 3), (3, 2)])
def test_symmetric_ones_are_so_or_skew(rows, columns):
    size, signs = min(rows, columns), []
    for A in batches("_symmetric", rows=rows, columns=columns):
        square = A[:, :size, :size]
        signs.append(1 if (square == square.mT).all() else -1)
        np.testing.assert_array_equal(square, signs[-1] * square.mT)
        assert np.isin(4 * A, range(-12, 13)).all()
    assert 15 < signs.count(1) < 45


# --- vectors ----------------------------------------------------------------------------------------------------------


def part_of(domain, **sizes):
    one = signature(x=domain)
    return Stratum(one, sizes or dict.fromkeys(one.bounds, 3), {"x": "plain"}, {}).parts[0]


def vectors(case, size=3, count=4000):
    values = _vector(part_of(Vector("d"), d=size), count, Told(0, _8=case))
    assert values.shape == (size, count)
    return values


def exponents(values):
    mantissas, found = np.frexp(abs(values))
    assert (mantissas == 0.5).all()
    return set((found - 1).ravel().tolist())


def test_vectors_are_of_eight_kinds():
    assert numbers(vectors(0)) == set(_SMALL.tolist())
    assert numbers(vectors(1)) == set(_UNITS.tolist())
    assert exponents(vectors(2)) == set(range(-12, 13))
    assert (vectors(2) < 0).any()
    assert (vectors(2) > 0).any()
    constant = vectors(3)
    np.testing.assert_array_equal(constant, np.broadcast_to(constant[0], constant.shape))
    assert numbers(constant) == set(_SMALL.tolist())
    units = vectors(4)
    assert numbers(units) == {0, 1}
    assert (units.sum(0) == 1).all()
    assert units.any(1).all()
    near = vectors(5) - 1
    assert exponents(near[near != 0]) == set(range(-23, 0))
    assert 0.7 < (near != 0).mean() < 0.8
    assert 0 < (near < 0).mean() < (near > 0).mean()
    wide = vectors(6)
    assert 2**-6.1 < abs(wide).min() < 2**-5.5
    assert 2**5.5 < abs(wide).max() < 2**6.1
    np.testing.assert_array_equal(rounded(wide, 4), wide)
    assert 0.4 < (wide < 0).mean() < 0.6
    table = part_of(Vector("d")).domain.raw_entries
    assert numbers(vectors(7)) == set(np.unique(table).tolist())
    assert vectors(4, size=0).shape == (0, 4000)


def test_all_numbers_are_of_one_pool_where_there_is_one():
    part = part_of(Vector("d"))
    for pool in (_SMALL, _UNITS):
        assert numbers(_made(part, 500, np.random.default_rng(0), pool)) == set(pool.tolist())
    met, one = set(), signature(x=Matrix("d d"), y=Vector("d"))
    for seed in range(40):
        raw = structured(Stratum(one, {"d": 3}, {"x": "plain", "y": "plain"}, {}), 64, np.random.default_rng(seed))
        met |= {k for k, pool in enumerate(sampling._POOLS) if pool is not None and numbers(raw) == set(pool.tolist())}
    assert met == {3, 4, 5}


def test_matrices_are_scaled_as_wholes():
    part, shares = part_of(Matrix("d d")), []
    scales = set()
    for seed in range(400):
        generator = Told(seed, _8=1, **{f"_{len(sampling._MATRICES)}": 8})  # signs
        made = abs(_made(part, 40, generator, None))
        assert (made == made[:1]).all()
        shares.append((made != 1).any())
        scales |= exponents(made)
    assert 0.12 < np.mean(shares) < 0.28
    assert scales == set(range(-10, 11))


def test_what_is_bounded_is_made_around_its_middle_or_where_it_is():
    one = signature(x=Interval("d", 2, 10))
    stratum = Stratum(one, {"d": 3}, {"x": "plain"}, {})
    raw = np.concatenate([structured(stratum, 64, np.random.default_rng(seed)) for seed in range(60)], axis=1)
    assert raw.min() == 2
    assert raw.max() == 10
    for number in (3, 4, 6, 8):  # of 0, ±½, ±1 around the middle, and small integers
        assert (raw == number).mean() > 0.01
    smooth = natural(stratum, 4000, np.random.default_rng(0))
    assert 2 <= smooth.min() < 2.1
    assert 9.9 < smooth.max() <= 10
    assert abs(smooth.mean() - 6) < 0.15


def test_complex_matrices_are_made_as_such_or_from_parts():
    part, planar = part_of(ComplexMatrix("d d")), 0
    for seed in range(200):
        real, imag = _made(part, 16, np.random.default_rng(seed), None).reshape(2, 3, 3, 16)
        m = np.moveaxis(real + 1j * imag, -1, 0)
        planar += np.isin(abs(m) ** 2, (0, 1)).all() and imag.any() and real.any()
    assert planar > 10


def test_natural_ones_are_of_moderate_scales():
    one = signature(x=Scalar(), e=Positive())
    raw = natural(Stratum(one, {}, {"x": "plain", "e": "plain"}, {}), 40_000, np.random.default_rng(0))
    np.testing.assert_array_equal(rounded(raw, 8), raw)
    x, e = raw
    quantiles = np.quantile(abs(x), [0.05, 0.5, 0.95])
    np.testing.assert_allclose(quantiles, [0.0399, 0.634, 5.27], rtol=0.05)
    logs = np.log2(e)
    np.testing.assert_allclose(np.quantile(logs, [0.05, 0.25, 0.5, 0.75, 0.95]), [-4.0, -1.3, 0, 1.3, 4.0], atol=0.2)


# --- one argument made of another -------------------------------------------------------------------------------------


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
