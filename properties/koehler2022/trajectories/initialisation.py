"""The scale of initialisation (§3.1): it decides how much of Ã is left off the data when ε̃ has come down."""

from dataclasses import replace
from functools import cache

import numpy as np

from properties.koehler2022.trajectories.bounds import Range, judged
from properties.koehler2022.trajectories.recovery import ended, extra
from properties.koehler2022.trajectories.starts import followed, generic
from verify.registry.studies import Evidence, simulated

SCALES = [1 / 16, 1 / 4, 1, 4, 16]
SHAPES = [(3, 1, 2, 1), (4, 2, 2, 1), (4, 2, 3, 1), (4, 3, 3, 2)]
"""(d, k, r, rank of A): with latents to spare, and fewer than d, so that ε̃ comes down from every scale."""

TRAJECTORIES, FLOOR, LIMIT = 30, 1e-2, 1000.0
"""Of each shape, scale and coordinate; where a trajectory ends, and by what time."""


@cache
def left(seed, scale, log_eps):
    """Return the range of the share of ‖P_{W⊥}Ã(0)‖² that is left at the floor, and whether a trajectory comes there.

    The directions of Ã and B̃ at the start, and the data, are those of any other scale.
    """
    shares, down = [], []
    for d, k, r, q in SHAPES:
        start = generic(np.random.default_rng([seed, 3, d, k, r, q]), TRAJECTORIES, d, k, r, q, scale)
        found = followed(start, fractions=np.array([]), log_eps=log_eps, floor=FLOOR, until=LIMIT)
        rest, first = extra(start, found)
        shares.append(np.array(rest)[..., -1] / first[:, 0])
        down.append(ended(found))
    return Range(*np.concatenate(shares, axis=1)), np.concatenate(down)


def table(seed, log_eps):
    """Say of each scale how many trajectories keep more than a hundredth."""
    kept = [f"{(share.high > 1e-2).mean():.0%}" for share, _ in (left(seed, scale, log_eps) for scale in SCALES)]
    return f"in {'log ε' if log_eps else 'ε'} {', '.join(kept)}"


def mostly(share, evidence):
    """Return the evidence for a share of the examples: violations count where there are more than the others."""
    return replace(evidence, violations=evidence.violations * (evidence.violations > (1 - share) * evidence.examples))


def shares(seed):
    """Return the words on how many trajectories keep more than a hundredth, by scale."""
    scales = ", ".join(f"{scale:g}" for scale in SCALES)
    words = f"at scales {scales}, of the trajectories these keep over 1 % of ‖P_W⊥ Ã‖² at ε = {FLOOR}: "
    return Evidence(0, 0, 0, words + "; ".join(table(seed, log_eps) for log_eps in (False, True)))


def kept(seed, scale, log_eps):
    """Return the range of what is left at the floor of the trajectories of one scale; nothing of those not there."""
    share, arrived = left(seed, scale, log_eps)
    return Range(*(np.where(arrived, x, np.nan) for x in share))


def hundredth(seed, log_eps):
    """Return the evidence that nine in ten keep at most a hundredth from small scales, and at least that from large."""
    evidence, limit = Evidence(0, 0, 0), Range(1e-2, 1e-2)
    for scale in SCALES:
        share = kept(seed, scale, log_eps)
        if scale != 1:
            evidence += mostly(0.9, judged(share, limit) if scale < 1 else judged(limit, share))
    return evidence


@simulated(
    "koehler2022/section-3.initialisation-scale",
    r"A\text{ at random},\ \sigma_i(A)\in\{0\}\cup[\tfrac1{10},2],\ 1\le\operatorname{rank}A<r<d\in\{3,4\},\ "
    r"\tilde A_{ij},\tilde B_{ji}\sim\mathcal N(0,1),\ "
    r"\Theta_s'=-\nabla L_1(\Theta_s)\text{ from }(s\tilde A,s\tilde B,1)\text{ in }\tilde\varepsilon\text{ or }"
    r"\log\tilde\varepsilon,\ \rho(s)=\frac{\|P_{W^\perp}\tilde A_s(t)\|_F^2}{\|P_{W^\perp}\tilde A_s(0)\|_F^2}"
    r"\text{ where }\tilde\varepsilon_s(t)=10^{-2}\;\Rightarrow\;"
    r"\Pr\bigl[\rho(s)\le\tfrac1{100}\bigr]\ge\tfrac9{10}\ (s=\tfrac1{16},\tfrac14),\quad"
    r"\Pr\bigl[\rho(s)\ge\tfrac1{100}\bigr]\ge\tfrac9{10}\ (s=4,16)",
    label="§3.1 (initialisation scale)",
    needs=("flow",),
)
def test_share_that_is_left_by_scale(seed):
    """What is seen where §3.1 says, of the bias towards low rank beside that of other models: "unlike those settings,
    initialization scale does not play a major role". That is half a sentence on related work, without quantifiers, and
    is not judged; the statement is ours.

    Trajectories that keep over 1 % of what is off the data where ε̃ = 1/100, for the scales 1/16, 1/4, 1, 4, 16: 0, 4,
    72, 96, 100 % in ε̃, and 0, 0, 8, 93, 99 % in log ε̃ (seed 0). In log ε̃ the bias is there at every scale, given time
    (section-3.recovery.corrected). What does not come down to 1/100 is not judged.
    """
    return hundredth(seed, False) + hundredth(seed, True) + shares(seed)


@simulated(
    "koehler2022/section-3.initialisation-scale.measured",
    r"A\text{ at random},\ \sigma_i(A)\in\{0\}\cup[\tfrac1{10},2],\ 1\le\operatorname{rank}A<r<d\in\{3,4\},\ "
    r"\tilde A_{ij},\tilde B_{ji}\sim\mathcal N(0,1),\ "
    r"\Theta_s'=-\nabla L_1(\Theta_s)\text{ from }(s\tilde A,s\tilde B,1)\text{ in }\tilde\varepsilon\text{ or }"
    r"\log\tilde\varepsilon,\ \rho(s)=\frac{\|P_{W^\perp}\tilde A_s(t)\|_F^2}{\|P_{W^\perp}\tilde A_s(0)\|_F^2}"
    r"\text{ where }\tilde\varepsilon_s(t)=10^{-2}\;\Rightarrow\;"
    r"\Pr\bigl[\rho(16)\ge10\rho(\tfrac1{16})\bigr]\ge\tfrac{19}{20}",
    label="§3.1 (initialisation scale, measured)",
    needs=("flow",),
)
def test_scale_decides_what_is_left_of_normal_starts(seed):
    """Of most starts, not all: at A = 0, Ã = e₁, B̃ = 0, d = 4, ρ(16)/ρ(1/16) goes to 6.3 as ε̃ → 0. Half of the A are
    rotated evenly, the others have zero rows; the four shapes are equally many. Given endless time, the bias towards
    low rank is there at every scale, in log ε̃ (section-3.recovery.corrected); but a squared norm u off the data that is
    not encoded takes a time of u/2 at least to go, and ε̃ is small before that. What does not come down to 1/100 is
    neither certain nor against it.
    """
    evidence = Evidence(0, 0, 0)
    for log_eps in (False, True):
        small, large = (kept(seed, scale, log_eps) for scale in (1 / 16, 16))
        evidence += mostly(0.95, judged(Range(*(10 * x for x in small)), large))
    return evidence + shares(seed)
