"""Recovery of the span of A along trajectories (§3), in log ε̃ and in ε̃, with too few, enough and spare latents."""

from dataclasses import replace
from functools import cache

import numpy as np

from properties.koehler2022.trajectories.bounds import ROUNDING, Range, judged, squared
from properties.koehler2022.trajectories.starts import (
    FRACTIONS,
    Starts,
    data,
    even,
    followed,
    generic,
    haar,
    log_uniform,
    norms,
)
from reference.arithmetic import log
from reference.koehler2022 import simplified_loss
from verify.registry.studies import Evidence, simulated

SHAPES = [(d, 2, r, q) for d in (3, 4) for q in (1, 2) for r in (1, 2, 3, 5)]
"""(d, k, r, rank of A)"""

TRAJECTORIES, FLOOR = 48, 1e-3
"""Trajectories of each shape; where ε̃ is so small, they end."""


@cache
def generic_flows(seed, log_eps):
    """Return starts and trajectories, shape by shape."""
    pairs = []
    for d, k, r, q in SHAPES:
        start = generic(np.random.default_rng([seed, d, k, r, q]), TRAJECTORIES, d, k, r, q)
        pairs.append((start, followed(start, log_eps=log_eps, floor=FLOOR, until=20.0)))
    return pairs


def extra(start, found):
    """Return the ranges of ‖P_{W⊥}Ã‖², after t = 0 (n, c), and its initial value (n, 1)."""
    lengths = start.columns_off(found.At)
    first = lengths[:, :1] ** 2
    return squared(lengths[:, 1:], found.error[:, 1:], first), first


def ended(found):
    """Return whether a trajectory came down to the floor: whether its loss is on the way to −∞."""
    from reference.koehler2022.flow import End  # noqa: PLC0415  # numba is slow to import

    return found.end == End.FLOOR


def reconstruction_error(start, found):
    """Return ‖A − ÃB̃A‖_F² at the ends (n)."""
    return norms(start.A - found.At[:, -1] @ found.Bt[:, -1] @ start.A) ** 2


def shares(pairs):
    """Say, for r below, at and above the rank, how many came down to the floor, and how many of these kept much."""
    words = []
    for name, sign in (("r < rank A", -1), ("r = rank A", 0), ("r > rank A", 1)):
        chosen = [(s, f) for s, f in pairs if np.sign(s.At.shape[-1] - s.q[0]) == sign]
        down = np.concatenate([ended(f) for _, f in chosen])
        words.append(f"{name}: {down.mean():.0%} reach ε = {FLOOR}")
        if down.any():
            lengths = np.concatenate([s.columns_off(f.At[:, [0, -1]]) for s, f in chosen])[down]
            words[-1] += f", and {(lengths[:, 1] > lengths[:, 0] / 10).mean():.0%} of these keep over 1 % of ‖P_W⊥ Ã‖²"
    return "; ".join(words)


def power(base, exponent):
    """Return the range of base^exponent, of ranges of positive numbers."""
    corners = [x**y for x in base for y in exponent]
    return Range(np.minimum.reduce(corners), np.maximum.reduce(corners))


def hidden(seed):
    """Yield starts without data, of one short column that is not encoded, and their flows in log ε: the slowest ones.

    As the column is short beside ε, q'/q is nearly −2/ε², and (log ε)' nearly −d; K is nearly ε² at first.
    """
    for d in (2, 3, 4):
        start = generic(np.random.default_rng([seed, 6, d]), TRAJECTORIES, d, 1, 1, 0)
        short = replace(start, At=even(start.At, 1e-2), Bt=0 * start.Bt)
        yield short, followed(short, fractions=np.geomspace(1e-4, 0.97, 10), log_eps=True, floor=FLOOR, until=20.0)


def recovered(pairs, constant):
    """Return the evidence for ‖P_{W⊥}Ã(t)‖² ≤ (ε(t)/ε(0))^{constant/(dK)} ‖P_{W⊥}Ã(0)‖², and the least constant met."""
    evidence, met = Evidence(0, 0, 0), np.inf
    for start, found in pairs:
        left, first = extra(start, found)
        d, eps = start.A.shape[1], Range.around(found.eps[:, 1:], found.error[:, 1:])
        ratio = Range(np.maximum(eps.low, 0) / found.eps[:, :1], eps.high / found.eps[:, :1])
        K = Range.around(found.K[:, 1:], found.K_error[:, 1:])
        bound = power(ratio, [constant / d / x for x in K])
        evidence += judged(left, Range(bound.low * first, bound.high * first))
        falls = (ratio.high < 1) & (left.low > 0)
        logs = (np.log(np.where(falls, x, 0.5)) for x in (left.low / first, ratio.high))
        met = min(met, (d * K.high * np.divide(*logs))[falls].min(initial=np.inf))
    return evidence + Evidence(0, 0, 0, f"tightest constant met: {met:.5g}")


@simulated(
    "koehler2022/section-3.recovery.trajectories",
    r"(\tilde A,\tilde B,\log\tilde\varepsilon)'=-\nabla L_1\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le(\tilde\varepsilon(t)/\tilde\varepsilon(0))^{2/(dK)}"
    r"\|P_{W^\perp}\tilde A(0)\|_F^2",
    label="§3 (recovery, trajectories)",
    rests_on="koehler2022/section-3.recovery.corrected",
    needs=("flow",),
)
def test_recovery_along_trajectories_in_log_eps(seed):
    """What the rates of section-3.recovery.corrected give with one K ≥ ‖Ã_j‖² + ε̃² and δ = d, to ε̃ = 1/1000, from
    starts of order one and from the slowest ones. Where r < rank A, L₁ is bounded below, and ε̃ stays up
    (section-3.recovery.too-few-latents).
    """
    pairs = generic_flows(seed, True)
    return recovered([*pairs, *hidden(seed)], 2) + Evidence(0, 0, 0, shares(pairs))


def held_up(pairs, factor):
    """Return the evidence for ε(t)² ≥ min(ε(0)², factor × Σ_{k>r} σ_k²(A)/d), where r < rank A."""
    evidence, lowest = Evidence(0, 0, 0), np.inf
    for start, found in pairs:
        d, r = start.At.shape[1:]
        if r < start.q[0]:
            missed = (np.linalg.svd(start.A, compute_uv=False)[:, r:] ** 2).sum(-1, keepdims=True) / d
            bound = np.minimum(found.eps[:, :1] ** 2, factor * missed)
            variance = found.eps[:, 1:] ** 2
            evidence += judged(
                Range.around(bound, ROUNDING * bound), squared(found.eps[:, 1:], found.error[:, 1:], variance)
            )
            lowest = min(lowest, (variance / bound).min())
    return evidence + Evidence(0, 0, 0, f"ε² is never less than {lowest:.3f} times the bound")


@simulated(
    "koehler2022/section-3.recovery.too-few-latents.trajectories",
    r"\Theta'=-\nabla L_1(\Theta)\text{ in }\tilde\varepsilon\text{ or }\log\tilde\varepsilon,\ "
    r"r<\operatorname{rank}A\;\Rightarrow\;\tilde\varepsilon(t)^2\ge"
    r"\min\Bigl(\tilde\varepsilon(0)^2,\tfrac1d\sum_{k>r}\sigma_k^2(A)\Bigr)",
    label="§3 (recovery, r < rank A, trajectories)",
    needs=("flow",),
)
def test_trajectories_with_too_few_latents(seed):
    """section-3.recovery.too-few-latents along the flows in ε̃ and in log ε̃."""
    return held_up(generic_flows(seed, False) + generic_flows(seed, True), 1)


def decoding(rng, n):
    """Return starts for A = αe₁, Ã = ae₁ + δe₂, B̃ = e₁ᵀ/a, d = 4: what is off W is so little that hardly any of it
    decays while ε̃ comes down. The first has α = 1/2, a = 3 and δ = 1/100.
    """
    length, size, off = (log_uniform(rng, low, high, (n, 1, 1)) for low, high in ((0.2, 2), (1, 5), (1e-3, 1e-1)))
    length[0], size[0], off[0] = 0.5, 3, 0.01
    U = np.broadcast_to(np.eye(4), (n, 4, 4))
    first, second = U[:, :, :1], U[:, :, 1:2]
    At, Bt = size * first + off * second, first.mT / size
    return Starts(length * first, At, Bt, np.ones(n), U, np.ones((n, 1, 1)), np.full(n, 1))


def without_a_spare_latent(seed):
    """Return starts with r = rank A, and their flows, in ε and in log ε."""
    hard = decoding(np.random.default_rng([seed, 7]), TRAJECTORIES)
    pairs = [x for log_eps in (False, True) for x in generic_flows(seed, log_eps)]
    pairs = [(start, found) for start, found in pairs if start.At.shape[-1] == start.q[0]]
    return pairs + [(hard, followed(hard, log_eps=x, floor=FLOOR, until=20.0)) for x in (False, True)]


def paid_for(pairs, factor):
    """Return the evidence for σ_r(A)²‖P_{W⊥}Ã‖_F² ≤ factor × ε²(L₁(Θ(0)) − d log ε − r/2)‖Ã‖_F² after t = 0."""
    evidence, nearest = Evidence(0, 0, 0), np.inf
    for start, found in pairs:
        d, r = start.At.shape[1:]
        error, sizes = found.error[:, 1:], norms(found.At)[:, 1:]
        smallest = np.linalg.svd(start.A, compute_uv=False)[:, r - 1, None]
        excess = simplified_loss(*start.parameters())[:, None] - r / 2
        prices = [factor * x**2 * (excess - d * log(x)) for x in Range.around(found.eps[:, 1:], error)]
        price, square = Range(np.minimum(*prices), np.maximum(*prices)), squared(sizes, error, sizes**2)
        bound = Range(price.low * square.low, price.high * square.high)
        left = Range(*(smallest**2 * x for x in extra(start, found)[0]))
        evidence += judged(left, bound)
        nearest = min(nearest, (bound.high / left.high).min())
    return evidence + Evidence(0, 0, 0, f"the bound is never less than {nearest:.3g} times what it bounds")


@simulated(
    "koehler2022/section-3.recovery.no-spare-latent.trajectories",
    r"r=\operatorname{rank}A,\ \Theta'=-\nabla L_1(\Theta)\text{ in }\tilde\varepsilon\text{ or }\log\tilde\varepsilon"
    r"\;\Rightarrow\;\sigma_r(A)^2\|P_{W^\perp}\tilde A(t)\|_F^2\le"
    r"2\tilde\varepsilon(t)^2\bigl(L_1(\Theta(0))-d\log\tilde\varepsilon(t)-\tfrac r2\bigr)\|\tilde A(t)\|_F^2",
    label="§3 (recovery, r = rank A, trajectories)",
    rests_on="koehler2022/section-3.recovery.no-spare-latent",
    needs=("flow",),
)
def test_recovery_without_a_spare_latent(seed):
    """section-3.recovery.no-spare-latent along the flow, as L₁ falls: to ε̃ = 1/1000, from starts of order one and from
    some with next to nothing off W. What is left is small beside ‖Ã‖², and need not be beside ‖P_{W⊥}Ã(0)‖².
    """
    pairs = without_a_spare_latent(seed)
    hard, found = pairs[-2]
    kept = (hard.columns_off(found.At[:, [0, -1]]) ** 2)[ended(found)]
    most = f"where hardly anything is off W at first, up to {(kept[:, 1] / kept[:, 0]).max():.0%} of it is left"
    words = f"{most}; from starts of order one, in ε, {shares(generic_flows(seed, False))}"
    return paid_for(pairs, 2) + Evidence(0, 0, 0, words)


LEFT_OVER = [(3, 1, 1), (3, 2, 1), (4, 2, 1), (4, 2, 2), (4, 3, 2), (5, 3, 3)]
"""(d, k, rank of A), with d > rank A + 1: as many columns of Ã as that may stay (Theorem 3)."""


def split(rng, n, d, k, q):
    """Return starts that reconstruct the data with r − 1 = rank A latents; the last column of Ã is off W, unencoded.

    It has a squared norm of 4 to 16. As B̃_rA = 0 and Ã_r is orthogonal to the residual, B̃_rA remains 0.
    """
    ranks = np.full(n, q)
    A, U, right = data(rng, n, d, k, ranks, log_uniform(rng, 0.5, 2, (n, 1, 1)))
    W, rest = U[:, :, :q], U[:, :, q:]
    decoder = haar(rng, n, q) * rng.uniform(0.5, 2, (n, 1, q))
    spare = rest @ even(rng.normal(size=(n, d - q, 1)), rng.uniform(2, 4, (n, 1, 1)))
    Bt = np.concatenate([np.linalg.inv(decoder) @ W.mT, np.zeros((n, 1, d))], axis=1)
    return Starts(A, np.concatenate([W @ decoder, spare], axis=2), Bt, np.ones(n), U, right, ranks)


def left_over(seed, rate):
    """Return the evidence for ‖P_{W⊥}Ã(t)‖² ≥ max(‖Ã_r(0)‖² − rate·t, 2) where ε = 1/1000, from split starts."""
    evidence, T, ratio, errors = Evidence(0, 0, 0), 0.0, 1.0, 0.0
    for d, k, q in LEFT_OVER:
        start = split(np.random.default_rng([seed, 2, d, k, q]), TRAJECTORIES, d, k, q)
        found = followed(start, fractions=FRACTIONS[:1], floor=FLOOR)
        left, first = extra(start, found)
        ends = Range.around(found.time[:, -1], found.time_error)
        bound = Range(*(np.maximum(first[:, 0] - rate * t, 2) for t in (ends.high, ends.low)))
        evidence += judged(bound, Range(*(np.where(ended(found), x[:, -1], -np.inf) for x in left)))
        T, ratio = max(T, ends.high.max()), min(ratio, (left.low[:, -1] / first[:, 0]).min())
        errors = max(errors, reconstruction_error(start, found).max())
    words = f"ε = {FLOOR} by t = {T:.2f}, where ‖A − ÃB̃A‖² ≤ {errors:.1e} and at least {ratio:.0%} of ‖Ã_r‖² is left"
    return evidence + Evidence(0, 0, 0, words)


@simulated(
    "koehler2022/section-3.recovery.left-over.trajectories",
    r"\Theta'=-\nabla L_1,\ \tilde\varepsilon(0)=1,\ r=\operatorname{rank}A+1<d,\ "
    r"\sigma_i(A)\in\{0\}\cup[\tfrac1{10},2],\ \tilde A_i(0)\,(i<r)\in W=\operatorname{colspan}(A)"
    r"\text{ orthogonal, of norms }\tfrac12\text{ to }2,\text{ and }\sum_{i<r}\tilde A_i(0)\tilde B_i(0)=P_W,\ "
    r"\tilde A_r(0)\perp W,\ \|\tilde A_r(0)\|^2\ge4,\ \tilde B_r(0)=0,\ \tilde\varepsilon(t)=10^{-3}"
    r"\;\Rightarrow\;\|P_{W^\perp}\tilde A(t)\|_F^2\ge\max(\|\tilde A_r(0)\|^2-2t,2)",
    label="§3 (recovery, what is left, trajectories)",
    needs=("flow",),
)
def test_a_spare_latent_is_left_over(seed):
    """The flow in ε̃ fails to recover the span of A ≠ 0 too. One latent neither encodes nor decodes the data; its column
    keeps its direction, with ‖Ã_r‖²' = −2‖Ã_r‖²/(‖Ã_r‖² + ε̃²) ≥ −2. The others reconstruct the data at first. Judged at
    the ends on ε̃ = 1/1000, which all reach.
    """
    return left_over(seed, 2)
