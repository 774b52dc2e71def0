"""What does my VAE loss really optimise?"""

from verify.gate.check import Refused, check_loss
from verify.gate.errors import Unusable

__all__ = ["Refused", "Unusable", "check_loss"]
