"""How a loss is called: what its arguments are, which of its results is the loss, and what it draws."""

from verify.gate.interface.adapting import adapt
from verify.gate.interface.interfaces import Interface
from verify.gate.interface.targets import load

__all__ = ["Interface", "adapt", "load"]
