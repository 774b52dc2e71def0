"""The weights of terms at every shape at which a loss was evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from verify.gate.fit import Fit, Sample, fit
from verify.gate.forms.terms import Term
from verify.gate.instances import Array
from verify.gate.series import Series
from verify.gate.shapes import Shape

TermsAt = Callable[[Shape], Sequence[Term]]


def weigh(epsilon: float, samples: Iterable[Sample], terms: TermsAt) -> tuple[Series, ...] | None:
    """Return the weights of terms and the constant at every shape; None if they do not make up the loss at each.

    A shape at which two terms are the same, as at n = 1, has to be made up by them, but does not say their weights.
    """
    fits: dict[Shape, Fit] = {}
    count = 0
    for each in samples:
        at = terms(each.shape)
        found = fit(at, each, epsilon)
        if found is None:
            return None
        count = len(at) + 1
        if np.linalg.matrix_rank(_design(at, each), tol=1e-9) == count:
            fits[each.shape] = found
    return together(fits, count) if fits else None


def together(fits: dict[Shape, Fit], count: int) -> tuple[Series, ...]:
    """Return the first so many weights of fits, each at all shapes."""
    return tuple(
        Series(
            {shape: float(each.weights[index]) for shape, each in fits.items()},
            {shape: float(each.errors[index]) for shape, each in fits.items()},
        )
        for index in range(count)
    )


def _design(terms: Sequence[Term], sample: Sample) -> Array:
    """Return the terms at each instance and the constant, columns of length 1."""
    columns = np.column_stack([*(sample.columns(term)[0] for term in terms), np.ones(len(sample.values))])
    lengths = np.linalg.norm(columns, axis=0)
    return columns / np.where(lengths == 0, 1, lengths)
