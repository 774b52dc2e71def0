"""How a gate ends that cannot judge: in one line."""

from __future__ import annotations

from verify.errors import UsageError


class Unusable(UsageError):
    """What the user's code did instead of coming to a result, and the mend, in one line."""
