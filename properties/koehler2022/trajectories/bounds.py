"""Bounds along computed trajectories, judged with their errors; and decay, q(t) ≤ e^{−ct/K} q(0)."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from verify.registry.studies import Evidence

ROUNDING = 1e-13
"""Relative to the size of a quantity, beside the error of the integration."""


class Range(NamedTuple):
    """Arrays of numbers that lie between two bounds, if the errors are within their estimates."""

    low: Any
    high: Any

    @classmethod
    def around(cls, value, error):
        return cls(value - error, value + error)


def squared(lengths, error, relative_to):
    """Return the range of the square of lengths as wrong as an error says, and as rounding beside another square."""
    spread = (2 * lengths + error) * error + ROUNDING * relative_to
    return Range(np.maximum(lengths**2 - spread, 0), lengths**2 + spread)


def judged(left, right, summary=""):
    """Return the evidence for left ≤ right, of two ranges, entry by entry; what is not finite is no example."""
    known = np.isfinite(np.array(np.broadcast_arrays(*left, *right))).all(0)
    certain, violations = known & (left.high <= right.low), known & (left.low > right.high)
    return Evidence(int(known.sum()), int(certain.sum()), int(violations.sum()), summary)


@dataclass
class Decay:
    """A quantity that is to decay, at checkpoints of trajectories, beside its start (each flat, of one length)."""

    start: Any
    quantity: Any
    error: Any
    time: Any
    K: Any
    K_error: Any

    def bound(self, rate):
        """Return the range of e^{−rate·t/K} q(0)."""
        K = Range.around(self.K, self.K_error)
        with np.errstate(divide="ignore"):
            return Range(*(np.exp(-rate * self.time / np.maximum(x, 0)) * self.start for x in K))

    def judged(self, rate):
        """Return the evidence for q(t) ≤ e^{−rate·t/K} q(0)."""
        return judged(Range.around(self.quantity, self.error), self.bound(rate))

    def tightest(self):
        """Return the largest rate that all meet as q and K may be, so that only a violation brings it below a true one.

        Counted is where the loss of q, and K, are 1000 times their errors.
        """
        clear = (self.start - self.quantity > 1e3 * self.error) & (self.quantity > self.error)
        clear &= 1e3 * self.K_error < self.K
        rates = (
            np.log(self.start / np.where(clear, self.quantity - self.error, 1)) * (self.K + self.K_error) / self.time
        )
        return rates[clear].min() if clear.any() else np.inf


def decay(found, lengths, K=None, K_error=None):
    """Return the decay of the squares of lengths (n, c), at c checkpoints of which the first is at t = 0.

    A length is as wrong as the state is. K (n, c + 1) is that of Lemma 5 unless given, with its error.
    """
    error, square = found.error[:, 1:-1], lengths**2
    K, K_error = (found.K, found.K_error) if K is None else (K, K_error)
    spread = (2 * lengths[:, 1:] + error) * error + ROUNDING * square[:, :1]
    K, K_error = K[:, 1:-1], K_error[:, 1:-1] + ROUNDING * K[:, 1:-1]
    columns = (np.broadcast_to(square[:, :1], spread.shape), square[:, 1:], spread, found.time[:, 1:-1], K, K_error)
    reached = ~np.isnan(found.time[:, 1:-1]) & (square[:, :1] > 0)
    return Decay(*(x[reached] for x in columns))


def all_judged(decays, rate):
    """Return the evidence of decays at a rate, with the tightest one that they all meet."""
    decays = list(decays)
    tightest = min((x.tightest() for x in decays), default=np.inf)
    evidence = sum((x.judged(rate) for x in decays), Evidence(0, 0, 0))
    return Evidence(evidence.examples, evidence.certain, evidence.violations, f"tightest constant met: {tightest:.8g}")
