"""Signatures of claims: dimensions that arguments share, bounds that fit, and counterexamples that shrink to small."""

import numpy as np
import pytest
from flint import fmpq
from hypothesis import HealthCheck, Phase, settings

from properties.engine.helpers.domains import signature
from reference.arithmetic import determinant
from reference.dimensions import DimensionError, parse
from verify import Matrix, Orthogonal, Scalar, Vector, claim, equal, leq
from verify.claims.attack import attack
from verify.claims.counterexample import Refutation
from verify.judging.statements import ClaimError

# --- dimensions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"), [("d", 3), ("d+1", 4), ("d-r", 1), ("d+r-1", 4), ("min(d,r)", 2), ("max(d,r,4)", 4), ("2", 2)]
)
def test_dimensions_are_expressions_of_names(text, value):
    expression = parse(text)
    assert expression.value({"d": 3, "r": 2}) == value
    assert set(expression.names) == {name for name in ("d", "r") if name in text.replace("min", "")}


@pytest.mark.parametrize(
    "text",
    ["", " ", "__import__('os')", "d.real", "().__class__", "1.5", "d*2", "2**9", "-d", "d[0]", "'d'", "True", "abs(d)",
     "min", "min()", "min(d)", "min(*d)", "max(d,key=d)", "lambda:d", "[d]", "d if d else 1", "d:=1", "d+", "d;r"],
)  # fmt: skip
def test_other_expressions_are_refused(text):
    with pytest.raises(DimensionError, match="the dimension") as caught:
        parse(text)
    assert "\n" not in str(caught.value)


def test_named_dimensions_and_bounds_are_shared():
    shared = signature(a=Matrix("d r", {"d": (2, 3)}), b=Matrix("r d+1"), s=Scalar())
    assert shared.bounds == {"d": (2, 3), "r": (1, 4)}
    generator = np.random.default_rng(0)
    for _ in range(200):
        instance = shared.draw(generator.bytes(shared.block_size))
        d, r = instance.sizes["d"], instance.sizes["r"]
        assert instance.values["a"].shape == (d, r)
        assert instance.values["b"].shape == (r, d + 1)
        assert 2 <= d <= 3


def test_differences_of_dimensions_have_room_for_every_draw():
    wide = signature(a=Vector("d-r", {"d": (4, 6), "r": (1, 3)}))
    generator = np.random.default_rng(0)
    lengths = {len(wide.draw(generator.bytes(wide.block_size)).values["a"]) for _ in range(300)}
    assert lengths == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("low", [0, 1, 2, 3])
def test_a_size_outside_its_bounds_is_refused_by_one(low):
    """Bounds are part of the claim: what is stated of matrices of two rows says nothing of those of three."""
    bounded = signature(A=Matrix("d+1 r", {"d": (low, low + 1)}), b=Vector("r", {"r": (2, 3)}))
    generator = np.random.default_rng(0)
    drawn = {bounded.draw(generator.bytes(bounded.block_size)).sizes["d"] for _ in range(100)}
    assert drawn == {low, low + 1}

    def decoded(d, r):
        return bounded.decode({"A": [["1"] * r] * (d + 1), "b": ["1"] * r}, {"d": d, "r": r}).sizes

    with pytest.raises(DimensionError, match=f"the dimension d is at most {low + 1}, not {low + 2}"):
        decoded(low + 2, 2)
    for d in (low, low + 1):
        assert decoded(d, 2) == {"d": d, "r": 2}
        with pytest.raises(DimensionError, match="the dimension r is at least 2, not 1"):
            decoded(d, 1)
    for d in range(-1, low):
        with pytest.raises(DimensionError, match=f"the dimension d is at least {low}, not {d}"):
            decoded(d, 2)


def test_a_dimension_without_bounds_may_be_larger_than_what_is_drawn():
    free = signature(a=Vector("d"), b=Vector("r", {"r": (1, 5)}))
    assert free.bounds["d"] == (1, 4)
    assert free.decode({"a": ["1"] * 9, "b": ["1"] * 5}, {"d": 9, "r": 5}).sizes == {"d": 9, "r": 5}


@pytest.mark.parametrize(
    ("domains", "message"),
    [
        (lambda: {"a": Vector("d", {"d": (1, 2)}), "b": Vector("d", {"d": (1, 3)})}, "bounded twice"),
        (lambda: {"a": Vector("d", {"d": (3, 2)})}, "bounds"),
        (lambda: {"a": Vector("d", {"d": (1, 1000)})}, "bounds"),
        (lambda: {"a": Vector("d", {"d": (1, 17)})}, "bounds"),
        (lambda: {"a": Vector("d+1", {"d": (-1, 2)})}, "bounds"),
        (lambda: {"a": Vector("d+1", {"d": (0, 2)}), "b": Vector("d")}, "empty at d = 0"),
        (lambda: {"a": Scalar(), "b": Vector("d+60", {"d": (3, 5)})}, "too large at d = 5"),
        (lambda: {"a": Vector("d"), "b": Vector("d", {"d": (1, 2)}), "c": Vector("d", {"d": (1, 3)})}, "bounded twice"),
        (lambda: {"a": Vector("d", {"d": 3})}, "pair of integers"),
        (lambda: {"a": Vector("d", {"r": (1, 2)})}, "does not name"),
        (lambda: {"a": Vector("d-1")}, "empty at d = 1"),
        (lambda: {"a": Vector("d-r+1")}, "empty at d = 1, r = 2"),
        (lambda: {"a": Vector("999999999")}, "too large"),
        (lambda: {"a": Vector("0")}, "empty: bound"),
        (lambda: {"a": Vector("d r")}, 'names one dimension, as in Vector\\["d"\\], not'),
        (lambda: {"a": Matrix("d")}, 'names 2 dimensions, as in Matrix\\["d r"\\], not'),
        (lambda: {"a": Scalar("d")}, "names no dimensions, not"),
        (lambda: {"a": float}, "not with a domain"),
        (lambda: {}, "at least one argument"),
    ],
)
def test_signatures_that_do_not_fit_are_refused_on_one_line(domains, message):
    with pytest.raises((ClaimError, DimensionError), match=message) as caught:
        signature(**domains())
    assert "\n" not in str(caught.value)


def test_arguments_without_a_domain_are_refused(registry):
    for body in (lambda x: None, lambda: None):
        with pytest.raises(ClaimError, match="argument"):
            claim("engine-domains/none", "x")(body)
    assert "engine-domains/none" not in registry


# --- shrinking ------------------------------------------------------------------------------------------------------


def smallest(body):
    """Return the sizes and the encoded values of the shrunk counterexample to a false claim."""
    entry = claim(f"engine-domains/{body.__name__.replace('_', '-')}", "false")(body).vae_verify_claim
    quiet = settings(
        max_examples=500, database=None, deadline=None, report_multiple_bugs=False, print_blob=False,
        phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with pytest.raises(Refutation) as caught:
        attack(entry, lambda *_: None, quiet, seed=1)()
    found = caught.value.counterexample.instance
    return dict(found.sizes), found.encode()


@pytest.mark.long
def test_false_claims_shrink_to_small_dimensions_and_simple_entries():
    def det_is_additive(a: Matrix["d d"], b: Matrix["d d"]):
        equal(determinant(a + b), determinant(a) + determinant(b))

    def every_matrix_is_symmetric(a: Matrix["d d"]):
        equal(a, a.mT)

    def squares_grow(x: Scalar):
        leq(x, x * x)

    def rotations_commute(u: Orthogonal["d"], v: Orthogonal["d"]):
        equal(u @ v, v @ u)

    for body, size in ((det_is_additive, 2), (every_matrix_is_symmetric, 2), (rotations_commute, 2)):
        sizes, values = smallest(body)
        assert sizes == {"d": size}
        assert set(np.ravel(list(values.values()))) <= {"0", "1", "-1", "1/2", "-1/2", "2", "-2"}
    sizes, values = smallest(squares_grow)
    assert sizes == {}
    assert fmpq(*map(int, values["x"].split("/"))).q <= 16
