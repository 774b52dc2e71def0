"""Examining a loss: where it can be evaluated, what it is there, and what its value does not show."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from verify.gate.behaviour import Subject, observe, settled
from verify.gate.beyond import compare_beyond
from verify.gate.diagnosis.explained import Explained, explained
from verify.gate.diagnosis.scales import OWN_SCALES, of_features
from verify.gate.diagnosis.verdict import judge
from verify.gate.divergence import explain, halves
from verify.gate.errors import NoNumber, Unusable
from verify.gate.evaluation import Loss
from verify.gate.expectations import Expectations
from verify.gate.findings import Code, Finding
from verify.gate.fit import Sample
from verify.gate.forms.likelihoods import GAUSSIANS, LAPLACES
from verify.gate.gradients import compare_gradient, read_gradient
from verify.gate.instances import Ranges, draws
from verify.gate.interface import Interface, adapt
from verify.gate.noise.kinds import Noise
from verify.gate.numbers import DATA_SET
from verify.gate.order import compare_order
from verify.gate.reading import Reading, ReconstructionPart, offset, read, sample
from verify.gate.report import Report
from verify.gate.sampled import judge_estimates
from verify.gate.shapes import ENOUGH, SHAPES, Shape, fixed, usable
from verify.gate.witness import witness

_RANGES = tuple(
    Ranges(wide, positive, binary)
    for positive in (False, True)
    for wide, binary in ((True, False), (False, False), (True, True), (False, True))
)
"""Where the tensors may lie, the widest first; a second head that is positive only if no other works."""

_MANY = 48
"""Numbers that a call draws, from which on each value takes hundreds of calls."""

_OF_NOISE = 8
"""Shapes at which to look at a loss that draws: each value is a mean over many calls."""

_FEW = 24
"""Samples in a batch that may be as many as the features of a model, or as its latent variables."""

Note = Callable[[str], None]


def examine(target: object, declared: Expectations, name: str, note: Note) -> Report:
    """Return all that the gate has to say about a loss, or a model; raises Unusable if it cannot be evaluated."""
    started = time.perf_counter()
    DATA_SET.set(declared.data_set)
    interface, shape = _adapted(target, declared.shapes or SHAPES[:1], note)
    wanted = declared.shapes or _of_sizes(interface.sizes)
    ranges, shapes, widest = _where(Loss(interface.call, interface.torch), wanted, shape, note)
    report = Report(name)
    note("while its knobs are turned")
    interface, declared = settled(interface, ranges, shapes, declared, report)
    report.assumed[:0] = [*interface.assumed, *_own_parameters(target)]
    loss = Loss(interface.call, interface.torch)
    samples, reading = _read(loss, declared, ranges, shapes, report, note)
    if not widest and not _is_bernoulli(reading):
        report.undecided.append("the loss is of known terms only where the reconstruction and the data lie in [0, 1]")
    if loss.noise.kind == "state":
        report.undecided, report.outcome = [], "defect"  # of what is no function nothing else is told
    elif loss.noise.kind == "statistical":
        report.undecided = []  # what one seed says of the order is nothing
        judged = judge_estimates(loss, samples, Explained(reading), declared, report)
        if judged is not None:
            compare_beyond(loss, samples, judged, ranges, declared.shapes is None, report)
            report.outcome = "undecided" if report.undecided else report.outcome
    elif (rounded := halves(loss, samples, reading))[0] and not declared.surrogate:
        report.undecided = [rounded[0]]
        observe(Subject(interface, loss, ranges, samples, reading, declared, report))
        report.outcome = "defect" if report.findings else "undecided"
    else:
        report.undecided += [each for each in rounded[1:] if each and not declared.surrogate]
        known = _explained(loss, samples, reading, declared, report)
        if not declared.surrogate:
            note("far away")
            plain = known.reading.divergence is reading.divergence and declared.shapes is None
            _beyond(loss, samples, known, reading.reconstruction, ranges, plain, report)
        note("while its modes, masks and states are compared")
        observe(Subject(interface, loss, ranges, samples, known.reading, declared, report))
        judge(known, declared, report)
    if report.outcome == "undecided" and loss.noise.kind == "none":
        _is_seeded(loss, samples, report)
    if report.findings and loss.noise.kind in ("none", "exact"):
        found = witness(samples, declared, loss.epsilon)
        report.findings = [replace(finding, certificate=found) for finding in report.findings]
    report.evaluations += loss.evaluations
    report.seconds = time.perf_counter() - started
    return report


def _beyond(
    loss: Loss,
    samples: Sequence[Sample],
    known: Explained,
    read: ReconstructionPart | None,
    ranges: Ranges,
    plain: bool,
    report: Report,
) -> None:
    """Look far away at a loss whose error was read so, or is one that is known but for what no weight enters."""
    error = known.reading.reconstruction
    if error is read or known.beside:
        compare_beyond(loss, samples, known.reading, ranges, plain, report, known.beside)
    elif error is not None and error.likelihood.name in (GAUSSIANS.name, LAPLACES.name):
        compare_beyond(loss, samples, known.reading, ranges, False, report)


def _is_seeded(loss: Loss, samples: Sequence[Sample], report: Report) -> None:
    """Say first that a loss seeds what it draws from itself, unless it is known of the sample of a model."""
    known = any("no new noise" in each for each in report.undecided)
    if not known and loss.noise.is_fixed(loss, samples[0].instances[0]):
        told = "the loss seeds what it draws from itself: its noise is the same at every call, and has no mean"
        report.undecided.insert(0, told)


def _own_parameters(target: object) -> list[str]:
    """Return what to say of parameters that a module has beside those of its layers, such as a learned variance."""
    named = getattr(target, "named_parameters", None)
    if not callable(named) or isinstance(target, type):
        return []
    own = [name for name, _ in named(recurse=False)]
    return [f"the parameters {', '.join(own)} are as they are: what they do to the loss is not examined"] if own else []


def _explained(
    loss: Loss, samples: Sequence[Sample], reading: Reading, declared: Expectations, report: Report
) -> Explained:
    """Return what was read, with what is found beyond it."""
    if declared.surrogate:
        return Explained(reading)
    why = explain(loss, samples, reading)
    own = None if why.features is None else of_features(loss, why.features, reading, samples, declared)
    if own is not None:
        report.assumed.append(OWN_SCALES)
        reading, why = own, replace(why, features=None)
    known = explained(reading, why, report)
    if known.reading.offset is None:
        known.reading = replace(known.reading, offset=offset(known.reading, samples, loss.epsilon))
    return known


def _adapted(target: object, shapes: Sequence[Shape], note: Note) -> tuple[Interface, Shape]:
    """Return how a loss is called, and a shape at which it can be; some code knows one size of its tensors only."""
    errors = []
    for shape in [*shapes, *fixed()]:
        note(f"while it is tried at {shape}")
        try:
            return adapt(target, draws(shape, Ranges(), 1)[0]), shape
        except Unusable as error:
            errors.append(error)
            if isinstance(error, NoNumber):
                break  # it is the kind of what is returned, and no size, that is wrong
    raise errors[0]


def _read(
    loss: Loss, declared: Expectations, ranges: Ranges, shapes: Sequence[Shape], report: Report, note: Note
) -> tuple[list[Sample], Reading]:
    """Return the loss at all shapes, and what it is there."""
    note("while it is found out what it draws")
    loss.noise = Noise.found(loss, [each for shape in shapes[:2] for each in draws(shape, ranges, 2)])
    if loss.noise.kind != "none":
        report.assumed.append(f"the loss {loss.noise.describe()}")
        many = max(loss.noise.expectation.entries.values(), default=0) > _MANY
        shapes = shapes[: ENOUGH if many else _OF_NOISE]
    samples = []
    for shape in shapes:
        note(f"at {shape}")
        samples.append(sample(loss, shape, ranges))
    report.shapes, report.examined = list(shapes), ["value", *report.examined]
    if declared.surrogate:
        report.examined = ["gradient, not the value, as declared"]
        return samples, read_gradient(loss, samples)
    reading = read(loss, samples)
    if loss.noise.kind == "state" or not _is_steady(loss, samples, reading, report):
        report.findings.append(Finding(Code.STATE, loss.noise.describe()))
    return samples, reading


def _is_steady(loss: Loss, samples: Sequence[Sample], reading: Reading, report: Report) -> bool:
    """Look at order and gradient; say whether what is odd in them, or in the values, is so when they come again."""
    first, again = Report(report.target), Report(report.target)
    for look in (first, again):
        compare_order(loss, samples, look)
        compare_gradient(loss, samples, reading, look)
        if not (first.findings or first.undecided):
            break
    steady = loss.noise.kind != "none" or (first.findings, first.undecided) == (again.findings, again.undecided)
    if loss.noise.kind == "none" and (reading.reconstruction is None or reading.divergence is None):
        steady &= all(np.allclose(loss.values([*s.instances]), s.values, 1e-6, 0, equal_nan=True) for s in samples)
    if steady:
        report.findings += first.findings
        report.undecided += first.undecided
        report.examined += first.examined
        report.gradient = first.gradient
    else:
        loss.noise.kind = "state"
    return steady


def _of_sizes(sizes: tuple[int, int] | None) -> Sequence[Shape]:
    """Return the shapes at which to look at a model that fixes the sizes of its tensors."""
    if sizes is None:
        return SHAPES
    equal = [size for size in sizes if size <= _FEW]
    return [Shape(n, *sizes) for n in dict.fromkeys((4, 8, 1, 2, 3, 5, 7, *equal))]


def _where(loss: Loss, wanted: Sequence[Shape], known: Shape, note: Note) -> tuple[Ranges, list[Shape], bool]:
    """Return the widest ranges in which the loss is made of known terms, and the shapes at which it is a number.

    And whether these are the widest in which it is one.
    """
    trial = _Trial(loss, note)
    pilots = [(ranges, shape) for ranges in _RANGES if (shape := trial.shape(ranges, [*wanted[:4], known])) is not None]
    if not pilots:
        raise Unusable(trial.why())
    if not _is_even(loss, *pilots[0]):
        pilots = [(ranges, shape) for ranges, shape in pilots if ranges.positive == pilots[0][0].positive]
    good = (ranges for ranges, shape in pilots if _is_known(loss, sample(loss, shape, ranges)))
    ranges = next(good, pilots[0][0])
    widest = replace(ranges, positive=pilots[0][0].positive) == pilots[0][0]
    return ranges, list(usable(lambda shape: trial.works(ranges, shape), wanted)), widest


def _is_even(loss: Loss, ranges: Ranges, shape: Shape) -> bool:
    """Say whether the sign of the second head does not matter: it is a standard deviation then, squared at once."""
    drawn = draws(shape, ranges, 3)
    try:
        return all(loss.value(each) == loss.value(each._replace(head=-each.head)) for each in drawn)
    except Exception:  # of the user's code, which need not take a negative one
        return False


def _is_known(loss: Loss, pilot: Sample) -> bool:
    reading = read(loss, [pilot])
    return reading.reconstruction is not None and reading.divergence is not None


def _is_bernoulli(reading: Reading) -> bool:
    """Say whether probabilities, and data in [0, 1], are all that the reconstruction error is about."""
    return reading.reconstruction is not None and reading.reconstruction.likelihood.name.startswith("Bernoulli")


class _Trial:
    """Evaluating a loss where it may raise, and remembering why it did."""

    def __init__(self, loss: Loss, note: Note) -> None:
        self._loss, self._note = loss, note
        self._error: Exception | None = None
        self._values: list[float] = []

    def works(self, ranges: Ranges, shape: Shape) -> bool:
        """Say whether the loss is a finite number at a shape."""
        self._note(f"at {shape}")
        try:
            self._values = [self._loss.value(each) for each in draws(shape, ranges, 3)]
        except Unusable:
            raise
        except Exception as error:
            self._error = error
            return False
        return bool(np.isfinite(self._values).all())

    def shape(self, ranges: Ranges, wanted: Sequence[Shape]) -> Shape | None:
        """Return the first of some shapes at which the loss works, None if it works at none."""
        return next((shape for shape in wanted if self.works(ranges, shape)), None)

    def why(self) -> str:
        """Return in one line why there is no value."""
        if self._error is not None:
            return f"the loss raises {type(self._error).__name__}: {self._error}"
        return f"the loss is {self._values[0] if self._values else 'no number'} wherever it was evaluated"
