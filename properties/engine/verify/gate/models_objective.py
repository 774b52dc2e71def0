"""An objective in balls: where it may be called, how far its floats may be off, and its scale and offset."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from flint import arb

from properties.engine.helpers.linear_vaes import closed_form, of_fixed_variance, simplified
from reference import koehler2022
from reference.arithmetic.exact import Balls
from verify.errors import UsageError
from verify.gate.models.adapter import Adapter, Point
from verify.gate.models.check import Check
from verify.gate.models.claims import OF_LOSS, OF_SIMPLIFIED_LOSS
from verify.gate.models.decorator import parametrize_with_claims
from verify.gate.models.objective import Objective, Refused, Unreachable, _nearest
from verify.judging.judge import Outcome

SHAPE = (3, 2, 2)
WEIGHTS = (
    np.array([[1.0, 0.5], [0.25, 1.0], [0.5, 2.0]]), np.array([[0.5, 1.0], [1.0, 0.25], [2.0, 0.5]]),
    np.array([[0.25, 1.0, 0.5], [1.0, 0.5, 2.0]]), np.array([0.5, 2.0]), np.array(1.5),
)  # fmt: skip


def balls_of(*weights):
    return [
        Balls.of(np.vectorize(arb, otypes=[object])(each)) if np.ndim(each) else Balls.of(arb(float(each)))
        for each in weights
    ]


def middle(ball):
    return float(ball.bare().mid())


# --- an adapter -----------------------------------------------------------------------------------------------------


def test_an_adapter_depends_on_what_it_takes():
    def batch(X, noise, At, Bt, D, eps=1.0):
        return 0.0

    adapter = Adapter(batch)
    assert adapter.names == ("X", "noise", "At", "Bt", "D")
    assert adapter.weights == ("A", "At", "Bt", "D")
    assert [adapter.takes(name) for name in ("A", "D", "eps", "X", "beta")] == [True, True, False, True, False]
    assert Adapter(closed_form).weights == ("A", "At", "Bt", "D", "eps")


def test_a_point_is_called_once_and_copied():
    calls = []

    def counted(A, At, Bt):
        calls.append(A)
        A[:] = 0
        return np.float32(At.sum())

    adapter = Adapter(counted)
    point = Point(*WEIGHTS[:4], 1.5)
    assert adapter(point) == adapter(point) == float(np.float32(WEIGHTS[1].sum()))
    assert len(calls) == 1
    assert point.A is WEIGHTS[0]
    assert WEIGHTS[0].all()
    assert adapter(Point(*WEIGHTS[:4], 2.5)) == adapter(point)
    assert len(calls) == 2
    assert point["eps"] == 1.5
    assert point.text(("eps", "D")) == "eps=1.5, D=[0.5, 2.0]"


@pytest.mark.parametrize(
    ("dtype", "bits"), [("float64", 53), ("float32", 24), ("float16", None), ("int64", 53), ("longdouble", 53)]
)
def test_a_format_says_how_many_bits_there_are(dtype, bits):
    adapter = Adapter(lambda A, At, Bt: np.asarray(A.sum() + At.sum() + 2 * Bt.sum()).astype(dtype)[()])
    if bits is None:
        with pytest.raises(UsageError, match="to 11 bits"):
            _ = adapter.bits
    elif dtype != "int64":
        assert adapter.bits == bits


# --- where it is called ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "reachable"),
    [
        (2.0**12, True),
        (2.0**12 * 1.01, False),
        (2.0**-12, True),
        (2.0**-12 / 1.01, False),
        (0.0, True),
        (-5000.0, False),
    ],
)
def test_weights_are_neither_too_large_nor_too_small(at, reachable):
    objective = Objective(Adapter(lambda A, At, Bt, D, eps: 7.0))
    values = [each.copy() for each in WEIGHTS]
    values[1][0, 0] = at
    if reachable:
        assert objective._call(values) == 7.0
        point, value = objective.last
        assert (point.At[0, 0], point.eps, value) == (at, 1.5, 7.0)
    else:
        with pytest.raises(Unreachable):
            objective._call(values)
        assert objective.last is None


def test_balls_have_floats_near_them_and_sizes():
    middles, sizes = _nearest(balls_of(np.array([2.0, -3.0, 0.0]))[0])
    assert middles.tolist() == [2, -3, 0]
    assert sizes.tolist() == [2, 3, 0]
    wide = Balls.of(np.array([arb(1, 2.0**-53), arb(0, 2.0**-53)], dtype=object))
    middles, sizes = _nearest(wide)
    assert middles.tolist() == [1, 0]
    assert sizes == pytest.approx([2, 1])
    with pytest.raises(Unreachable):
        _nearest(Balls.of(np.array([arb("inf")], dtype=object)))
    with pytest.raises(Unreachable):
        _nearest(Balls.of(np.array([arb(1, "inf")], dtype=object)))


# --- its scale and its offset ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (3.0, -7.0), (0.25, 100.0)])
def test_the_convention_of_an_objective_is_found(scale, offset):
    objective = Objective(Adapter(lambda A, At, Bt, D, eps: scale * closed_form(A, At, Bt, D, eps) + offset))
    found, rest = objective._convention(SHAPE)
    assert float(found.mid()) == pytest.approx(scale)
    reference = [float(middle(koehler2022.loss(*balls_of(*WEIGHTS))))]
    value = objective.loss(*balls_of(*WEIGHTS))
    assert middle(value) == pytest.approx(reference[0])
    assert objective._convention(SHAPE)[0] is found
    assert math.isfinite(float(rest.mid()))


def test_what_is_to_be_maximised_is_refused():
    objective = Objective(Adapter(lambda A, At, Bt, D, eps: -closed_form(A, At, Bt, D, eps)))
    with pytest.raises(
        Refused, match=r"where the loss grows by .*: is it to be maximised\? .* at d, k, r = \(3, 2, 2\)"
    ):
        objective._convention(SHAPE)
    with pytest.raises(Refused):
        Objective(Adapter(lambda A, At, Bt, D, eps: 1.0))._convention(SHAPE)


def test_a_ball_is_as_wide_as_rounding_makes_it():
    """32 + 4(d + k + r) + 8·max |log₂ D|, |log₂ ε| roundings of 2⁻ᵇ, of all terms."""
    objective = Objective(Adapter(closed_form))
    ball = objective._enclosed(tuple(balls_of(*WEIGHTS)), 2.0)
    value = closed_form(*WEIGHTS)
    assert float(ball.mid()) == pytest.approx(value)
    relative = float(ball.rad()) * 2.0**53
    sizes = (relative / (32 + 4 * 7 + 8) - abs(value)) / 2
    error, code, variances = (
        ((WEIGHTS[0] - WEIGHTS[1] @ WEIGHTS[2] @ WEIGHTS[0]) ** 2).sum(),
        (WEIGHTS[2] @ WEIGHTS[0]) ** 2,
        0,
    )
    least = error / (2 * 1.5**2) + code.sum() / 2 + variances
    assert least < sizes < 40 * least
    single = Objective(Adapter(lambda A, At, Bt, D, eps: np.float32(closed_form(A, At, Bt, D, eps))))
    assert float(single._enclosed(tuple(balls_of(*WEIGHTS)), 2.0).rad()) == pytest.approx(
        float(ball.rad()) * 2.0**29, rel=1e-3
    )


def test_a_deviation_that_is_fixed_is_reached_in_other_units():
    objective = Objective(Adapter(of_fixed_variance), 0.5**0.5)
    assert objective.eps == 0.5**0.5
    value = middle(objective.loss(*balls_of(*WEIGHTS)))
    assert value == pytest.approx(middle(koehler2022.loss(*balls_of(*WEIGHTS))))
    assert Objective(Adapter(of_fixed_variance)).eps == 1.0
    assert Objective(Adapter(closed_form)).eps is None


def test_without_d_it_is_the_simplified_loss():
    objective = Objective(Adapter(simplified))
    weights = (*WEIGHTS[:3], WEIGHTS[4])
    value = middle(objective.simplified_loss(*balls_of(*weights)))
    assert value == pytest.approx(middle(koehler2022.simplified_loss(*balls_of(*weights))))


# --- a check --------------------------------------------------------------------------------------------------------

ID = "koehler2022/eq-4"


class Judged(Check):
    """A check of an objective that is called at each instance, and whose judgements are given."""

    def __init__(self, outcomes):
        super().__init__(ID, ("loss",), Objective(Adapter(closed_form)))
        self.outcomes = iter(outcomes)
        self.count = 0

    def _judge(self, claim, instance):
        self.count += 1
        outcome = next(self.outcomes)
        if outcome is None:
            raise Unreachable
        kind, bits, called = outcome
        self.objective.last = object() if called else None
        return SimpleNamespace(outcome=kind, bits=bits)


CERTAIN = (Outcome.CERTAIN, 0, True)


@pytest.mark.parametrize(
    ("outcomes", "count", "judged"),
    [
        ([CERTAIN] * 300, 20, True), ([None, CERTAIN] * 150, 40, True), ([None] * 190 + [CERTAIN] * 10, 200, True),
        ([None] * 191 + [CERTAIN] * 9, 200, False), ([(Outcome.CERTAIN, 0, False)] * 200, 200, False),
        ([(Outcome.INDISTINGUISHABLE, 6, True)] * 200, 20, True),
        ([(Outcome.INDISTINGUISHABLE, 5, True)] * 200, 200, False),
    ],
)  # fmt: skip
def test_a_claim_is_judged_at_twenty_instances_or_ten_at_least(outcomes, count, judged):
    made = Judged(outcomes)
    if judged:
        made()
    else:
        with pytest.raises(UsageError, match=rf"^{ID}: of 200 instances [09] could be judged: compute in float64$"):
            made()
    assert made.count == count
    assert repr(made) == f"<check {ID}>"


# --- the decorator --------------------------------------------------------------------------------------------------


class Counted:
    """A check that counts how often it is called."""

    id = ID

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1

    def __repr__(self):
        return "<counted>"


def calls_of(test, **more):
    counted = Counted()
    parametrize_with_claims(closed_form)(test)(check=counted, **more)
    return counted.calls


def test_a_check_is_called_once_whether_the_test_calls_it_or_not():
    seen = []

    def asks(check, other=None):
        seen.append((check.id, repr(check), other))

    def calls(check):
        check()

    class Tests:
        def method(self, check):
            check()

    assert calls_of(asks) == 1
    assert calls_of(asks, other=3) == 1
    assert seen == [(ID, "<counted>", None), (ID, "<counted>", 3)]
    assert calls_of(calls) == 1
    assert calls_of(Tests.method, self=Tests()) == 1
    with pytest.raises(UsageError, match="has no parameter for the check"):
        parametrize_with_claims(closed_form)(lambda self: None)


def test_there_is_a_test_for_each_claim_and_failures_that_are_expected_are():
    def judges(check):
        check()

    made = parametrize_with_claims(closed_form, {ID: "not yet"})(judges)
    (mark,) = made.pytestmark
    assert (mark.name, mark.args[0]) == ("parametrize", "check")
    assert [each.id for each in mark.args[1]] == [*OF_LOSS]
    marks = {each.id: each.marks for each in mark.args[1]}
    (xfail,) = marks.pop(ID)
    assert xfail.kwargs == {"strict": True, "raises": Refused, "reason": "not yet"}
    assert set(marks.values()) == {()}
    (mark,) = parametrize_with_claims(simplified)(judges).pytestmark
    assert [each.id for each in mark.args[1]] == [*OF_SIMPLIFIED_LOSS]
