"""Lemma 5 and Theorem 5 along ten thousand trajectories of the flow of L₁, the integration error included."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.stats import ortho_group

from verify.flow import flow

pytestmark = pytest.mark.slow
SHAPES = list(product(range(1, 5), repeat=3))
"""(d, k, r): a data matrix of rank below d, so that some rows or directions of Ã are extra."""

GENERIC, ADVERSARIES = 120, 40
"""Trajectories of each shape."""

FRACTIONS = np.array([1 / 64, 1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 5 / 8, 3 / 4, 7 / 8, 0.97])
"""Of the time of the end: where the bounds are judged."""

ROUNDING = 1e-13


@dataclass
class Decay:
    """A quantity that is to decay, at checkpoints of trajectories, beside its start."""

    start: Any
    quantity: Any
    error: Any
    time: Any
    K: Any
    K_error: Any

    def bound(self, rate, K):
        return np.exp(-rate * self.time / K) * self.start

    def violated(self, rate):
        """Return where quantity ≤ e^{−rate·t/K} × start is false, whatever the errors within their estimates are."""
        return self.quantity - self.error > self.bound(rate, self.K + self.K_error)

    def certain(self, rate):
        """Return where it is true whatever the errors are."""
        return self.quantity + self.error <= self.bound(rate, self.K - self.K_error)

    def tightest(self):
        """Return the largest rate that all meet, over those whose loss is a thousand times its error."""
        clear = (self.start - self.quantity > 1e3 * self.error) & (self.quantity > self.error)
        rates = np.log(self.start / np.where(clear, self.quantity, 1)) * self.K / self.time
        return rates[clear].min() if clear.any() else np.inf


@dataclass
class Sample:
    """The trajectories of one shape: W is the span of the first q columns of U, q (n) the rank of A."""

    found: Any
    K: Any
    present: Any
    U: Any
    right: Any
    q: Any

    def off(self, x, basis):
        """Return the projections (n, c, ·, ·) off the span of the first q columns of the basis (n, m, m)."""
        rest = np.arange(basis.shape[-1]) >= self.q[:, None]
        return (basis * rest[:, None, :])[:, None] @ basis.mT[:, None] @ x

    def decay(self, lengths, K=None):
        """Return the decay of the squares of lengths (n, c + 1), first at t = 0, each as wrong as the state."""
        error = self.found.error[:, 1:-1]
        square = lengths**2
        spread = (2 * lengths[:, 1:] + error) * error + ROUNDING * square[:, :1]
        reached = ~np.isnan(self.found.time[:, 1:-1]) & (square[:, :1] > 0)
        K = self.K if K is None else K
        columns = (np.broadcast_to(square[:, :1], spread.shape), square[:, 1:], spread)
        times = (self.found.time[:, 1:-1], K[:, 1:-1], self.found.K_error[:, 1:-1] + ROUNDING * K[:, 1:-1])
        return Decay(*(x[reached] for x in (*columns, *times)))


def norms(x):
    return np.sqrt((x**2).sum((-1, -2)))


def haar(rng, n, d):
    return np.reshape(ortho_group.rvs(d, size=n, random_state=rng) if d > 1 else np.ones((n, 1, 1)), (n, d, d))


@cache
def sample(d, k, r):
    """Return trajectories: generic ones, half of them with zero rows in A; and adversaries, whose decay is slowest.

    Those have A = 0, and one column, or columns of the same norm, so that K is attained by all; or B̃ = 0.
    """
    rng = np.random.default_rng([d, k, r])
    n, adverse = GENERIC + ADVERSARIES, np.arange(GENERIC + ADVERSARIES) >= GENERIC
    scales = np.exp(rng.uniform(np.log([[0.3], [0.1], [0.1]]), np.log([[2], [2], [2]]), (3, n)))[..., None, None]
    U, right = haar(rng, n, d), haar(rng, n, k)
    U[::2] = np.eye(d)[rng.permutation(d)].T
    q = rng.integers(0, min(d - 1, k) + 1, n)
    q[adverse & (rng.random(n) < 0.7)] = 0
    values = rng.uniform(0.2, 1, (n, min(d, k))) * (np.arange(min(d, k)) < q[:, None])
    A = scales[0] * ((U[:, :, : min(d, k)] * values[:, None, :]) @ right[:, :, : min(d, k)].mT)
    At, Bt = scales[1] * rng.normal(size=(n, d, r)), scales[2] * rng.normal(size=(n, r, d))
    even = At / np.sqrt((At**2).sum(1, keepdims=True)) * scales[1]
    At[adverse], Bt[adverse & (rng.random(n) < 0.5)] = even[adverse], 0
    eps = np.exp(rng.uniform(np.log(0.05), np.log(2), n))
    ends = flow(A, At, Bt, eps, rtol=1e-6, estimate=False).time[:, -1]
    found = flow(A, At, Bt, eps, checkpoints=np.pad(ends[:, None] * FRACTIONS, ((0, 0), (1, 0))))
    present = (found.At**2).sum(-2).max(-1) + found.eps**2
    return Sample(found, found.K, present, U, right, q)


def everywhere():
    for shape in SHAPES:
        yield shape, sample(*shape)


def columns_off(s):
    """Return ‖P_{W⊥}Ã‖_F for W the span of the columns of A."""
    return norms(s.off(s.found.At, s.U))[:, :-1]


def rows_off(s):
    """Return the norms of the rows of Ã for which A has a zero row: those of a permuted identity U."""
    aligned = s.U[::2]
    zero = (aligned * (np.arange(aligned.shape[-1]) >= s.q[::2, None])[:, None, :]).any(-1)  # (n/2, d)
    lengths = np.sqrt((s.found.At[::2] ** 2).sum(-1))[:, :-1] * zero[:, None, :]
    half = Sample(
        type(s.found)(**{name: None if x is None else x[::2] for name, x in vars(s.found).items()}),
        s.K[::2], s.present[::2], s.U[::2], s.right[::2], s.q[::2],
    )  # fmt: skip
    return [half.decay(lengths[..., i]) for i in range(lengths.shape[-1])]


def small_singular_values(s):
    """Return (Σ_{k > dim W} σ_k(Ã)²)^{1/2}."""
    values = np.linalg.svd(np.nan_to_num(s.found.At), compute_uv=False)
    return np.sqrt((values**2 * (np.arange(values.shape[-1]) >= s.q[:, None])[:, None]).sum(-1))[:, :-1]


def judged(decays, rate):
    """Return the numbers of trajectories' checkpoints, of violations, and of those that are certainly none."""
    return np.sum([(x.time.size, x.violated(rate).sum(), x.certain(rate).sum()) for x in decays], axis=0)


def test_the_sample_is_of_ten_thousand_trajectories_and_none_is_dropped():
    trajectories = sum(len(s.found.end) for _, s in everywhere())
    assert trajectories >= 10_000
    for (d, _, _), s in everywhere():
        assert not np.isnan(s.found.At[:, -1]).any()
        assert (s.q < d).all()
        assert not np.isnan(s.found.time).any()  # the checkpoints end before the trajectories do
        assert s.found.error.max() < 1e-5


@pytest.mark.parametrize("rate", [1, 2])
def test_theorem_5_holds_along_the_flow_with_the_span_of_the_columns(rate):
    total, violations, certain = judged([s.decay(columns_off(s)) for _, s in everywhere()], rate)
    assert total >= 10_000 * len(FRACTIONS)
    assert violations == 0
    assert certain > 0.95 * total


@pytest.mark.parametrize("rate", [1, 2])
def test_lemma_5_holds_along_the_flow_for_every_zero_row(rate):
    total, violations, certain = judged([x for _, s in everywhere() for x in rows_off(s)], rate)
    assert total >= 5_000 * len(FRACTIONS)
    assert violations == 0
    assert certain > 0.95 * total


@pytest.mark.parametrize("rate", [1, 2])
def test_the_small_singular_values_obey_the_bound_of_theorem_5(rate):
    """Their start is no more than ‖P_{W⊥}Ã(0)‖², which the bound has."""
    for _, s in everywhere():
        lengths = small_singular_values(s)
        lengths[:, 0] = columns_off(s)[:, 0]
        assert not s.decay(lengths).violated(rate).any()


def test_the_rate_2_is_approached_and_never_passed():
    tightest = min(s.decay(columns_off(s)).tightest() for _, s in everywhere())
    assert 2 <= tightest < 2.05


def test_the_rate_3_fails():
    _, violations, _ = judged([s.decay(columns_off(s)) for _, s in everywhere()], 3)
    assert violations > 100


@pytest.mark.parametrize("rate", [1, 2])
def test_the_span_of_the_rows_fails(rate):
    """As printed, for k = r, where P_{W⊥}Ãᵀ is defined."""
    decays = [s.decay(norms(s.off(s.found.At.mT, s.right))[:, :-1]) for (_, k, r), s in everywhere() if k == r]
    _, violations, _ = judged(decays, rate)
    assert violations > 100


@pytest.mark.parametrize("rate", [1, 2])
def test_a_K_that_is_only_of_the_end_fails(rate):
    """max_j ‖Ã_j‖² + ε² at time t in place of its maximum up to t."""
    _, violations, _ = judged([s.decay(columns_off(s), s.present) for _, s in everywhere()], rate)
    assert violations > 100
