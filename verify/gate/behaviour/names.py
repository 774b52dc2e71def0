"""Which numbers that a loss has as arguments are named like β, and which like the step of a schedule."""

from __future__ import annotations

import re

from verify.gate.interface.names import words

_WORDS = r"(weight|coef|coeff|coefficient|scale|factor|lambda|lambd|lam|alpha|beta|w|mult|multiplier|strength)"
_KL = r"(kl|kld|kldiv|kldivergence|kullback)"
_BETA = re.compile(rf"beta|beta(vae|{_KL})|{_KL}{_WORDS}|{_WORDS}{_KL}")
_AT_ITS_END = re.compile(r"^(max|final|end|target)|(max|final|end|target)$")
_STEP = re.compile(
    r"(global|current|curr|cur|train|training|this)?(epoch|step|iteration|iter|itr)(idx|index|number)?|numiter|it|t"
)


def is_beta(name: str) -> bool:
    """Say whether a number is named like the weight of the KL."""
    return bool(_BETA.fullmatch(_joined(name)))


def is_last_beta(name: str) -> bool:
    """Say whether a number is named like the weight of the KL at the end of a schedule."""
    return is_beta(name) or bool(_BETA.fullmatch(_AT_ITS_END.sub("", _joined(name))))


def is_step(name: str) -> bool:
    """Say whether a number is named like a step of training, and not like how many of them there are."""
    return bool(_STEP.fullmatch(_joined(name)))


def _joined(name: str) -> str:
    return "".join(words(name))
