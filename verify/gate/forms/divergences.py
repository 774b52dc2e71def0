"""The divergence KL(N(μ, diag σ²) ‖ N(0, I)) = ½Σ(μ² + σ² − log σ² − 1), for each way in which a head may tell σ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from verify.gate.forms.terms import Term, softplus
from verify.gate.instances import Array


@dataclass(frozen=True)
class Head:
    """What the second head of an encoder is: σ² and log σ² as functions of it."""

    name: str
    variance: Callable[[Array], Array]
    log_variance: Callable[[Array], Array]
    positive: bool = False

    @cached_property  # a term is computed once for a sample, whoever asks for it
    def terms(self) -> tuple[Term, Term, Term]:
        """½Σμ², ½Σσ² and −½Σ log σ²: their weights are m, v and l."""
        return (
            MEAN,
            Term("½Σσ²", lambda i: self.variance(i.head) / 2),
            Term("−½Σ log σ²", lambda i: -self.log_variance(i.head) / 2),
        )


MEAN = Term("½Σμ²", lambda i: i.mu**2 / 2)

HEADS = (
    Head("log-variance", np.exp, lambda h: h),
    Head("log standard deviation", lambda h: np.exp(2 * h), lambda h: 2 * h),
    Head("standard deviation", lambda h: h**2, lambda h: 2 * np.log(h), positive=True),
    Head("variance", lambda h: h, np.log, positive=True),
    Head("softplus to the standard deviation", lambda h: softplus(h) ** 2, lambda h: 2 * np.log(softplus(h))),
    Head("softplus to the variance", softplus, lambda h: np.log(softplus(h))),
    Head("log precision", lambda h: np.exp(-h), lambda h: -h),
    Head("precision", lambda h: 1 / h, lambda h: -np.log(h), positive=True),
)
"""In the order in which they are tried."""
LOG_VARIANCE = HEADS[0]
