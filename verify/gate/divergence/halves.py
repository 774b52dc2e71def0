"""Whether a loss is computed in half precision, whose rounding hides what it is made of."""

from __future__ import annotations

from collections.abc import Sequence

from verify.gate.divergence.couplings import is_rounded
from verify.gate.divergence.part import parts
from verify.gate.evaluation import Loss
from verify.gate.fit import SINGLE, Sample
from verify.gate.reading import Reading

_MEND = "is computed in half precision, whose rounding hides what it is: gate it in single precision, or in double"


def halves(loss: Loss, samples: Sequence[Sample], reading: Reading) -> tuple[str, str]:
    """Return what there is to say of the whole of a loss, and of its reconstruction error, in half precision."""
    if loss.epsilon > SINGLE:
        return f"the loss {_MEND}", ""
    if reading.reconstruction is not None and reading.divergence is not None:
        return "", ""
    part = parts(loss, samples)[0]
    of_error = reading.reconstruction is None and is_rounded(part)
    if reading.divergence is None and part.epsilon > SINGLE:
        return f"the {'loss' if of_error else 'part that depends on mu and logvar'} {_MEND}", ""
    return "", f"the reconstruction error {_MEND}" if of_error else ""
