"""What a model samples with, beside that of which its KL is taken: the second head has to be read alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from verify.gate.behaviour.subject import Subject
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.evaluation import Loss
from verify.gate.findings import Code, Finding
from verify.gate.fit import SINGLE
from verify.gate.forms.divergences import Head
from verify.gate.instances import Array, Instance, Ranges, draws
from verify.gate.interface import Interface
from verify.gate.interface.sampler import constant_noise
from verify.gate.noise.seeds import seed_all
from verify.gate.shapes import Shape

_SAMPLES, _SEEDS = 16, 32
"""In a batch, and of those: so many numbers that are drawn for each latent variable."""

_DEVIATIONS, _SIZE = 10.0, 0.05
"""How many deviations of its mean, and how much in all, something is off that is no accident."""

_FOURTH = 0.75
"""How far the fourth moment has to be from 3: so few draws do not tell what is nearer."""

_ABOUT = 0.4
"""How far the variance of what is drawn may be from that of noise which is seen: of two numbers it is half of it."""

_REACH = 3.0
"""How far a head is followed that tells a logarithm: beyond 4 it may be held, as in the KL."""

_CALLS = 8
"""Calls of a decoder that are looked at."""

_MEND = "mu + (0.5 * logvar).exp() * torch.randn_like(mu) where the KL has logvar"

_JITTER = 1e-2
"""Relative difference of two standard deviations, up to which one is the other with a small number added."""


def compare_sampler(subject: Subject) -> None:
    """Add a finding if the decoder is given a sample of another posterior than that of the KL, where that counts."""
    report, turns = subject.report, _turns(subject)
    known = len(report.findings), len(report.undecided)
    if turns is None:
        _compare(subject, alone=True)
        return
    for turn in turns:
        _compare(replace(subject, interface=subject.interface.at_turn(turn)), alone=len(turns) == 1)
        if (len(report.findings), len(report.undecided)) != known:
            break
    report.examined[:] = dict.fromkeys(report.examined)
    report.assumed[:] = dict.fromkeys(report.assumed)


def _turns(subject: Subject) -> list[int] | None:
    """Return the noted calls of the decoder on which the loss depends; None where it is called once."""
    interface, values = subject.interface, []
    one, other = subject.samples[0].instances[:2]
    try:
        calls = len(interface.raw(interface.inputs(one))[1].decoded)
        if calls < 2 and not (calls and interface.sizes is None):  # what was drawn for an objective is not noted
            return None
        for each in [interface, *(interface.with_second(other.recon, turn) for turn in range(min(calls, _CALLS)))]:
            seed_all(0)
            values.append(Loss(each.call, each.torch).once(one))
    except Exception:  # of the user's code, whose value was had otherwise
        return None
    subject.report.evaluations += len(values)
    found = [turn for turn, value in enumerate(values[1:]) if value != values[0]]
    return found if found or interface.sizes is None else None


def _compare(subject: Subject, alone: bool) -> None:
    interface, report = subject.interface, subject.report
    part = subject.reading.divergence
    instance = draws(subject.shape, Ranges(positive=True), 1)[0]
    instance = instance._replace(mu=instance.mu * 0)
    try:
        found = interface.spread(instance)
        if interface.spread(instance._replace(mu=instance.mu + 1)) is None:
            found = None  # it is of a mean of 0 only that this is σ: what is drawn is changed before it is decoded
        if found is not None and np.isfinite(found).all() and not _is_drawn(interface, instance, found):
            found = None  # as of a sum of two numbers, which are no more the same than those of a batch
    except Exception:  # of the user's code, which need not do with numbers that are the same
        return
    head = None if part is None or (part.variance.zero and part.log_variance.zero) else part.head
    if found is None or not np.isfinite(found).all():
        doubts = len(report.undecided)
        if head is not None and _judged_by_draws(subject, head):
            report.examined.append("sampler")
            if alone or len(report.undecided) == doubts:  # else it may be drawn from the prior
                _compare_pull(subject, instance)
        elif interface.sizes is not None:
            report.assumed.append("z is sampled as it should be: no normal numbers were seen on the way to the decoder")
        return
    report.examined.append("sampler")
    if not found.any():
        _nothing(subject, alone)
        return
    if head is None:
        report.assumed.append(f"what is sampled has {_described(subject, found)}")
        return
    due = np.sqrt(head.variance(instance.head))
    off = float(abs(abs(found) / due - 1).max())
    if off > _JITTER:
        told = f"z is sampled with {_described(subject, found)}; the KL is that of {_of_head(head)}"
        certificate = {
            "head": float(instance.head.flat[0]),
            "sampled": float(abs(found.flat[0])),
            "kl": float(due.flat[0]),
        }
        report.findings.append(Finding(BehaviourCode.SAMPLER, told, certificate=certificate))
        return
    if off > 1e-5:
        report.assumed.append(f"what is sampled has the σ of the KL, but for {off:.1g} of it")
    if not head.positive and not _is_the_same(subject, instance, head):
        return
    _judged_by_draws(subject, head)
    _compare_pull(subject, instance)


def _is_drawn(interface: Interface, instance: Instance, spread: Array) -> bool:
    """Say whether what is drawn has about the σ that was seen where all that is drawn is one and the same number."""
    drawn = [interface.sampled(instance, seed) for seed in range(_SEEDS)]
    noise = np.array([each - instance.mu for each in drawn if each is not None and each.shape == instance.mu.shape])
    if not (noise.size and spread.any()):
        return not noise.any()
    return abs(float((noise**2).mean() / (spread**2).mean()) - 1) < _ABOUT


def _is_the_same(subject: Subject, instance: Instance, head: Head) -> bool:
    """Say whether σ is the one of the KL at other heads too; else add a finding: it is held in a range."""
    instance = instance._replace(head=np.linspace(-_REACH, _REACH, instance.head.size).reshape(instance.head.shape))
    due = np.sqrt(head.variance(instance.head))
    try:
        found = subject.interface.spread(instance)
    except Exception:  # of the user's code, which need not do with any number
        return True
    off = np.zeros(1) if found is None else abs(abs(found) / due - 1)
    if found is None or not off.max() > _JITTER:
        return True
    worst = int(off.argmax())
    at, sampled, of_kl = (float(each.flat[worst]) for each in (instance.head, abs(found), due))
    told = f"where the second head is {at:.4g}, z is sampled with σ = {sampled:.4g}; that of the KL is {of_kl:.4g}"
    certificate = {"head": at, "sampled": sampled, "kl": of_kl}
    subject.report.findings.append(Finding(BehaviourCode.SAMPLER, told, certificate=certificate))
    return False


def _judged_by_draws(subject: Subject, head: Head) -> bool:
    """Say whether what the decoder is given is another number at each seed; a doubt, if it is no N(mu, σ²)."""
    large = Shape(_SAMPLES, *subject.shape[1:])
    instance = draws(large, Ranges(positive=True), 1)[0]
    instance = instance._replace(mu=np.ones_like(instance.mu))
    due = np.sqrt(head.variance(instance.head))
    try:
        drawn = [_sampled(subject, instance, seed) for seed in range(_SEEDS)]
    except Exception:  # of the user's code, which may know one size of a batch
        return False
    noise = [(z - instance.mu) / due for z in drawn if z is not None]
    if len(noise) < _SEEDS:
        return False
    if np.ptp(noise, 0).max() == 0:
        return _is_fixed(subject, instance)
    if _is_function(subject, instance, due):
        told = "the decoder is given a function of mu + σ·noise, σ that of the KL, and not that itself"
        subject.report.undecided.append(f"{told}: right only if it belongs to the decoder")
        return True
    for told, each in _moments(np.array(noise)):
        middle, error = each.mean(), each.std() / np.sqrt(_SEEDS)
        if abs(middle) > max(_DEVIATIONS * error, _SIZE):
            doubt = "right only if what is done to z belongs to the decoder"
            subject.report.undecided.append(f"{told.format(middle)}: {doubt}")
            return True
    if (why := _without_noise(subject, instance)) is not None:
        subject.report.undecided.append(why)
    return True


def _without_noise(subject: Subject, instance: Instance) -> str | None:
    """Say so if z is another number than mu where all that is drawn is 0: by chance the moments may be right."""
    if not subject.interface.torch:
        return None
    means = np.linspace(-_REACH, _REACH, instance.mu.size).reshape(instance.mu.shape)
    instance = instance._replace(mu=means)
    with constant_noise(0.0):
        one, other = (_sampled(subject, instance, seed) for seed in range(2))
    if one is None or other is None or not np.isfinite(one).all() or (one != other).any():
        return None  # something else is drawn
    at = np.unravel_index(abs(one - instance.mu).argmax(), one.shape)
    if abs(one - instance.mu)[at] <= 64 * SINGLE * (1 + abs(instance.mu[at])):
        return None
    where = f"where mu = {instance.mu[at]:.4g} and the second head is {instance.head[at]:.4g}"
    return f"without noise the decoder is given {one[at]:.4g}, {where}: it is to be mu"


def _is_function(subject: Subject, instance: Instance, due: Array) -> bool:
    """Say whether z is a function of mu + σ·noise, another than that: where mu is as much more, less noise will do."""
    if not subject.interface.torch:
        return False
    middle, found = instance.mu + due, []
    for noise, mean in ((0.0, middle), (1.0, instance.mu), (-1.0, middle + due)):
        with constant_noise(noise):
            z = _sampled(subject, instance._replace(mu=mean), 0)
        if z is None or not np.isfinite(z).all():
            return False
        found.append(z)
    near = 64 * SINGLE * (1 + abs(middle))
    alike = all((abs(each - found[0]) <= near).all() for each in found)
    return bool(alike and (abs(found[0] - middle) > near).any())


def _is_fixed(subject: Subject, instance: Instance) -> bool:
    """Say so if z is the same at every call of one object: a generator of its own would have gone on."""
    kept = subject.interface.kept()
    first, again = (kept.sampled(instance, seed) for seed in range(2))
    fixed = first is not None and again is not None and bool((first == again).all())
    if fixed:
        subject.report.undecided.append("what the decoder is given is the same at every call: no new noise is drawn")
    return fixed


def _sampled(subject: Subject, instance: Instance, seed: int) -> Array | None:
    found = subject.interface.sampled(instance, seed)
    return found if found is not None and found.shape == instance.mu.shape else None


def _moments(noise: Array) -> Iterator[tuple[str, Array]]:
    """Yield, of seeds × samples × latents that are standard normal, what is 0 in the mean, for each seed."""
    yield "on the average z is mu + {:.2g}·σ, where it is to be mu", noise.mean((1, 2))
    yield "the variance of z is that of the KL and {:+.2g} of it", (noise**2 - 1).mean((1, 2))
    yield (
        "what is drawn is not normal: of standard normal numbers the fourth moment is 3, here it is 3{:+.2g}",
        _fourth(noise),
    )
    if noise.shape[2] > 1:
        pairs = (noise[:, :, :-1] * noise[:, :, 1:]).mean((1, 2))
        yield "one latent variable is drawn with the next one: their correlation is {:.2g}, where it is to be 0", pairs


def _fourth(noise: Array) -> Array:
    """Return the fourth moment less 3, or 0 where it is nearer than so few draws tell."""
    found = (noise**4 - 3).mean((1, 2))
    return found if abs(found.mean()) > _FOURTH else 0 * found


def _compare_pull(subject: Subject, instance: Instance) -> None:
    """Add a finding if the decoder does not pull at the heads: what is sampled has no gradient in them."""
    if subject.declared.surrogate or (pull := subject.interface.pull(instance)) is None:
        return
    none = [name for name, each in zip(("mu", "the second head"), pull, strict=True) if each is None]
    if none and not any(each.kind in (Code.GRADIENT, Code.NO_GRADIENT) for each in subject.report.findings):
        told = f"what the decoder is given has no gradient in {' and '.join(none)}"
        finding = Finding(Code.GRADIENT, told, f".rsample() for .sample(), no detach; or {_MEND}")
        subject.report.findings.append(finding)


def _nothing(subject: Subject, alone: bool) -> None:
    if not alone:
        subject.report.undecided.append(
            "the decoder is given mu, and no sample, in one of the calls that the loss is of"
        )
    elif subject.interface.modes:
        subject.report.findings.append(Finding(BehaviourCode.NOT_SAMPLED, "z = mu"))
    else:
        subject.report.undecided.append("the decoder is given mu, and no sample: right only of a loss for evaluation")


def _described(subject: Subject, spread: Array) -> str:
    if np.ptp(abs(spread)) <= 1e-5 * abs(spread).max():
        return f"σ = {abs(spread.flat[0]):.6g}, whatever the second head is"
    sampler = subject.interface.sampler(subject.shape)
    return sampler.text if sampler is not None else "another σ"


def _of_head(head: Head) -> str:
    return f"a second head that is the {head.name}"
