"""Each recipe of structured samples makes what it is called by, all of it, and nothing else."""

import numpy as np
import pytest

from properties.engine.helpers.domains import signature
from properties.engine.helpers.generators import Told
from verify import ComplexMatrix, Interval, Matrix, Positive, Projection, Scalar, Vector
from verify.hunt import sampling
from verify.hunt.sampling import _SMALL, _UNITS, _made, _vector, natural, spread, structured
from verify.hunt.strata import Stratum, rounded

MATRICES = {recipe.__name__: recipe for recipe in sampling._MATRICES}


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
    assert numbers(vectors(4, size=1)) == {1}


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


def test_a_matrix_of_a_recipe_is_at_either_end_of_the_raw_entries():
    """Of a projection they are more than those of a matrix."""
    part = part_of(Projection("d"))
    size, ends = part.shape[0] ** 2, [0, 0]
    assert part.size > size
    for seed in range(60):
        generator = Told(seed, **{f"_{len(sampling._MATRICES)}": 8})  # signs, which no vector consists of alone
        made = abs(_made(part, 40, generator, None))
        for k, block in enumerate((made[:size], made[-size:])):
            ends[k] += bool((block == block[0]).all())
    assert min(ends) > 10


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


def test_what_is_bounded_has_no_spectrum_that_spreads():
    one = signature(A=Matrix("d d"), x=Interval("d", 2, 10))
    stratum = Stratum(one, {"d": 3}, {"A": "plain", "x": "plain"}, {})
    place = next(part.place for part in stratum.parts if part.name == "x")
    for seed in range(5):
        drawn = spread(stratum, 50, np.random.default_rng(seed))[place]
        same = natural(stratum, 50, np.random.default_rng(seed))[place]
        np.testing.assert_array_equal(drawn, stratum.clamp(natural(stratum, 50, np.random.default_rng(seed)))[place])
        assert same.shape == drawn.shape


@pytest.mark.parametrize(("rows", "columns"), [(2, 3), (3, 2), (1, 4)])
def test_spectra_spread_of_matrices_of_any_shape(rows, columns):
    one = signature(A=Matrix("d r"))
    stratum = Stratum(one, {"d": rows, "r": columns}, {"A": "plain"}, {})
    A = spread(stratum, 50, np.random.default_rng(1)).T.reshape(50, rows, columns)
    largest = abs(A).max(1, keepdims=True)
    assert numbers(A / np.where(largest == 0, 1, largest)) <= {0, 0.5, -0.5, 1, -1}
    assert largest.max() > 8
