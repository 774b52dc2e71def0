"""Counters, generators and heads that losses have seldom, by hand: no loss is examined as a whole."""

from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate.behaviour.knobs import _same_data, _same_heads, _weighs_the_heads
from verify.gate.behaviour.sampling import _is_fixed, _is_the_same
from verify.gate.behaviour.state import _COUNTED, _count_on
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.findings import Code
from verify.gate.fit import DOUBLE
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.report import Report
from verify.gate.shapes import Shape

SHAPE = Shape(4, 6, 3)
ONE = draws(SHAPE, Ranges(), 1)[0]


def told(report):
    return [(finding.kind, finding.detail) for finding in report.findings]


# --- what counts the calls --------------------------------------------------------------------------------------------


class Counting:
    """An object that counts its calls, and has other numbers."""

    def __init__(self, value, **others):
        self.twice, self.calls, self.size, self.rate, self.on = 0, 7, 5, 0.5, True
        self.value = value
        vars(self).update(others)

    def __call__(self, *parts):
        self.twice, self.calls = self.twice + 2, self.calls + 1
        return self.value(self)


def counted(target, value=1.0):
    """Return the report on an object whose value was 1, and how often it was called."""
    noise = SimpleNamespace(together=lambda loss, instances, seed: [loss.value(each) for each in instances])
    subject = SimpleNamespace(
        samples=[SimpleNamespace(instances=[ONE])], loss=SimpleNamespace(epsilon=DOUBLE, noise=noise),
        report=Report("loss"),
    )  # fmt: skip
    objects = None if target is None else [target]
    shared = SimpleNamespace(call=target, torch=False, setting=SimpleNamespace(objects=objects))
    _count_on(subject, shared, value)
    return subject.report


def test_what_counts_the_calls_is_set_far_on_and_nothing_else():
    target = Counting(lambda it: 5.25 if it.calls > 1000 else 1.0)
    report = counted(target)
    assert told(report) == [(
        Code.STATE, "1, and 5.25 of the same batch when calls, which counts the calls, is 999998",
    )]  # fmt: skip
    assert (report.evaluations, target.calls, target.twice, target.size) == (2, 10**6 - 1, 4, 5)
    never = Counting(lambda it: 5.25 if it.twice > 1000 or it.size > 1000 else 1.0)
    report = counted(never)
    assert (report.findings, report.evaluations) == ([], 1 + len(_COUNTED))


def test_the_next_of_two_counters_is_looked_at_if_the_first_does_not_matter():
    class Two(Counting):
        def __call__(self, *parts):
            self.z_seen += 1
            return super().__call__()

    report = counted(Two(lambda it: 2.0 if it.z_seen > 1000 else 1.0, z_seen=0))
    assert [detail for _, detail in told(report)] == [
        "1, and 2 of the same batch when z_seen, which counts the calls, is 999998"
    ]
    assert report.evaluations == 2 + len(_COUNTED)
    both = counted(Two(lambda it: 2.0 if it.calls > 1000 else 1.0, z_seen=0))
    assert len(both.findings) == 1  # the first of them is enough
    assert both.evaluations == 2


def test_a_table_that_ends_and_what_counts_nothing_are_no_state():
    def ends(it):
        if it.calls > 1000:
            raise IndexError
        return 1.0

    report = counted(Counting(ends))
    assert (report.findings, report.evaluations) == ([], 2)
    for target in (None, SimpleNamespace(rate=0.5, on=True)):
        assert counted(target).evaluations == 0


# --- what is sampled --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "again", "fixed"),
    [([1.0, 2.0], [1.0, 2.0], True), ([1.0, 2.0], [1.0, 3.0], False), (None, [1.0], False), ([1.0], None, False),
     (None, None, False)],
)  # fmt: skip
def test_z_is_fixed_if_one_object_gives_it_again_from_another_seed(first, again, fixed):
    asked = []

    def sampled(instance, seed):
        asked.append((instance is ONE, seed))
        found = (first, again)[seed]
        return None if found is None else np.array(found)

    kept, report = SimpleNamespace(sampled=sampled), Report("loss")
    subject = SimpleNamespace(interface=SimpleNamespace(kept=lambda: kept), report=report)
    assert _is_fixed(subject, ONE) is fixed
    assert asked == [(True, 0), (True, 1)]
    said = "what the decoder is given is the same at every call: no new noise is drawn"
    assert report.undecided == [said] * fixed


def spread_of(deviation):
    """Return whether σ is that of the KL at other heads too, and the report."""
    seen, report = [], Report("loss")

    def spread(instance):
        seen.append(instance)
        return deviation(instance.head)

    subject = SimpleNamespace(interface=SimpleNamespace(spread=spread), report=report)
    same = _is_the_same(subject, ONE, LOG_VARIANCE)
    (instance,) = seen
    assert instance.head.ravel().tolist() == np.linspace(-3, 3, 12).tolist()
    assert all((one == other).all() for one, other in zip(instance[:3], ONE[:3], strict=True))
    return same, report


def test_a_deviation_is_compared_at_heads_from_minus_3_to_3():
    for right in (1.0, -1.0, 1.009, 0.991):
        assert spread_of(lambda h, r=right: r * np.exp(h / 2)) == (True, Report("loss"))
    assert spread_of(lambda h: None) == (True, Report("loss"))
    assert spread_of(lambda h: np.full_like(h, np.nan)) == (True, Report("loss"))

    def raises(h):
        raise ValueError

    assert spread_of(raises) == (True, Report("loss"))
    for factor in (1.011, 0.989):
        assert spread_of(lambda h, f=factor: np.exp(h / 2) * f)[0] is False
    same, report = spread_of(lambda h: -np.exp(np.minimum(h, 0) / 2))
    assert same is False
    (finding,) = report.findings
    assert finding.kind is BehaviourCode.SAMPLER
    assert finding.detail == (
        "where the second head is 3, z is sampled with σ = 1; that of the KL is 4.482"  # e^1.5
    )
    assert finding.certificate == {"head": 3.0, "sampled": 1.0, "kl": pytest.approx(np.exp(1.5))}


# --- what weighs the heads --------------------------------------------------------------------------------------------


def test_heads_or_data_are_made_the_same_everywhere_and_nothing_else():
    heads, data = _same_heads(ONE), _same_data(ONE)
    assert heads.recon is ONE.recon
    assert heads.x is ONE.x
    assert (heads.mu == 0.5).all()
    assert (heads.head == 0.5).all()
    assert heads.mu.shape == heads.head.shape == (4, 3)
    assert data.mu is ONE.mu
    assert data.head is ONE.head
    assert (data.recon == 0.25).all()
    assert (data.x == 1).all()
    assert data.recon.shape == data.x.shape == (4, 6)


def weighs(value, base=0.5, kind="none", none_at=()):
    """Say whether a knob, whose default is a half, weighs the heads in a loss of knob, error and heads."""
    asked = []

    def samples(knob, of):
        asked.append((knob / base, of))
        if len(asked) - 1 in none_at:
            return None
        at = [Instance(*(part * (turn + 1) for part in ONE)) for turn in range(3)]
        at = [of(each) for each in at] if of else at
        error, heads = ([float((each[k] ** 2).sum()) for each in at] for k in (0, 2))
        values = np.array([value(knob, e, h) for e, h in zip(error, heads, strict=True)])
        return SimpleNamespace(noise=SimpleNamespace(kind=kind)), [SimpleNamespace(values=values)]

    interface = SimpleNamespace(knobs={"scale": base}, with_knobs=lambda scale: scale)
    found = _weighs_the_heads("scale", interface, SimpleNamespace(samples=samples))
    assert asked == [(0, None), (1, None), (2, None), (3, None), (0, _same_heads), (1, _same_data), (2, _same_data)]
    return found


def test_a_knob_weighs_the_heads_if_all_of_them_and_nothing_else_is_in_proportion_to_it():
    assert weighs(lambda knob, error, heads: error + knob * heads) is True
    assert weighs(lambda knob, error, heads: error + knob * heads, base=-2.0) is True
    assert weighs(lambda knob, error, heads: error + knob * heads**3 + 7) is True
    wrong = [
        lambda knob, error, heads: error + knob**2 * heads, lambda knob, error, heads: error + abs(knob - 0.7) * heads,
        lambda knob, error, heads: knob * error + heads, lambda knob, error, heads: knob * (error + heads),
        lambda knob, error, heads: error + (1 + knob) * heads, lambda knob, error, heads: error + heads,
        lambda knob, error, heads: error + knob * heads * (1 + 1e-6 * error), lambda knob, error, heads: error,
    ]  # fmt: skip
    assert not any(map(weighs, wrong))
    assert weighs(lambda knob, error, heads: error + knob * heads, kind="state") is False
    for turn in range(7):
        assert weighs(lambda knob, error, heads: error + knob * heads, none_at=(turn,)) is False
