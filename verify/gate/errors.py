"""How a gate ends that cannot judge: in one line."""

from __future__ import annotations

from verify.errors import UsageError


class Unusable(UsageError):
    """What the user's code did instead of coming to a result, and the mend, in one line."""


class NoNumber(Unusable):
    """What the user's code returns is no loss, whatever the sizes of its tensors."""
