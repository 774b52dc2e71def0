"""Scores of points, however many: a chunk at a time, whose numbers stay in the cache; so memory is bounded."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np

from reference.lanes import Floats
from verify.claims import Claim
from verify.hunt.forms import Form
from verify.scores import Scores, scores

CHUNK = 1024


def score(claim: Claim, form: Form, raw: Floats) -> Scores:
    """Evaluate the claim at points of one form, of shape (entries, points)."""
    parts = [raw[:, start : start + CHUNK] for start in range(0, raw.shape[1], CHUNK)]
    chunks = [scores(claim, form.arguments(part), part.shape[1]) for part in parts]
    return Scores(*(np.concatenate(field) for field in zip(*map(astuple, chunks), strict=True)))
