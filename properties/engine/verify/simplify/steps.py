"""What one step leads to: scaled, copied and simpler values, which a domain may refuse."""

import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from reference.arithmetic import squared_norm, trace
from verify import ComplexMatrix, Matrix, Positive, PositiveSemidefinite, Scalar, Vector, equal, leq
from verify.claims.claim import Judge
from verify.simplify import search, simplifications, simplify
from verify.simplify.steps import steps


def of_two(A: Matrix["d r"], B: Matrix["r d"]):
    leq(trace(A @ B), squared_norm(A))


def of_complex(A: ComplexMatrix["d d"], v: Vector["d"]):
    equal(A, A)


def reached(body, data):
    """Return the encoded values that are one step away."""
    instance = claim_of(body).signature.infer(data)
    return [
        {name: instance.signature.domains[name].encode(value) for name, value in values.items()}
        for sizes, values in steps(instance)
        if sizes == instance.sizes
    ]


def test_one_argument_or_all_become_integers_without_common_factor():
    away = reached(of_two, {"A": [["4/3", "2/5"]], "B": [["6"], ["9/2"]]})
    kept = {"A": [["4/3", "2/5"]], "B": [["6"], ["9/2"]]}
    assert {**kept, "A": [["10", "3"]]} in away
    assert {**kept, "B": [["4"], ["3"]]} in away
    assert {"A": [["40", "12"]], "B": [["180"], ["135"]]} in away
    assert {"A": [["2/3", "1/5"]], "B": [["3"], ["9/4"]]} in away
    complexes = reached(of_complex, {"A": [["1/2", "0+3/2i"], ["0", "5/2"]], "v": ["1", "1"]})
    assert {"A": [["1", "0+3i"], ["0", "5"]], "v": ["1", "1"]} in complexes


def test_an_argument_takes_the_place_of_another_of_its_shape_or_its_transpose_does():
    away = reached(of_two, {"A": [["7", "8"]], "B": [["5"], ["6"]]})
    assert {"A": [["7", "8"]], "B": [["7"], ["8"]]} in away
    assert {"A": [["5", "6"]], "B": [["5"], ["6"]]} in away
    assert all(len(values["A"]) == 1 for values in away)
    complexes = reached(of_complex, {"A": [["7", "8+1i"], ["9", "4"]], "v": ["5", "6"]})
    assert all(len(values["v"]) == 2 for values in complexes)


def thin(x: Positive):
    """False within 0.00116 of √3 alone, where no fraction with a smaller denominator lies."""
    leq(fmpq(1, 10**6), ((x * x - 3) / 4) ** 2)


def together(x: Positive, y: Positive):
    """False near y = x/3, and x near √3."""
    leq(fmpq(1, 10**6), (x * x - 3) ** 2 + (y - x / 3) ** 2)


def gram(A: PositiveSemidefinite["d", {"d": (2, 2)}], B: PositiveSemidefinite["d"]):
    leq(squared_norm(A @ B - B @ A), 0)


def near_thirty(x: Scalar):
    leq((x - 30) ** 2, 2 + (x - 31) ** 2)


@pytest.mark.parametrize(
    ("body", "data", "expected"),
    [
        (thin, {"x": "113511/65536"}, {"x": ["71/41"]}),
        (together, {"x": "113511/65536", "y": "37837/65536"}, None),
        (gram, {"A": [["13/7", "2/9"], ["2/9", "6"]], "B": [["13194139533312", "0"], ["0", "261/4096"]]}, None),
        (near_thirty, {"x": "261/4"}, {"x": ["32"]}),
    ],
)
def test_numbers_that_are_simple_in_no_base_are_found(body, data, expected):
    claim = claim_of(body)
    instance = claim.signature.infer(data)
    found = list(simplifications(counterexample(claim, instance)))
    assert found[-1].instance.encode() == simplify(counterexample(claim, instance)).instance.encode()
    values = found[-1].instance.encode()
    if expected is not None:
        assert all(values[name] in options for name, options in expected.items())
    elif body is gram:
        assert sorted(str(values["A"]) + str(values["B"])).count("1") <= 8
        assert all(abs(int(x)) <= 2 for name in "AB" for row in values[name] for x in row)
    else:
        assert fmpq(*map(int, values["x"].split("/"))).q <= 56
        assert fmpq(*map(int, values["y"].split("/"))).q <= 97


def test_steps_come_when_they_are_asked_for(monkeypatch):
    tried = []
    for name in ("steps", "variations"):
        whole = getattr(search, name)
        monkeypatch.setattr(search, name, lambda *a, name=name, whole=whole: tried.append(name) or whole(*a))
    claim = claim_of(near_thirty)
    found = counterexample(claim, claim.signature.infer({"x": "32"}))
    for first in (0, 3):
        tried.clear()
        assert list(simplifications(found, varied_first=first)) == []
        assert tried == ["variations"] * first + ["steps"] + ["variations"] * (11 - first)


def off_diagonal(S: PositiveSemidefinite["n+n"]):
    n = S.shape[-1] // 2
    leq(4 * trace(S[..., :n, n:]), trace(S))


def test_an_axis_of_two_blocks_loses_an_index_of_each():
    block = [[4, 1], [1, 3]]
    rows = [[*row, *row] for row in (*block, *block)]
    instance = claim_of(off_diagonal).signature.decode({"S": rows}, {"n": 2})
    smaller = [values["S"] for sizes, values in steps(instance) if sizes == {"n": 1}]
    assert [S.shape for S in smaller] == [(2, 2)] * len(smaller)
    kept = {tuple(int(x.p) for x in S.array.flat) for S in smaller}
    assert {(4, 4, 4, 4), (3, 3, 3, 3)} <= kept


def test_what_has_another_shape_than_its_argument_is_not_judged(monkeypatch):
    claim = claim_of(off_diagonal)
    found = counterexample(claim, claim.signature.decode({"S": [["97/4"] * 4] * 4}, {"n": 2}))
    judge = Judge(claim)

    def judged(instance):
        assert instance.values["S"].shape == (2 * instance.sizes["n"],) * 2
        return judge(instance)

    odd = [({"n": 1}, {"S": found.instance.values["S"]})]
    monkeypatch.setattr(search, "fewer_dimensions", lambda _: odd)
    simplify(found, judge=judged)
    monkeypatch.undo()
    assert simplify(found, judge=judged).instance.encode() == {"S": [["1", "1"], ["1", "1"]]}
