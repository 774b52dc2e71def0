"""What the gate says of a loss that it cannot examine."""

from verify.errors import UsageError


class Unusable(UsageError):
    """A loss cannot be called, or what it returns is no loss: one line, the cause and the mend."""
