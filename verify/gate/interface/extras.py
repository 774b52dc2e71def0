"""What a loss is given beside the batch: a mask, and the scale of a decoder that learns it."""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple

from verify.gate.instances import Instance
from verify.gate.interface.names import words


class Form(NamedTuple):
    """The sizes of an argument, as letters of n and d; of a mask, whether it is true or false, and what 1 says."""

    sizes: str
    binary: bool = False
    hides: bool = False
    """Whether 1 stands where an entry does not count, and not where it does."""

    @property
    def shown(self) -> float:
        """What stands in a mask that hides nothing."""
        return 0.0 if self.hides else 1.0

    def filled(self, batch: Instance, value: float) -> Any:
        """Return a tensor, or an array, of this form, with the same number everywhere."""
        whole = batch.x * 0 + value
        found = {"nd": whole, "n": whole[:, 0], "d": whole[0], "": whole[0, 0]}[self.sizes]
        return found > 0 if self.binary else found

    def __str__(self) -> str:
        sizes = {"nd": "of the shape of x", "n": "one for each sample", "d": "one for each feature", "": "a number"}
        return sizes[self.sizes]


MASKS = (Form("nd"), Form("nd", True), Form("n"), Form("n", True))
"""In the order in which they are tried."""

HIDING = tuple(form._replace(hides=True) for form in MASKS)

SCALES = (Form("nd"), Form("d"), Form(""))
"""A number last: what is summed over the features of a tensor is not, where that is one number."""

_SPREAD = "(var|variance|sigma|std|stddev|sd|scale|precision)"
_OF_DECODER = re.compile(
    rf"(log|ln)?{_SPREAD}(sq|squared|2)?|(log|ln)(gamma|noise)|gamma|(log|ln)?(noise|obs|x|px|rec|recon|dec|decoder)?{_SPREAD}"
)
_OWNERS = {"x", "px", "dec", "decoder", "decoded", "obs", "observed", "noise", "recon", "rec", "likelihood", "out"}


def is_scale(name: str) -> bool:
    """Say whether an argument may be the scale of the decoder: σ, σ², or the logarithm of one, by its name."""
    parts = words(name)
    return bool(_OF_DECODER.fullmatch("".join(part for part in parts if part not in _OWNERS)))


def start(name: str) -> float:
    """Return where a scale is 1, if its name says what it is."""
    return 0.0 if any(part.startswith(("log", "ln")) for part in words(name)) else 1.0


def given(mask: Any, batch: Instance) -> Any:
    """Return a mask, an array, as what the loss takes."""
    if not hasattr(batch.x, "detach"):
        return mask.copy()
    torch = sys.modules["torch"]
    found = torch.from_numpy(mask.copy())
    return found if mask.dtype == bool else found.to(batch.x.dtype)
