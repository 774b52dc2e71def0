"""The Gaussian tail: Lemma 3, and the two tails (b) and (c) of App. B.1 that it bounds."""

from properties.dai2020.proofs.soft_threshold import prove_exact_tail_c, prove_tail_bound, prove_upper_moments
from reference.arithmetic import exp, pi, sqrt
from reference.dai2020 import soft_threshold_moments
from reference.gaussian import upper_moments, upper_tail
from reference.shapes import Array
from verify import Positive, assume, claim, equal, leq, less

# --- Lemma 3 --------------------------------------------------------------------------------------------------------


@claim(
    "dai2020/lemma-3.tail",
    r"1-\Phi(A)\le e^{-A^2/2}",
    label="Lemma 3, eq. (11)",
    kind="inequality",
    expected="proved",
    proof=prove_tail_bound,
)
def test_gaussian_tail_is_below_the_exponential(A: Positive):
    """For A > 0; the proof shows the sharpened bound."""
    leq(upper_tail(A), exp(-(A**2) / 2))


@claim(
    "dai2020/lemma-3.tail.sharpened",
    r"1-\Phi(A)\le\tfrac12e^{-A^2/2}",
    label="Lemma 3, eq. (11)",
    kind="inequality",
    expected="proved",
    proof=prove_tail_bound,
    sharpens="dai2020/lemma-3.tail",
)
def test_gaussian_tail_is_below_half_the_exponential(A: Positive):
    """No smaller constant does: 1 − Φ(A) ≥ ½ − A/2 (stated), while e^{−A²/2} ≤ 1, so that the ratio tends to ½."""
    leq(upper_tail(A), exp(-(A**2) / 2) / 2)
    leq((1 - A) / 2, upper_tail(A))


def attack_moment(k: int, A: Array, step: Array) -> None:
    """State a^k P(a < ε ≤ b) ≤ E[ε^k 1{a < ε ≤ b}] ≤ b^k P(a < ε ≤ b) of the closed forms, a = A, b = A + step.

    For every a and b this is an exact characterisation: sums of it over finer and finer partitions enclose the
    integral between a and b alone. And the closed form vanishes at infinity: it is at most (A^k + 2)e^{−A²/2}.
    """
    b = A + step
    low, high = upper_moments(A), upper_moments(b)
    inside = low[0] - high[0]
    leq(A**k * inside, low[k] - high[k])
    leq(low[k] - high[k], b**k * inside)
    less(0, low[k])
    leq(low[k], (A**k + 2) * exp(-(A**2) / 2))


@claim(
    "dai2020/lemma-3.first-moment",
    r"\mathbb E[\epsilon\mathbf 1_{\{\epsilon>A\}}]=\phi(A)",
    label="Lemma 3, eq. (12)",
    expected="proved",
    proof=prove_upper_moments,
)
def test_first_moment_above_a_threshold(A: Positive, step: Positive):
    """For A > 0, as the lemma says."""
    attack_moment(1, A, step)


@claim(
    "dai2020/lemma-3.second-moment",
    r"\mathbb E[\epsilon^2\mathbf 1_{\{\epsilon>A\}}]=1-\Phi(A)+A\phi(A)",
    label="Lemma 3, eq. (13)",
    expected="proved",
    proof=prove_upper_moments,
)
def test_second_moment_above_a_threshold(A: Positive, step: Positive):
    """For A > 0, as the lemma says."""
    attack_moment(2, A, step)


# --- the tails of App. B.1 ------------------------------------------------------------------------------------------


def probability_inside(alpha: Array, delta: Array) -> Array:
    """Return (b) = P(|x| < α) for x = (α + 1)(1 + δε): −ε lies between 1/s and (2α + 1)/s, s = (α + 1)δ."""
    s = (alpha + 1) * delta
    return upper_tail(1 / s) - upper_tail((2 * alpha + 1) / s)


def decay(s: Array) -> Array:
    """Return e^{−1/(2s²)}."""
    return exp(-1 / (2 * s**2))


@claim(
    "dai2020/appendix-b1.tail-b",
    r"\mathbb P(|x|<\alpha)<\mathbb P(x<\alpha)\le\exp\Big(-\frac1{2[(\alpha+1)\delta]^2}\Big)",
    label="App. B.1 (b)",
    kind="inequality",
    expected="proved",
    proof=prove_tail_bound,
    rests_on="dai2020/lemma-3.tail",
)
def test_probability_of_the_dead_zone(alpha: Positive, delta: Positive):
    """For x = (α + 1)(1 + δε), x < α means −ε > 1/s with s = (α + 1)δ, and Lemma 3 bounds its probability. That of
    |x| < α is all but that of π_α'(x) = 1 (stated).
    """
    s = (alpha + 1) * delta
    equal(probability_inside(alpha, delta) + soft_threshold_moments(alpha + 1, s, alpha).passed, 1)
    less(probability_inside(alpha, delta), upper_tail(1 / s))
    leq(upper_tail(1 / s), decay(s))


@claim(
    "dai2020/appendix-b1.tail-b.sharpened",
    r"\mathbb P(|x|<\alpha)<\tfrac12\exp\Big(-\frac1{2[(\alpha+1)\delta]^2}\Big)",
    label="App. B.1 (b)",
    kind="inequality",
    expected="proved",
    proof=prove_tail_bound,
    sharpens="dai2020/appendix-b1.tail-b",
    rests_on="dai2020/lemma-3.tail.sharpened",
)
def test_probability_of_the_dead_zone_is_below_one_half(alpha: Positive, delta: Positive, t: Positive):
    """No smaller constant does, over all α and δ: at α = 1/t² and δ = t, P(|x| < α) ≥ ½ − t/2 − ½e^{−1/(2t²)}
    (stated), so that it tends to ½ as t → 0.
    """
    less(probability_inside(alpha, delta), decay((alpha + 1) * delta) / 2)
    leq((1 - t - decay(t)) / 2, probability_inside(1 / t**2, t))


def square_below(alpha: Array, delta: Array) -> Array:
    """Return (c) = E[(1 − x − α)² 1{x < −α}]: 1 − x − α = −2α − sε there, −ε > B = (2α + 1)/s, s = (α + 1)δ."""
    s = (alpha + 1) * delta
    tail, first, second = upper_moments((2 * alpha + 1) / s)
    return 4 * alpha**2 * tail - 4 * alpha * s * first + s**2 * second


@claim(
    "dai2020/appendix-b1.tail-c",
    r"\delta<\tfrac1{\alpha+1}:\ \mathbb E_\varepsilon\big((1-x-\alpha)^2\mathbf 1_{\{x<-\alpha\}}\big)"
    r"<\Big\{4\alpha^2+((\alpha+1)\delta)^2\Big[1+\frac1{\sqrt{2\pi}}\Big]\Big\}"
    r"\exp\Big(-\frac1{2[(\alpha+1)\delta]^2}\Big)",
    label="App. B.1 (c)",
    kind="inequality",
    expected="refuted",
    rests_on=("dai2020/lemma-3.tail", "dai2020/lemma-3.first-moment", "dai2020/lemma-3.second-moment"),
)
def test_square_below_the_dead_zone(alpha: Positive, delta: Positive):
    """False for small α and δ: the last step of the proof is Aφ(A) ≤ e^{−A²/2}/√(2π) at A = 1/((α + 1)δ) > 1."""
    s = (alpha + 1) * delta
    assume(less(s, 1))
    less(square_below(alpha, delta), (4 * alpha**2 + s**2 * (1 + 1 / sqrt(2 * pi(s)))) * decay(s))


@claim(
    "dai2020/appendix-b1.tail-c.corrected",
    r"\delta<\tfrac1{\alpha+1}:\ \mathbb E_\varepsilon\big((1-x-\alpha)^2\mathbf 1_{\{x<-\alpha\}}\big)"
    r"<\Big\{4\alpha^2+((\alpha+1)\delta)^2\Big[1+\frac1{\sqrt{2\pi}(\alpha+1)\delta}\Big]\Big\}"
    r"\exp\Big(-\frac1{2[(\alpha+1)\delta]^2}\Big)",
    label="App. B.1 (c)",
    kind="inequality",
    expected="proved",
    proof=prove_exact_tail_c,
    corrects="dai2020/appendix-b1.tail-c",
    rests_on=("dai2020/lemma-3.tail", "dai2020/lemma-3.first-moment", "dai2020/lemma-3.second-moment"),
)
def test_square_below_the_dead_zone_with_the_threshold(alpha: Positive, t: Positive):
    """With s = (α + 1)δ = t/(1 + t) and B = (2α + 1)/s: (c) = (4α² + s²)(1 − Φ(B)) + s(1 − 2α)φ(B) (stated), where
    1 − Φ(B) and √(2π)φ(B) are below e^{−1/(2s²)}. Its limit along the proof's own steps; δ only has to be positive.
    """
    s = t / (1 + t)
    delta = s / (alpha + 1)
    tail, edge, _ = upper_moments((2 * alpha + 1) / s)
    equal(square_below(alpha, delta), (4 * alpha**2 + s**2) * tail + s * (1 - 2 * alpha) * edge)
    less(square_below(alpha, delta), (4 * alpha**2 + s**2 + s / sqrt(2 * pi(s))) * decay(s))
