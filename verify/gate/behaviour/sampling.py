"""What a model samples with, beside that of which its KL is taken: the second head has to be read alike."""

from __future__ import annotations

import numpy as np

from verify.gate.behaviour.subject import Subject
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.findings import Finding
from verify.gate.forms.divergences import Head
from verify.gate.instances import Array, Ranges, draws

_JITTER = 1e-2
"""Relative difference of two standard deviations, up to which one is the other with a small number added."""


def compare_sampler(subject: Subject) -> None:
    """Add a finding if the decoder is given a sample of another posterior than that of the KL."""
    interface, report = subject.interface, subject.report
    part = subject.reading.divergence
    instance = draws(subject.shape, Ranges(positive=True), 1)[0]
    instance = instance._replace(mu=instance.mu * 0)
    try:
        found = interface.spread(instance)
    except Exception:  # of the user's code, which need not do with numbers that are the same
        return
    if found is None or not np.isfinite(found).all():
        if interface.sizes is not None:
            report.assumed.append("z is sampled as it should be: no normal numbers were seen on the way to the decoder")
        return
    report.examined.append("sampler")
    if not found.any():
        _nothing(subject)
        return
    if part is None or (part.variance.zero and part.log_variance.zero):
        report.assumed.append(f"what is sampled has {_described(subject, found)}")
        return
    due = np.sqrt(part.head.variance(instance.head))
    off = float(abs(abs(found) / due - 1).max())
    if off > _JITTER:
        told = f"z is sampled with {_described(subject, found)}; the KL is that of {_of_head(part.head)}"
        certificate = {
            "head": float(instance.head.flat[0]),
            "sampled": float(abs(found.flat[0])),
            "kl": float(due.flat[0]),
        }
        report.findings.append(Finding(BehaviourCode.SAMPLER, told, certificate=certificate))
    elif off > 1e-5:
        report.assumed.append(f"what is sampled has the σ of the KL, but for {off:.1g} of it")


def _nothing(subject: Subject) -> None:
    if subject.interface.modes:
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
