"""Pictures as small vector graphics: what a claim's generators draw, margins around counterexamples, courses of hunts."""

from verify.pictures.picture import Picture, data_of

__all__ = ["Picture", "course", "data_of", "draws", "margin_map"]
