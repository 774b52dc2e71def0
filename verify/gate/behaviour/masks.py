"""A mask: what it hides must not count, and how much it hides must not change β."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from verify.gate.behaviour.subject import Subject
from verify.gate.behaviour.weighing import Weighing, alike
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.findings import Finding
from verify.gate.instances import Array, Instance
from verify.gate.interface import Interface
from verify.gate.interface.extras import Form
from verify.gate.shapes import Shape
from verify.gate.slipcodes import SlipCode


def examine_masks(subject: Subject) -> None:
    """Hide some entries, then more of them, and add a finding if they count, or if β changes."""
    forms = subject.interface.way.masks
    if not forms or subject.declared.surrogate:
        return
    weighing = subject.weighing()
    for form in forms:
        masked = _Masked(form, subject, weighing)
        if masked.works:
            masked.turned.judge()
            subject.report.examined.append("mask")
            break
    subject.report.evaluations += weighing.evaluations


@dataclass(frozen=True)
class _Masked:
    form: Form
    subject: Subject
    weighing: Weighing

    @property
    def works(self) -> bool:
        """Whether a mask of this form is taken."""
        return self.weighing.samples(self._hiding(1)) is not None

    @property
    def _shape(self) -> Shape:
        return self.weighing.shape

    @property
    def _most(self) -> int:
        """How many features, or samples, can be hidden so that some are left."""
        return (self._shape.n if self.form.sizes == "n" else self._shape.d) - 1

    def _mask(self, hidden: int) -> Array:
        n, d, _ = self._shape
        found = np.ones((n, d))
        if self.form.sizes == "n":
            found[n - hidden :] = 0
            found = found[:, 0]
        else:
            found[:, d - hidden :] = 0
        found = 1 - found if self.form.hides else found
        return found > 0 if self.form.binary else found

    @property
    def turned(self) -> _Masked:
        """The same mask, with 1 where it hides, if the loss has it so."""
        hidden = self._most // 2
        other = replace(self, form=self.form._replace(hides=not self.form.hides))
        return other if self._counts(hidden, (0,)) and not other._counts(hidden, (0,)) else self

    def _hiding(self, hidden: int) -> Interface:
        return self.subject.interface.with_mask(self._mask(hidden))

    def _changed(self, hidden: int, parts: tuple[int, ...]) -> list[Array]:
        """Return values after changes of what is hidden, beside those before."""
        interface = self._hiding(hidden)
        found = [self.weighing.samples(interface), self.weighing.samples(interface, self._change(hidden, parts))]
        return [each[1][0].values for each in found if each is not None]

    def _change(self, hidden: int, parts: tuple[int, ...]):  # type: ignore[no-untyped-def]
        by_rows = self.form.sizes == "n"

        def change(instance: Instance) -> Instance:
            found = [np.array(part) for part in instance]
            for at in parts:
                if by_rows:
                    found[at][len(found[at]) - hidden :] = 0.5
                else:
                    found[at][:, found[at].shape[1] - hidden :] = 0.5
            return Instance(*found)

        return change

    def _counts(self, hidden: int, parts: tuple[int, ...]) -> bool:
        """Say whether the loss depends on what is hidden."""
        values = self._changed(hidden, parts)
        return len(values) == 2 and bool((abs(values[0] - values[1]) > 1e-9 * (1 + abs(values[0]))).any())

    def judge(self) -> None:
        """Add what is wrong to the report."""
        report, hidden = self.subject.report, self._most // 2
        what = "samples" if self.form.sizes == "n" else "features"
        if self._optional and self.form.hides:
            report.assumed.append("the mask is 1 where it hides")
        counted = self._counts(hidden, (0,))
        if counted and self._optional and not self._matters(hidden):
            report.assumed.append("the loss does not use its mask")
            return
        if counted:
            told = f"with {hidden} {what} hidden it depends on the reconstruction there"
            report.findings.append(Finding(BehaviourCode.MASKED_COUNTED, told))
        elif self.form.sizes == "n" and self._counts(hidden, (2, 3)):
            told = "the KL of the samples that are hidden counts, their reconstruction does not"
            report.findings.append(Finding(SlipCode.ROWS, told))
            return
        self._compare(counted, hidden, what)

    @property
    def _optional(self) -> bool:
        return len(self.subject.interface.way.masks) > 1

    def _matters(self, hidden: int) -> bool:
        found = [self.weighing.samples(each) for each in (self._hiding(0), self._hiding(hidden))]
        return len({each[1][0].values.tobytes() for each in found if each is not None}) > 1

    def _compare(self, counted: bool, hidden: int, what: str) -> None:
        """Compare β with few and with many entries hidden."""
        parts = (0, 1, 2, 3) if self.form.sizes == "n" else (0, 1)
        found = []
        for count in (0, hidden, self._most):
            of = None if counted or not count else self._change(count, parts)
            weights = self.weighing.weights(self._hiding(count), of)
            found.append(None if weights is None else weights.beta)
        first, *others = found
        if first is None or any(each is None for each in others):
            return
        if not all(alike(first, each) for each in others if each is not None):
            values = [next(iter(each.values.values())) for each in found if each is not None]
            told = ", ".join(
                f"{value / values[0]:.6g} times as great with {count} {what} hidden"
                for value, count in zip(values[1:], (hidden, self._most), strict=True)
            )
            self.subject.report.findings.append(Finding(BehaviourCode.MASK_IN_BETA, f"β is {told}"))
