"""What the objective of a VAE really optimises: judged on drawn instances, without training and without data."""

from verify.gate.models import parametrize_with_claims

__all__ = ["parametrize_with_claims"]
