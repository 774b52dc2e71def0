"""What simplification meets seldom: domains that cannot tell or hide what they are made of, shapes with one row."""

from types import SimpleNamespace

import numpy as np
from flint import fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from reference.arithmetic.complexes import ComplexRationals
from reference.arithmetic.exact import Rationals
from verify import Matrix, OneOf, Scalar, Symmetric, Vector, leq, less
from verify.claims.signatures import Instance
from verify.simplify import search, simplifications, variations
from verify.simplify.approximations import _parts
from verify.simplify.search import _admit, _Candidate, _filter, _varied
from verify.simplify.steps import (
    _SIMPLE,
    _copied,
    _is_mirrored,
    _longest_other,
    _mended,
    _near,
    _real_at,
    _replaced_numbers,
    _scaled,
    fewer_dimensions,
    steps,
)


def exact(entries):
    """Return an array of exact numbers."""
    return Rationals.of(of(entries))


def of(entries):
    return np.vectorize(fmpq, otypes=[object])(np.array(entries))


def small(x: Scalar):
    less(x, 10)


def square(A: Matrix["n n"]):
    less(A.sum(), 10)


def wide(A: Matrix["n+m n+1"], v: Vector["m+5"], w: Vector["n"]):
    leq(A.sum() + v.sum() + w.sum(), 0)


def alone(x: Scalar):
    leq(float(x.item().p), 1)


def test_what_judges_and_what_draws_are_those_that_are_given_and_floats_warn_of_nothing(monkeypatch):
    claim, judged, drawn = claim_of(small), [], []
    found = counterexample(claim, claim.signature.infer({"x": "77/3"}))
    list(simplifications(found, judge=lambda instance: judged.append(1) or claim.judge(instance)))
    assert judged

    def varied(claim, instance, generator):
        drawn.append(generator)
        yield from ()

    def none(claim, judge, candidates, deadline):
        assert set(np.geterr().values()) == {"ignore"}
        list(candidates)

    monkeypatch.setattr(search, "_varied", varied)
    monkeypatch.setattr(search, "_promising", lambda *_: iter([]))
    monkeypatch.setattr(search, "_first_refuted", none)
    given = np.random.default_rng(7)
    assert list(simplifications(found, generator=given)) == []
    assert drawn
    assert all(generator is given for generator in drawn)


def test_what_is_no_simpler_is_no_candidate(monkeypatch):
    claim = claim_of(small)
    instance = claim.signature.infer({"x": "12"})
    for x, count in ((12, 0), (11, 1), (13, 0)):
        monkeypatch.setattr(search, "variations", lambda *_, x=x: [{"x": exact(x)}])
        assert len(list(_varied(claim, instance, None))) == count


def test_where_a_body_takes_one_instance_at_a_time_all_are_judged():
    claim = claim_of(alone)
    instance = claim.signature.infer({"x": "3"})
    group = [_Candidate({}, {"x": exact(x)}, instance.signature) for x in (0, 5)]
    assert _filter(claim, group) is group


class Refusing(Scalar):  # type: ignore[misc]  # Any to mypy
    """A domain that cannot tell."""

    def contains(self, value):
        raise ZeroDivisionError


class Sealed(Symmetric):  # type: ignore[misc]  # Any to mypy
    """Symmetric matrices of which nobody knows what they are made."""

    def raw(self, value):
        return None


class Flat(Scalar):  # type: ignore[misc]  # Any to mypy
    """Numbers that are what they are made of."""

    def rebuild(self, raw, shape):
        raise AssertionError("it was made anew")


def test_a_domain_may_not_tell_hide_what_it_is_made_of_or_be_just_that():
    def refusing(x: Refusing):
        leq(x, 1)

    def sealed(S: Sealed["n"]):
        leq(S.sum(), 1)

    def flat(x: Flat):
        leq(x, 1)

    claim = claim_of(refusing)
    assert _admit(claim, _Candidate({}, {"x": exact(3)}, claim.signature)) is None
    for body, data, sizes in ((sealed, {"S": [["3"]]}, {"n": 1}), (flat, {"x": "3"}, {})):
        assert len(list(steps(claim_of(body).signature.decode(data, sizes)))) > 30


def test_what_a_value_is_made_of_is_changed_entry_by_entry():
    made = []

    class Known(Symmetric):
        def raw(self, value):
            return exact([5, 7])

        def rebuild(self, raw, shape):
            made.append((tuple(map(str, raw.tolist())), shape))
            return exact([[1000 + len(made)]])

    def known(S: Known["n"]):
        leq(S.sum(), 1)

    found = list(steps(claim_of(known).signature.decode({"S": [["3"]]}, {"n": 1})))
    assert {("0", "7"), ("5", "0"), ("1", "7"), ("5", "1")} <= {raw for raw, _ in made}
    assert [raw for raw, shape in made if (raw[0] != "5" and raw[1] != "7") or shape != (1, 1)] == []
    values = [int(values["S"].item()) for sizes, values in found if sizes == {"n": 1} and values["S"].item() > 1000]
    assert values == list(range(1001, 1001 + len(made)))


def test_what_was_replaced_is_mended_by_its_domain_unless_it_is_a_choice():
    class Mending(Symmetric):
        def mended(self, value):
            return value + 40

    def body(S: Mending["n"], kind: OneOf("a", "b")):
        leq(S.sum(), 1)

    instance = claim_of(body).signature.decode({"S": [["3"]], "kind": "b"}, {"n": 1})
    found = _mended(instance, {"S": exact([[2]]), "kind": "a"})
    assert (found["S"].tolist(), found["kind"]) == ([[42]], "a")


def test_choices_are_not_scaled_numbers_not_copied_and_complex_ones_are_no_real_ones():
    assert len(list(_scaled({"x": exact(7)}))) == len(list(_scaled({"x": exact(7), "kind": "a"}))) == 11
    assert list(_copied({"x": exact(7), "y": exact(8), "kind": "a"})) == []
    A, B = ComplexRationals.joined(of([[1]]), of([[2]])), exact([[3]])
    assert list(_copied({"A": A, "B": B})) == []


def test_a_number_stands_for_its_negative():
    found = [one["x"].item() for one in _replaced_numbers({"x": exact(-7)})]
    assert found == [-y for y in [*_SIMPLE, *_near(fmpq(7))]]


def test_what_is_hermitian_is_so_in_both_parts_and_a_row_is_no_matrix_that_mirrors_itself():
    a, b = of([[2, 5], [5, 7]]), of([[0, 3], [4, 0]])
    made = _real_at(a, b, (0, 1), fmpq(9))
    assert (made.real.array.tolist(), made.imag.array.tolist()) == ([[2, 9], [5, 7]], [[0, 0], [4, 0]])
    row = of([[1, 1, 1]])
    assert not _is_mirrored(row, row)
    assert not _is_mirrored(row[0], row[0])
    assert _is_mirrored(row[:, :1], row[:, :1])


def test_the_longest_axis_is_of_those_that_shrink_with_a_dimension_and_have_another_name():
    signature = claim_of(wide).signature
    instance = Instance({"n": 2, "m": 3}, {}, signature)
    assert [_longest_other(instance, name) for name in ("n", "m")] == [5, 8]
    two = claim_of(square).signature.decode({"A": [["1", "2"], ["3", "4"]]}, {"n": 2})
    assert _longest_other(two, "n") == 0
    assert [values["A"].tolist() for _, values in fewer_dimensions(two)] == [[[4]], [[1]]]


def test_parts_of_a_quotient_grow():
    assert _parts(1000) == [1, 2, 3, 500, 501, 999, 1000]


def test_variations_have_the_signs_of_all_arguments(monkeypatch):
    def two(x: Scalar, y: Scalar, kind: OneOf["a"]):
        leq(x, y)

    claim = claim_of(two)
    instance = claim.signature.decode({"x": "77/3", "y": "5", "kind": "a"}, {})
    for fits in ("x", "y", "xy"):
        monkeypatch.setattr(
            variations, "_has_sign", lambda part, raw, fits=fits: np.full(raw.shape[1], part.name in fits)
        )
        found = variations.variations(claim, instance, 10**6, np.random.default_rng(0))
        assert bool(found) == (fits == "xy")
    assert SimpleNamespace(**found[0]).kind == "a"
