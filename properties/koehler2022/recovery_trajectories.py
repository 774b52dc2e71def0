"""Recovery of the span of A along trajectories (§3), in log ε̃ and in ε̃, with too few, enough and spare latents."""

from functools import cache

import numpy as np

from properties.koehler2022.decay import ROUNDING, Range, judged, squared
from properties.koehler2022.starts import FRACTIONS, Starts, data, even, followed, generic, haar, log_uniform, norms
from verify.studies import Evidence, simulated

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
    from verify.flow import End  # noqa: PLC0415  # numba is slow to import

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


def recovered(pairs, constant):
    """Return the evidence for ‖P_{W⊥}Ã(t)‖² ≤ (ε(t)/ε(0))^{constant/(dK)} ‖P_{W⊥}Ã(0)‖²."""
    evidence = Evidence(0, 0, 0)
    for start, found in pairs:
        left, first = extra(start, found)
        eps = Range.around(found.eps[:, 1:], found.error[:, 1:])
        ratio = Range(np.maximum(eps.low, 0) / found.eps[:, :1], eps.high / found.eps[:, :1])
        K = Range.around(found.K[:, 1:], found.K_error[:, 1:])
        bound = power(ratio, [constant / start.A.shape[1] / x for x in K])
        evidence += judged(left, Range(bound.low * first, bound.high * first))
    return evidence


@simulated(
    "koehler2022/section-3.recovery.trajectories",
    r"(\tilde A,\tilde B,\log\tilde\varepsilon)'=-\nabla L_1\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le(\tilde\varepsilon(t)/\tilde\varepsilon(0))^{2/(dK)}"
    r"\|P_{W^\perp}\tilde A(0)\|_F^2",
    label="§3 (recovery, trajectories)",
)
def test_recovery_along_trajectories_in_log_eps(seed):
    """The integrated form of section-3.recovery.corrected, to ε̃ = 1/1000, from starts of order one. Where r < rank A,
    the error is at least Σ_{k>r} σ_k(A)², so that L₁ is bounded below: ε̃ stays up, and the premise is false.
    """
    pairs = generic_flows(seed, True)
    return recovered(pairs, 2) + Evidence(0, 0, 0, shares(pairs))


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
    "koehler2022/section-3.recovery.too-few-latents",
    r"r<\operatorname{rank}A\;\Rightarrow\;\tilde\varepsilon(t)^2\ge"
    r"\min\Bigl(\tilde\varepsilon(0)^2,\tfrac1d\sum_{k>r}\sigma_k^2(A)\Bigr)",
    label="§3 (recovery, r < rank A)",
)
def test_with_too_few_latents_the_loss_does_not_diverge(seed):
    """The premise of recovery fails: with fewer latents than rank A, the error ‖A − ÃB̃A‖² is at least Σ_{k>r} σ_k(A)²,
    and ε̃ε̃' ≥ ‖A − ÃB̃A‖²/ε̃² − d. Along the flows in ε̃ and in log ε̃.
    """
    return held_up(generic_flows(seed, False) + generic_flows(seed, True), 1)


@simulated(
    "koehler2022/section-3.recovery.no-spare-latent",
    r"r=\operatorname{rank}A,\ \Theta'=-\nabla L_1(\Theta),\ \tilde\varepsilon(t)=10^{-3}\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le10^{-2}\|P_{W^\perp}\tilde A(0)\|_F^2",
    label="§3 (recovery, r = rank A)",
)
def test_recovery_without_a_spare_latent(seed):
    """What is left of the printed claim for the flow in ε̃ itself, from starts of order one: in the limit
    A = Ã_*B̃_*A has span Ã_* ⊇ span A, which is all of it if Ã has no more columns. Judged at the ends on ε̃ = 1/1000.
    """
    evidence = Evidence(0, 0, 0)
    for start, found in generic_flows(seed, False):
        if start.At.shape[-1] == start.q[0]:
            left, first = extra(start, found)
            down = ended(found)
            evidence += judged(Range(*(x[down, -1] for x in left)), Range.around(1e-2 * first[down, 0], 0))
    return evidence + Evidence(0, 0, 0, shares(generic_flows(seed, False)))


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
    """Return the evidence for ‖P_{W⊥}Ã(t)‖² ≥ ‖Ã_r(0)‖² − rate·t ≥ 2 where ε = 1/1000, from split starts."""
    evidence, T, ratio, errors = Evidence(0, 0, 0), 0.0, 1.0, 0.0
    for d, k, q in LEFT_OVER:
        start = split(np.random.default_rng([seed, 2, d, k, q]), TRAJECTORIES, d, k, q)
        found = followed(start, fractions=FRACTIONS[:1], floor=FLOOR)
        left, first = extra(start, found)
        ends = Range.around(found.time[:, -1], found.time_error)
        bound = Range(first[:, 0] - rate * ends.high, first[:, 0] - rate * ends.low)
        evidence += judged(bound, Range(*(np.where(ended(found), x[:, -1], -np.inf) for x in left)))
        evidence += judged(Range(2.0, 2.0), bound)
        T, ratio = max(T, ends.high.max()), min(ratio, (left.low[:, -1] / first[:, 0]).min())
        errors = max(errors, reconstruction_error(start, found).max())
    words = f"ε = {FLOOR} by t = {T:.2f}, where ‖A − ÃB̃A‖² ≤ {errors:.1e} and at least {ratio:.0%} of ‖Ã_r‖² is left"
    return evidence + Evidence(0, 0, 0, words)


@simulated(
    "koehler2022/section-3.recovery.left-over.trajectories",
    r"\tilde A_r(0)\perp\tilde A_i(0),\operatorname{span}A\ \forall i<r,\ \tilde B_r(0)A=0,\ \Theta'=-\nabla L_1"
    r",\ \tilde\varepsilon(t)=10^{-3}\;\Rightarrow\;\|P_{W^\perp}\tilde A(t)\|_F^2\ge\|\tilde A_r(0)\|^2-2t\ge2",
    label="§3 (recovery, what is left)",
)
def test_a_spare_latent_is_left_over(seed):
    """The flow in ε̃ fails to recover the span of A ≠ 0 too. One latent neither encodes nor decodes the data; its column
    keeps its direction, with ‖Ã_r‖²' = −2‖Ã_r‖²/(‖Ã_r‖² + ε̃²) ≥ −2. The others, r − 1 = rank A of them, start at
    Ã_iB̃_i of sum P_W, and ε̃(0) = 1, ‖Ã_r(0)‖² ≥ 4. Judged at the ends on ε̃ = 1/1000, which all reach.
    """
    return left_over(seed, 2)
