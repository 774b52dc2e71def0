"""The model gate: what the papers claim of the losses of linear VAEs, judged of a user's own objective."""

from verify.gate.models.decorator import parametrize_with_claims

__all__ = ["parametrize_with_claims"]
