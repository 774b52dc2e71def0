"""What is said of modes, samplers and calls that change the next, of subjects that are given: no loss is called."""

from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate.behaviour.modes import compare_modes
from verify.gate.behaviour.sampling import compare_sampler
from verify.gate.behaviour.state import _draws, compare_calls
from verify.gate.behaviour.weighing import Weights, alike, near, weights
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.findings import Code, Finding
from verify.gate.fit import DOUBLE, Sample
from verify.gate.forms.divergences import HEADS, LOG_VARIANCE
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.instances import Ranges, draws
from verify.gate.noise.kinds import Noise
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.report import Report
from verify.gate.series import Series
from verify.gate.shapes import Shape

SHAPE = Shape(4, 6, 3)


def series(value, error=1e-13):
    return Series({SHAPE: value}, {SHAPE: error})


def told(report):
    return [(finding.kind, finding.detail) for finding in report.findings]


# --- weights --------------------------------------------------------------------------------------------------------


def test_beta_is_the_weight_of_a_kl_over_that_of_the_error():
    def made(error, *kl):
        return Weights(series(error), *map(series, kl), series(0.0))

    assert made(2.0, 3.0, 3.0, 3.0).beta.values == {SHAPE: 1.5}
    assert made(0.0, 3.0, 3.0, 3.0).beta is None
    for kl in ((4.0, 3.0, 3.0), (3.0, 4.0, 3.0), (3.0, 3.0, 4.0)):
        assert made(2.0, *kl).beta is None
    assert [each.values[SHAPE] for each in made(2.0, 3.0, 4.0, 5.0).all] == [2, 3, 4, 5]


def test_two_weights_are_alike_within_the_errors_of_both():
    assert alike(series(1.0, 0.25), series(1.75, 0.5))
    assert not alike(series(1.0, 0.25), series(1.76, 0.5))
    assert not alike(series(1.76, 0.5), series(1.0, 0.25))
    assert alike(series(1.0, 0), series(1 + 2.0**-45, 0))
    assert not alike(series(1.0, 0), series(1 + 2.0**-43, 0))
    assert near(1.0, 1 + 1e-12)
    assert not near(1.0, 1 + 3e-12)
    assert not near(-1.0, 1.0)
    assert near(0.0, 0.0)


def test_weights_are_there_of_what_was_read_as_a_whole():
    part = DivergencePart(LOG_VARIANCE, series(2.0), series(3.0), series(4.0))
    error = ReconstructionPart(GAUSSIAN, (series(1.0),), series(9.0))
    found = weights(Reading(error, part, True, series(5.0)))
    assert [each.values[SHAPE] for each in (*found.all, found.offset)] == [1, 2, 3, 4, 5]
    two = ReconstructionPart(GAUSSIAN, (series(1.0), series(1.0)), series(9.0))
    for lacking in (
        Reading(None, part, True, series(5.0)), Reading(error, None, True, series(5.0)), Reading(error, part, True),
        Reading(two, part, True, series(5.0)),
    ):  # fmt: skip
        assert weights(lacking) is None


# --- modes ----------------------------------------------------------------------------------------------------------


def compared(train, quiet, modes=("train", "eval"), same=False):
    """Return the report on a module with the weights of the error, μ², σ² and log σ² in each mode."""
    report = Report("loss")

    def samples(mode):
        return None if mode == "eval" and quiet is False else mode

    def seeded(mode):
        return {True: [1.0], False: [mode], None: None}[same]

    def read_off(mode):
        found = {"train": train, "eval": quiet}[mode]
        error, *heads = map(series, found or ONE)
        part = ReconstructionPart(GAUSSIAN, (error,), series(0.0))
        return found and Reading(part, DivergencePart(LOG_VARIANCE, *heads), True, series(0.0))

    counts = []
    weighing = SimpleNamespace(samples=samples, seeded=seeded, read_off=read_off, evaluations=5)

    class Modes(str):
        def in_mode(self, mode):
            return mode

    interface = Modes("train")
    interface.modes = modes
    compare_modes(
        SimpleNamespace(interface=interface, report=report, weighing=lambda count: (counts.append(count), weighing)[1])
    )
    assert counts == ([6] if "eval" in modes else [])
    assert report.evaluations == (5 if "eval" in modes else 0)
    return report


ONE, TWO, ODD = (1.0, 1.0, 1.0, 1.0), (1.0, 2.0, 2.0, 2.0), (1.0, 2.0, 3.0, 4.0)
OTHER = "train mode; the value is another in eval mode"
PLAIN = "train mode, as eval mode has the plain evidence lower bound"
BY_A_CONSTANT = "the value is another in eval mode, by a constant or what is drawn: the weights are the same"


@pytest.mark.parametrize(
    ("train", "quiet", "assumed", "finding"),
    [
        (ONE, False, "train mode: in eval mode the loss is no number", None),
        (ONE, None, f"{OTHER}: in train mode effective β = 1, in eval mode it is of no known form", None),
        (None, ONE, f"{OTHER}: in train mode it is of no known form, in eval mode effective β = 1", None),
        (ONE, ONE, BY_A_CONSTANT, None), (ODD, ODD, BY_A_CONSTANT, None),
        (TWO, ONE, f"{PLAIN}: in train mode effective β = 2, in eval mode effective β = 1", None),
        (ONE, TWO, None, "in train mode effective β = 1, in eval mode effective β = 2"),
        (ONE, ODD, None, "in train mode effective β = 1, in eval mode the weights are 1 of reconstruction, 2 of μ², "
         "3 of σ², 4 of log σ²"),
    ],
)  # fmt: skip
def test_modes_are_compared_by_their_weights(train, quiet, assumed, finding):
    report = compared(train, quiet)
    assert report.assumed == ([] if assumed is None else [assumed])
    assert told(report) == ([] if finding is None else [(BehaviourCode.MODES, finding)])
    looked = train is not None and quiet not in (None, False)
    assert report.examined == (["train and eval mode"] if looked else [])


def test_modes_of_the_same_values_are_the_same():
    report = compared(None, None, same=True)
    assert (report.examined, report.assumed) == (["train and eval mode"], [])
    assert compared(ONE, TWO, same=None).findings != []  # neither could be called: that is not to be the same
    assert compared(ONE, TWO, modes=()) == Report("loss")
    assert compared(ONE, TWO, modes=("train",)) == Report("loss")


# --- samplers -------------------------------------------------------------------------------------------------------


def sampled(spread, head=LOG_VARIANCE, modes=(), sizes=None, part=(1.0, 1.0, 1.0), sampler=None):
    """Return the report on what a decoder is given, as a function of the second head."""
    report = Report("loss")

    def spread_at(instance):
        assert instance.mu.min() == instance.mu.max() <= 1
        assert instance.head.min() > 0
        return spread(instance.head)

    faces = {"sampler": lambda shape: sampler, "sampled": lambda instance, seed: None}
    compare_sampler(
        SimpleNamespace(
            interface=SimpleNamespace(spread=spread_at, sizes=sizes, modes=modes, **faces),
            report=report,
            samples=[SimpleNamespace(instances=[None, None])],  # no decoder is called: of several the test is decoded
            reading=SimpleNamespace(divergence=part and DivergencePart(head, *map(series, part))),
            shape=SHAPE,
            declared=SimpleNamespace(surrogate=True),
        )
    )
    return report


FIRST = float(draws(SHAPE, Ranges(positive=True), 1)[0].head.flat[0])


def test_a_sample_of_the_posterior_is_right():
    report = sampled(lambda h: np.exp(h / 2))
    assert report.examined == ["sampler"]
    assert report.findings == report.assumed == report.undecided == []
    assert sampled(lambda h: -np.exp(h / 2)).findings == sampled(lambda h: h, HEADS[2]).findings == []


def test_one_of_another_posterior_is_a_defect_with_a_certificate():
    report = sampled(np.exp, sampler=SimpleNamespace(text="σ = e^h"))
    wrong = "z is sampled with σ = e^h; the KL is that of a second head that is the log-variance"
    assert told(report) == [(BehaviourCode.SAMPLER, wrong)]
    certificate = report.findings[0].certificate
    assert certificate == {
        "head": FIRST, "sampled": pytest.approx(np.exp(FIRST)), "kl": pytest.approx(np.exp(FIRST / 2)),
    }  # fmt: skip
    assert sampled(np.exp).findings[0].detail.startswith("z is sampled with another σ; ")
    assert (
        sampled(lambda h: h * 0 + 0.5).findings[0].detail.startswith("z is sampled with σ = 0.5, whatever the second")
    )


@pytest.mark.parametrize(
    ("off", "wrong", "assumed"),
    [
        (1e-6, False, []), (2e-5, False, ["what is sampled has the σ of the KL, but for 2e-05 of it"]),
        (9e-3, False, ["what is sampled has the σ of the KL, but for 0.009 of it"]), (1.1e-2, True, []),
        (-1.1e-2, True, []), (-2e-5, False, ["what is sampled has the σ of the KL, but for 2e-05 of it"]),
    ],
)  # fmt: skip
def test_a_small_number_may_be_added(off, wrong, assumed):
    report = sampled(lambda h: np.exp(h / 2) * (1 + off))
    assert bool(report.findings) is wrong
    assert report.assumed == assumed


def test_what_is_sampled_is_told_where_no_kl_has_a_variance():
    assert sampled(lambda h: h * 0 + 2, part=None).assumed == ["what is sampled has σ = 2, whatever the second head is"]
    assert sampled(lambda h: h * 0 + 2, part=(1.0, 0.0, 0.0)).assumed == [
        "what is sampled has σ = 2, whatever the second head is"
    ]
    assert [kind for kind, _ in told(sampled(lambda h: h * 0 + 2, part=(1.0, 1.0, 0.0)))] == [BehaviourCode.SAMPLER]
    assert [kind for kind, _ in told(sampled(lambda h: h * 0 + 2, part=(1.0, 0.0, 1.0)))] == [BehaviourCode.SAMPLER]
    assert sampled(lambda h: np.where(h == h.max(), 2.0, 2 - 1e-4), part=None).assumed == [
        "what is sampled has another σ"
    ]


def test_a_model_that_samples_nothing_is_wrong_in_train_mode():
    report = sampled(lambda h: h * 0, modes=("train", "eval"))
    assert told(report) == [(BehaviourCode.NOT_SAMPLED, "z = mu")]
    assert report.undecided == []
    report = sampled(lambda h: h * 0)
    assert report.undecided == ["the decoder is given mu, and no sample: right only of a loss for evaluation"]
    assert report.findings == []
    assert report.examined == ["sampler"]


@pytest.mark.parametrize("spread", [lambda h: None, lambda h: h * np.nan])
def test_a_sampler_that_is_not_seen_is_assumed_right_of_a_model(spread):
    seen = "z is sampled as it should be: no normal numbers were seen on the way to the decoder"
    assert sampled(spread, sizes=(6, 3)).assumed == [seen]
    assert sampled(spread) == Report("loss")

    def raises(head):
        raise ValueError

    assert sampled(raises, sizes=(6, 3)) == Report("loss")


# --- calls ----------------------------------------------------------------------------------------------------------


def called(again=1.0, kind="none", keeps=False, values=(1.0, 2.0, 1.0), objects=(), betas=None, findings=()):
    """Return the report on a loss whose first value was 1: what it is again, and in three calls of one object."""
    report, calls = Report("loss", findings=list(findings)), iter(values)
    kept = SimpleNamespace(call=lambda *parts: next(calls), torch=False, setting=SimpleNamespace(objects=objects))
    given = SimpleNamespace(kept=lambda: kept, called=lambda times: times)
    weighing = SimpleNamespace(weights=lambda times: betas and betas[times])
    compare_calls(
        SimpleNamespace(
            report=report,
            samples=[Sample(draws(SHAPE, Ranges(), 3), np.array([1.0, 2.0, 3.0]))],
            loss=SimpleNamespace(value=lambda instance: again, noise=Noise(kind), epsilon=DOUBLE),
            interface=SimpleNamespace(way=SimpleNamespace(keeps=keeps), as_given=lambda: given),
            weighing=lambda: weighing,
        )
    )
    return report


def test_a_loss_that_is_another_at_the_end_keeps_a_state():
    assert told(called(2.0)) == [(Code.STATE, "1 at the beginning, 2 at the end, of the same batch")]
    assert called(2.0).examined == called().examined == ["repeated calls"]
    assert called().findings == []
    bound = 16 * (16 + 4 * 9) * DOUBLE
    assert called(1 + 0.9 * bound).findings == []
    assert called(1 - 0.9 * bound).findings == []
    assert called(1 + 1.2 * bound).findings != []
    state = Finding(Code.STATE, "known")
    assert called(2.0, findings=[state]).findings == [state]
    assert called(2.0, findings=[state]).examined == []


weighted = lambda value: Weights(series(1.0), series(value), series(value), series(value), series(0.0))  # noqa: E731


def test_an_object_is_called_again_with_the_same_batch():
    text = "1, and 3 when the same batch comes again"
    assert called(keeps=True, values=(1.0, 2.0, 3.0)).evaluations == 4  # the one that raises counts
    assert told(called(keeps=True, values=(1.0, 2.0, *[1.0] * 100, 3.0))) == [(Code.STATE, text)]
    assert called(keeps=True, values=(1.0, 2.0, *[1.0] * 101, 3.0)).findings == called(keeps=True).findings == []
    assert called(keeps=False, values=(1.0, 2.0, 3.0)).findings == []
    assert told(called(keeps=True, kind="exact", values=(1.0, 2.0, 3.0))) == [(Code.STATE, text)]
    betas = {0: weighted(0.0), 1: weighted(0.5), 99: weighted(1.0)}
    more = "; effective β = 0 in the first call, 1/2 in the second, 1 in the hundredth"
    assert told(called(keeps=True, values=(1.0, 2.0, 3.0), betas=betas)) == [(Code.STATE, text + more)]
    unknown = betas | {1: Weights(*map(series, (1.0, 1.0, 2.0, 3.0, 0.0)))}
    assert told(called(keeps=True, values=(1.0, 2.0, 3.0), betas=unknown)) == [(Code.STATE, text)]


def test_a_generator_of_its_own_is_no_state():
    own, other = SimpleNamespace(random=np.random.default_rng(0)), SimpleNamespace(beta=1.0)
    assert [_draws(each) for each in (own, SimpleNamespace(state=np.random.RandomState(0)))] == [True, True]
    assert [_draws(each) for each in (other, 3)] == [False, False]
    assert called(keeps=True, values=(1.0, 2.0, 3.0), objects=[own]).findings == []
    assert called(keeps=True, values=(1.0, 2.0, 3.0), objects=[other]).findings != []
    assert called(keeps=True, values=(1.0, 2.0, 3.0), objects=None).findings != []
