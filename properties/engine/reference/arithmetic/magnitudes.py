"""A magnitude is what may cancel, and no more: zeros of a construction have none, in every domain and style."""

import re

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.domains import ARRAYS, documented, floats_of, signature, stacked
from properties.engine.helpers.slow import thinned
from reference import arithmetic as a
from reference.arithmetic.lanes import stack, unstack
from verify import Matrix, leq
from verify.domains import complex, unitary
from verify.hunt.strata import Stratum, score
from verify.judging.judge import Outcome

DOMAINS = ARRAYS | {"of one's own": documented()["d r"]}
"""Every domain of arrays that there is, and one of the documentation."""

STYLES = [(name, style) for name, domain in DOMAINS.items() for style in domain.styles]
SIZES = [{"d": 1, "r": 1}, {"d": 2, "r": 3}, {"d": 3, "r": 2}]
POINTS = 4


def form_of(name, style, sizes):
    """Return the stratum of one argument of this domain."""
    one = signature(x=DOMAINS[name])
    return Stratum(one, {name: sizes[name] for name in one.bounds}, {"x": style}, {})


def made(stratum, raw):
    """Return exact values as floats, and the values and magnitudes of lanes, at all points."""
    truth = np.array([floats_of(stratum.instance(point).values["x"]) for point in raw.T])
    values, magnitudes = stacked(stratum.arguments(raw)["x"])
    return truth, np.broadcast_to(values, truth.shape), np.broadcast_to(magnitudes, truth.shape)


def generic(stratum, signs=True):
    """Return points at which nothing vanishes or agrees by accident, of both signs where the domain has these."""
    generator = np.random.default_rng(0)
    raw = generator.permuted(np.arange(1.0, 1 + stratum.size * POINTS)).reshape(stratum.size, POINTS)
    return stratum.clamp(raw / 8 * (generator.choice([-1, 1], raw.shape) if signs else 1))


@pytest.mark.parametrize(("name", "style"), thinned(STYLES, 5, mark="long"))
def test_what_is_zero_at_every_point_has_no_magnitude(name, style):
    for sizes in SIZES:
        stratum = form_of(name, style, sizes)
        truth, values, magnitudes = made(stratum, generic(stratum))
        always = (truth == 0).all(0)
        assert not magnitudes[:, always].any()
        assert not values[:, always].any()
        assert (magnitudes * (1 + 1e-12) >= abs(values)).all()


DIFFERENCES = {
    "Orthogonal", "Isometry", "UnitVector", "Contraction", "Projection", "Normal", "Correlation", "DoublyStochastic",
    "Majorised", "MMatrix", *complex.__all__, *unitary.__all__,
}  # fmt: skip
"""Domains whose values are made of differences, or have a modulus."""


@pytest.mark.parametrize(
    ("name", "style"),
    thinned([each for each in STYLES if not DIFFERENCES & set(re.split(r"\W", each[0]))], 5, mark="long"),
)
def test_numbers_without_signs_do_not_cancel(name, style):
    """Sums and products of what is not negative have their own size; a skew matrix is a difference, tested below."""
    for sizes in SIZES:
        stratum = form_of(name, style, sizes)
        truth, _, magnitudes = made(stratum, generic(stratum, signs=False))
        np.testing.assert_allclose(magnitudes, abs(truth), rtol=1e-12)


def test_orthogonal_matrices_are_as_large_as_they_look_where_their_skew_part_is_zero_and_bounded_elsewhere():
    stratum = form_of("Orthogonal", "plain", {"d": 3, "r": 3})
    raw = generic(stratum) * 2.0**10
    raw[6:] *= np.ravel(np.eye(3))[:, None]  # a diagonal is no part of m − mᵀ
    truth, _, magnitudes = made(stratum, raw)
    np.testing.assert_array_equal(magnitudes, 2 * abs(truth))  # a system is solved, and its residual counts
    raw = generic(stratum)
    _, _, magnitudes = made(stratum, raw)
    # |(I + K)⁻¹| (|I + K| |Q| + |I − K|): its inverse and Q have rows and columns of norm 1 at most
    parts = abs(raw[6:].T.reshape(POINTS, 3, 3))
    skew = np.sqrt(3 + ((parts + parts.mT) ** 2).sum((1, 2)))
    assert (magnitudes <= 2 * skew[:, None] * (1 + 1e-12)).all()


X = unstack(np.random.default_rng(0).normal(size=(5, 3, 3)) * 2.0**30)
MASKS = {
    "1 − I": 1 - a.identity(3, 3, X),
    "−(I − 1)": -(a.identity(3, 3, X) - 1),
    "I − [I 0]": a.identity(3, 3, X) - a.leading_identity(3, 3, 2, X),
    "2 I − 1 − 1": 2 * a.identity(3, 3, X) - 1 - 1,
    "(1 − I)(I − 1) + 2": (1 - a.identity(3, 3, X)) @ (a.identity(3, 3, X) - 1) + 2,
    "1 − a sum of a row": 1 - a.identity(3, 3, X).sum(-1),
    "1 − what is not zero": 1 - a.nonzero(X),
    "1 − an indicator": 1 - a.where(a.greater(X, 0), 1, 0),
    "an indicator, less another": a.where(a.greater(X, 0), 1, 0) - a.where(a.greater(0, X), 1, 0) - 1,
    "1 − |a constant|": 1 - abs(a.identity(3, 3, X) - 1),
    "a diagonal less itself": 3 - a.diagonal(3 * a.identity(3, 3, X)),
}


@pytest.mark.parametrize("name", MASKS)
def test_zeros_of_a_mask_have_no_magnitude_nor_what_they_cut_out(name):
    mask = MASKS[name]
    values, magnitudes = stack(mask)
    np.testing.assert_array_equal(magnitudes, abs(values))
    assert (values == 0).any()
    cut, of_cut = stack(X * mask)
    assert not of_cut[cut == 0].any()


def test_what_differs_between_instances_does_cancel_and_so_does_what_is_rounded():
    tenth, large = a.number(1, X) / 10, a.number(2**53, X)
    for difference in (X - X, X - X[..., :1], tenth + 2 * tenth - 3 * tenth, large + 1 - large):
        values, magnitudes = stack(difference)
        assert (magnitudes[values == 0] > 0).all()


def test_a_near_miss_and_a_violation_beside_a_zero_row_are_seen():
    """With zeros of a magnitude of 2²¹ both margins would vanish: one would look sharp, the other true."""
    first = lambda A: a.squared_norm(A[:1]) ** 2  # noqa: E731

    def near(A: Matrix["d r"]):
        leq(first(A), 1)

    def false(A: Matrix["d r"]):
        leq(1, first(A))

    for body, margin in ((near, 1), (false, -1)):
        claim = claim_of(body)
        stratum = Stratum(claim.signature, {"d": 2, "r": 2}, {"A": "zero row"}, {})
        raw = np.full((4, 1), 2.0**20)
        found = score(claim, stratum, raw)
        assert found.margin.tolist() == [margin]
        outcome = claim.judge(stratum.instance(raw[:, 0])).outcome
        assert found.candidate.tolist() == [outcome is Outcome.REFUTED] == [margin < 0]
