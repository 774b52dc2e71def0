"""Scores of points, however many: a chunk at a time, whose numbers stay in the cache; so memory is bounded."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from reference.arithmetic.lanes import Floats
from verify.hunt.strata import Form
from verify.judging.screen import Scores, scores
from verify.registry.declare import Claim

CHUNK = 1024

_FIELDS = [field.name for field in fields(Scores)]


def score(claim: Claim, form: Form, raw: Floats) -> Scores:
    """Evaluate the claim at points of one form, of shape (entries, points)."""
    parts = [raw[:, start : start + CHUNK] for start in range(0, raw.shape[1], CHUNK)]
    chunks = [scores(claim, form.arguments(part), part.shape[1]) for part in parts]
    return Scores(*(np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in _FIELDS))
