"""What does my VAE loss really optimise?"""

from verify.gate.check import Refused, check_loss
from verify.gate.errors import Unusable
from verify.gate.models import parametrize_with_claims

__all__ = ["Refused", "Unusable", "check_loss", "parametrize_with_claims"]
