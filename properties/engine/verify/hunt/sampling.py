"""Structured samples reach what no density does: how often they meet the corners at which conjectures fall."""

import numpy as np
import pytest

from properties.engine.helpers.domains import signature
from verify import (
    Interval,
    Matrix,
    NonNegative,
    Orthogonal,
    Permutation,
    Positive,
    PositiveVector,
    Scalar,
    Spectrum,
    Vector,
)
from verify.hunt.sampling import natural, spread, structured
from verify.hunt.strata import Stratum, random_stratum, rounded

LARGEST = 2.0**20

COUNT = 51_200
"""Eight hundred groups that share their recipes."""


def samples(sizes, sample=structured, count=COUNT, seed=0, **domains):
    """Return the values of each argument, of shape (points, …), where raw entries are the value itself."""
    one = signature(**domains)
    stratum = Stratum(one, sizes, dict.fromkeys(domains, "plain"), {})
    raw = sample(stratum, count, np.random.default_rng(seed))
    assert raw.shape == (stratum.size, count)
    np.testing.assert_array_equal(stratum.clamp(raw), raw)
    return {part.name: np.moveaxis(raw[part.place], 0, -1).reshape(count, *part.shape) for part in stratum.parts}


def share(found):
    """Return how large a part of the points has a property."""
    return found.mean()


def equals(x, y):
    """Return at which points two arrays are the same, and not zero."""
    x, y = np.broadcast_arrays(x, y)
    axes = tuple(range(1, x.ndim))
    return (x == y).all(axes) & (x != 0).any(axes)


def ranks(matrices):
    return np.linalg.matrix_rank(matrices)


# --- one matrix, vector or number -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def square():
    return samples({"d": 3}, A=Matrix("d d"))["A"]


MATRICES = {  # the property, and at least how often it is met
    "zero": (lambda A: (A == 0).all((1, 2)), 0.008),
    "a multiple of the identity": (lambda A: equals(A, A[:, :1, :1] * np.eye(3)), 0.006),
    "the identity": (lambda A: equals(A, np.eye(3)), 0.005),
    "diagonal": (lambda A: equals(A, A * np.eye(3)), 0.016),
    "a scaled signed permutation": (lambda A: ((A != 0).sum(1) == 1).all(1) & ((A != 0).sum(2) == 1).all(1), 0.015),
    "nearly the identity": (lambda A: (abs(A - np.eye(3)).max((1, 2)) < 1e-3) & (np.eye(3) != A).any((1, 2)), 0.006),
    "rank one": (lambda A: ranks(A) == 1, 0.05),
    "rank two": (lambda A: ranks(A) == 2, 0.15),
    "full rank": (lambda A: ranks(A) == 3, 0.25),
    "a zero row beside others": (lambda A: (A == 0).all(2).any(1) & (A != 0).any((1, 2)), 0.1),
    "a zero column beside others": (lambda A: (A == 0).all(1).any(1) & (A != 0).any((1, 2)), 0.1),
    "two equal rows": (lambda A: equals(A[:, 0], A[:, 1]) | equals(A[:, 1], A[:, 2]), 0.03),
    "two equal columns": (lambda A: equals(A[:, :, 0], A[:, :, 1]) | equals(A[:, :, 1], A[:, :, 2]), 0.04),
    "two opposite rows": (lambda A: equals(A[:, 0], -A[:, 1]) | equals(A[:, 1], -A[:, 2]), 0.02),
    "symmetric": (lambda A: equals(A, A.mT), 0.06),
    "skew": (lambda A: equals(A, -A.mT), 0.01),
    "nilpotent": (lambda A: ((A @ A @ A) == 0).all((1, 2)) & (A != 0).any((1, 2)), 0.015),
    "upper triangular": (lambda A: equals(A, np.triu(A)), 0.06),
    "constant": (lambda A: equals(A, A[:, :1, :1] + 0 * A), 0.018),
    "signs": (lambda A: (abs(A) == 1).all((1, 2)), 0.03),
    "dense and irregular": (lambda A: np.array([len(set(a.ravel())) == 9 for a in abs(A)]), 0.01),
    "small integers": (lambda A: ((np.round(A) == A) & (abs(A) <= 3)).all((1, 2)) & (A != 0).any((1, 2)), 0.2),
    "large": (lambda A: abs(A).max((1, 2)) > 500, 0.004),
    "tiny": (lambda A: (abs(A).max((1, 2)) < 1 / 500) & (A != 0).any((1, 2)), 0.003),
    "graded": (lambda A: abs(A).max((1, 2)) > 1000 * np.where(A == 0, np.inf, abs(A)).min((1, 2)), 0.015),
    "equal singular values": (lambda A: equals(A @ A.mT, (A @ A.mT)[:, :1, :1] * np.eye(3)), 0.015),
    "a pair of them": (lambda A: close_pair(np.linalg.svd(A, compute_uv=False)), 0.07),
}  # fmt: skip


def close_pair(s):
    near = abs(np.diff(s)) < 1e-12 * s[:, :1]
    return (near & (s[:, 1:] > 1e-6 * s[:, :1])).any(1)


@pytest.mark.parametrize("name", MATRICES)
def test_matrices_reach(name, square):
    found, least = MATRICES[name]
    assert share(found(square)) >= least


@pytest.mark.parametrize(("rows", "columns"), [(2, 4), (4, 2), (1, 3), (3, 1)])
def test_matrices_of_other_shapes_reach_every_rank_and_the_corners(rows, columns):
    A = samples({"d": rows, "r": columns}, A=Matrix("d r"))["A"]
    for rank in range(min(rows, columns) + 1):
        assert share(ranks(A) == rank) > 0.01
    for wide in (A, A.mT):
        assert share((wide == 0).all(2).any(1) & (wide != 0).any((1, 2))) > 0.02 or wide.shape[1] == 1
    assert share(equals(A, np.eye(rows, columns))) > 0.001


@pytest.mark.parametrize("size", [2, 3, 4])
def test_rotations_fill_a_matrix_from_its_first_row(size):
    """Blocks [a −b; b a] at every other place of the diagonal, with a ≠ 0 ≠ b; an odd size leaves a zero."""
    A = samples({"d": size}, A=Matrix("d d"))["A"]
    blocks, off = np.ones(len(A), dtype=bool), A.copy()
    for i in range(0, size - 1, 2):
        block = A[:, i : i + 2, i : i + 2]
        a, b = block[:, 0, 0], block[:, 1, 0]
        blocks &= (block[:, 1, 1] == a) & (block[:, 0, 1] == -b) & (a != 0) & (b != 0) & (abs(a) != abs(b))
        off[:, i : i + 2, i : i + 2] = 0
    assert share(blocks & (off == 0).all((1, 2))) > 0.01


VECTORS = {
    "zero": (lambda v: (v == 0).all(1), 0.012), "constant": (lambda v: equals(v, v[:, :1]), 0.04),
    "a unit": (lambda v: ((v == 1).sum(1) == 1) & ((v == 0).sum(1) == 3), 0.02),
    "two equal": (lambda v: (v[:, 0] == v[:, 1]) & (v[:, 0] != 0), 0.11),
    "powers of two": (lambda v: (np.frexp(abs(v))[0] == 0.5).all(1), 0.12), "a zero": (lambda v: (v == 0).any(1), 0.25),
    "nearly one": (lambda v: (abs(v - 1) < 1e-3).all(1) & (v != 1).any(1), 0.02),
    "many bits": (lambda v: (rounded(v, 3) != v).all(1), 0.015),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_reach(name):
    found, least = VECTORS[name]
    v = samples({"d": 4}, v=Vector("d"))["v"]
    assert share(found(v)) >= least


def test_positive_numbers_are_spread_over_all_scales_and_sit_on_thresholds():
    values = samples({}, eps=Positive(), tau=NonNegative())
    eps, tau = values["eps"], values["tau"]
    assert eps.min() >= 1 / LARGEST
    assert tau.min() == 0
    assert share(tau == 0) > 0.05
    for x in (eps, tau):
        for number in (1, 2, 0.5, 3):
            assert share(x == number) > 0.005
        assert share(x == 1) > 0.1
        assert share(x > 100) > 0.02
        assert share((x < 0.01) & (x > 0)) > 0.02
        assert share((abs(x - 1) < 1e-3) & (x != 1)) > 0.01


# --- one argument made of another -----------------------------------------------------------------------------------


def test_arguments_are_copies_transposes_and_multiples_of_each_other():
    pair = samples({"d": 2, "r": 3}, A=Matrix("d r"), B=Matrix("d r"), C=Matrix("r d"))
    A, B, C = pair["A"], pair["B"], pair["C"]
    nontrivial = ranks(A) == 2
    for found, least in (
        (equals(A, B), 0.05), (equals(A, -B), 0.015), (equals(C, A.mT), 0.05), (equals(C, -A.mT), 0.013),
        (equals(2 * A, B) | equals(A, 2 * B), 0.004),
        ((abs(A - B).max((1, 2)) < 1e-3 * abs(A).max((1, 2))) & (A != B).any((1, 2)), 0.008),
        ((abs(C - A.mT).max((1, 2)) < 1e-3 * abs(A).max((1, 2))) & (A.mT != C).any((1, 2)), 0.018),
        (equals(A, B) & equals(C, A.mT), 0.016),
    ):  # fmt: skip
        assert share(found & nontrivial) >= least


def test_square_arguments_are_transposes_of_each_other_and_vectors_share_entries():
    pair = samples({"d": 2}, A=Matrix("d d"), B=Matrix("d d"), v=Vector("d"), w=PositiveVector("d"))
    A, B, v, w = pair["A"], pair["B"], pair["v"], pair["w"]
    asymmetric = (A.mT != A).any((1, 2))
    for found in (equals(A, B) & asymmetric, equals(A.mT, B) & asymmetric, equals(v, w), equals(A[:, 0], v)):
        assert share(found) > 0.004


def test_numbers_that_nothing_else_would_make_are_those_of_another_argument():
    values = samples({"d": 2}, D=PositiveVector("d"), x=Positive())
    D, x = values["D"], values["x"]
    for number in (D[:, 0], D[:, 1], D[:, 0] ** 2, 2 * D[:, 1], D[:, 0] / 2, (D**2).sum(1), D.max(1)):
        rare = (rounded(number, 2) != number) & (D[:, 0] != D[:, 1])
        met, chance = (share((found == number) & rare) for found in (x, np.roll(x, len(x) // 2)))
        assert met > 0.0005 + 4 * chance


def test_numbers_are_the_largest_entry_and_the_squared_norm_of_a_matrix():
    values = samples({"d": 2}, A=Matrix("d d"), eps=Positive())
    A, eps = values["A"], values["eps"]
    for number in (abs(A[:, 1, 0]), abs(A).max((1, 2)), (A**2).sum((1, 2))):
        rare = (rounded(number, 2) != number) & ((A != 0).sum((1, 2)) > 2)
        met, chance = (share((found == number) & rare) for found in (eps, np.roll(eps, len(eps) // 2)))
        assert met > 0.0005 + 5 * chance


def test_a_matrix_is_the_square_of_another_or_of_its_moduli():
    values = samples({"d": 3}, A=Matrix("d d"), B=Matrix("d d"))
    A, B = values["A"], values["B"]
    rare = (A**2).sum((1, 2)) != (A**2).max((1, 2))  # more than one entry
    for square in (A @ A, abs(A) @ abs(A)):
        assert share((abs(B - square) <= 1e-12 * abs(square)).all((1, 2)) & (square != A).any((1, 2)) & rare) > 0.003


# --- spectra that spread ----------------------------------------------------------------------------------------------


@np.errstate(invalid="ignore")
def test_spectra_spread_over_decades_all_at_once_and_one_is_often_diagonal():
    one = {"A": Matrix("d d"), "B": Matrix("d d"), "v": PositiveVector("n")}
    batches = [samples({"d": 3, "n": 4}, spread, 200, seed, **one) for seed in range(100)]
    values = {name: np.concatenate([batch[name] for batch in batches]) for name in one}
    scales = {name: np.linalg.svd(values[name], compute_uv=False) for name in "AB"}
    wide = {name: (s[:, 2] > 0) & (s[:, 0] > 1000 * s[:, 2]) for name, s in scales.items()}
    assert share(wide["A"] & wide["B"]) > 0.1
    diagonal = {name: (values[name] == values[name] * np.eye(3)).all((1, 2)) for name in "AB"}
    for name, other in ("AB", "BA"):
        assert 0.1 < share(diagonal[name] & ~diagonal[other]) < 0.3
    assert share(~diagonal["A"] & ~diagonal["B"]) > 0.4
    columns = values["A"] / abs(values["A"]).max(1, keepdims=True)
    assert set(np.unique(columns[np.isfinite(columns)])) == {-1, -0.5, 0, 0.5, 1}
    assert share(values["v"].max(1) > 1000 * values["v"].min(1)) > 0.3
    assert values["v"].min() > 0


def test_entries_between_bounds_are_not_spread():
    values = samples({"d": 3}, spread, 500, A=Interval("d d", 0, 1), B=Matrix("d d"))
    assert 0.2 < values["A"].mean() < 0.8
    assert share((values["A"] > 0) & (values["A"] < 1)) > 0.95  # at the ends it is but by rounding
    alone = samples({"d": 3}, spread, 500, A=Interval("d d", 0, 1))["A"]
    assert 0.2 < alone.mean() < 0.8


# --- the other domains, and both ways to sample ----------------------------------------------------------------------


def test_orthogonal_matrices_and_permutations_and_spectra_reach_their_corners():
    one = signature(U=Orthogonal("d"), P=Permutation("d"), zeta=Spectrum("d"))
    stratum = Stratum(one, {"d": 3}, dict.fromkeys(one.domains, "plain"), {})
    raw = structured(stratum, 2000, np.random.default_rng(0))
    instances = [stratum.instance(point).values for point in raw.T[:600:2]]
    turns = [np.array(values["U"].tolist(), dtype=float) for values in map(dict, instances)]
    permutations = {str(values["P"].tolist()) for values in instances}
    spectra = np.array([[float(int(x.p) / int(x.q)) for x in values["zeta"].tolist()] for values in instances])
    assert len(permutations) == 6
    assert np.mean([np.isin(U, (0, 1, -1)).all() for U in turns]) > 0.05
    assert np.mean([not np.isin(U, (0, 1, -1)).any() for U in turns]) > 0.05
    assert {round(np.linalg.det(U)) for U in turns} == {1, -1}
    assert ((spectra[:, 0] == spectra[:, 2]) & (spectra[:, 0] > 0)).mean() > 0.05
    assert ((spectra[:, 1] == spectra[:, 2]) & (spectra[:, 1] == 0) & (spectra[:, 0] > 0)).mean() > 0.02
    assert ((spectra[:, 0] > spectra[:, 1]) & (spectra[:, 1] > spectra[:, 2])).mean() > 0.1


def test_natural_points_are_dense_at_moderate_scales_and_of_few_bits():
    values = samples({"d": 2, "r": 3}, natural, A=Matrix("d r"), eps=Positive())
    A, eps = values["A"], values["eps"]
    np.testing.assert_array_equal(rounded(A, 8), A)
    np.testing.assert_array_equal(rounded(eps, 8), eps)
    assert share((A != 0).all((1, 2))) > 0.99
    assert share(ranks(A) == 2) > 0.99
    assert abs(np.sign(A).mean()) < 0.02
    assert 0.6 < np.median(abs(A)) < 0.8
    assert share((abs(A) > 8).any((1, 2))) > 0.05
    assert 0.9 < np.median(eps) < 1.1
    assert share(eps > 16) > 0.03
    assert share(eps < 1 / 16) > 0.03


@pytest.mark.parametrize("sample", [natural, structured])
def test_samples_repeat_from_their_generator_and_differ_between_them(sample):
    one = signature(A=Matrix("d r"), eps=Positive(), U=Orthogonal("d"), x=Scalar())
    stratum = random_stratum(one, {"d": 3, "r": 2}, np.random.default_rng(0), plain=False)
    first, again, other = (sample(stratum, 200, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert np.isfinite(first).all()
    assert len(np.unique(first, axis=1).T) > 150  # groups share recipes, not points
    assert sample(stratum, 1, np.random.default_rng(0)).shape == (stratum.size, 1)
    assert sample(stratum, 0, np.random.default_rng(0)).shape == (stratum.size, 0)


def test_what_is_not_negative_spreads_over_many_scales():
    """A normal number is seldom more than 4, times 2³ at most; one in logarithms is so often."""
    for domain, spreads in ((NonNegative(), True), (Positive(), True), (Scalar(), False)):
        stratum = random_stratum(signature(x=domain), {}, np.random.default_rng(0), True)
        points = natural(stratum, 4096, np.random.default_rng(1))
        assert (points.max() > 2**10) == spreads
