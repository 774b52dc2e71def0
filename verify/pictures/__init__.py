"""Pictures as small vector graphics: what is drawn for a claim, margins around counterexamples, courses of hunts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.pictures import generators, hunts, margins
from verify.pictures.picture import Picture, data_of

__all__ = ["Picture", "course", "data_of", "draws", "margin_map", "pictured"]

OF_PAPERS: dict[str, Callable[[], Picture]] = {}
"""The pictures that papers' modules draw, by their names."""


def pictured(name: str) -> Callable[[Callable[[], Picture]], Callable[[], Picture]]:
    """Decorate a function that draws a picture of a paper, so that ``vae-verify picture NAME`` does."""

    def decorate(draw: Callable[[], Picture]) -> Callable[[], Picture]:
        OF_PAPERS[name] = draw
        return draw

    return decorate


def margin_map(found: Counterexample, seconds: float = 20.0) -> str:
    """Return as SVG where the claim is false around a counterexample, judged at each point of a grid.

    The grid is finer if ``seconds`` allow it. Raises ValueError if no entry of the instance can be
    moved, or another claim refutes this one, so that the instance is no counterexample by itself.
    """
    return margins.picture(found, seconds).svg


def draws(claim: Claim, seed: int = 0) -> str:
    """Return as SVG which dimensions, ranks, ties and scales are drawn for a claim."""
    return generators.picture(claim, seed).svg


def course(report: Mapping[str, Any]) -> str:
    """Return as SVG how near a hunt came after how many instances, of the JSON of ``hunt --json``.

    Raises ValueError if that has no course.
    """
    return hunts.picture(report).svg
