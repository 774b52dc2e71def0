"""How a gate ends that cannot judge: in one line."""

from __future__ import annotations

from verify.errors import UsageError


class Unusable(UsageError):
    """The code of the user is no loss that can be evaluated: what it did, and what mends it."""
