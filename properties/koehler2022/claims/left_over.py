"""The flow in ε̃ need not recover the subspace of the data (§3): a column of Ã that is left over where it ends.

"If gradient descent converges to a point while driving the loss to −∞, then it successfully recovers the ground truth
subspace span A." Theorem 1 gives span A ⊆ span Ã, as A = ÃB̃A in the limit. Theorem 2 gives the converse after an
infinite time; the flow in ε̃ has a finite one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reference.arithmetic import concatenate, identity, number
from reference.arithmetic.deferred import sympy
from reference.koehler2022 import simplified_loss_gradient
from reference.shapes import Array
from verify import Positive, claim, equal, implies, leq, less
from verify.proving import integers, is_nonnegative, is_positive, show, vanishes


@dataclass
class Spare:
    """The point A = 2e₁, Ã = [ae₁ ce₂], B̃ = [be₁ 0]ᵀ for d = 3, r = 2, with a such that A − ÃB̃A = ratio · ε̃ · e₁."""

    axes: Array
    b: Any
    c: Any
    eps: Any
    ratio: Any

    def __post_init__(self) -> None:
        first, second = self.axes[:, :1], self.axes[:, 1:2]
        self.error = self.ratio * self.eps
        self.A, self.a = 2 * first, (1 - self.error / 2) / self.b
        self.At = concatenate([self.a * first, self.c * second], axis=1)
        self.Bt = concatenate([self.b * first, 0 * first], axis=1).mT
        self.in_At, self.in_Bt, self.in_eps = simplified_loss_gradient(self.A, self.At, self.Bt, self.eps)

    def kept(self) -> tuple[Array, ...]:
        """Return the entries of the gradient that are 0, so that Ã and B̃ keep their zeros."""
        return self.in_At[1:, 0], self.in_At[0, 1], self.in_At[2, 1], self.in_Bt[0, 1:], self.in_Bt[1]

    def bounds(self) -> tuple[Any, Any]:
        """Return what is ≥ 0 where (ε̃²)' ≤ −3/2 and (c²)' ≥ −2."""
        return 2 * self.eps * self.in_eps - number(3, self.axes) / 2, 2 - 2 * self.c * self.in_At[1, 1]

    def closing(self) -> Any:
        """Return −(error²)' + ratio²(ε̃²)': the rate at which |error| falls below |ratio|ε̃."""
        error_speed = ((self.in_At @ self.Bt + self.At @ self.in_Bt) @ self.A)[0, 0]
        return -2 * self.error * (error_speed + self.ratio * self.in_eps)


def edges_and_inside(axes: Array, b: Any, c: Any, s: Any, t: Any) -> Iterator[tuple[Spare, bool]]:
    """Yield points with ‖A − ÃB̃A‖ = ε̃/2, of both signs, and one with less, with ε̃ < 1/16; and whether it is an edge."""
    half = number(1, axes) / 2
    for ratio, edge in ((half, True), (-half, True), ((t - 1) / (t + 1) / 2, False)):
        yield Spare(axes, b, c, s / (1 + s) / 16, ratio), edge


def prove_left_over() -> None:
    """The rates at every point of the region, as fractions in b, c, s, t > 0 with ε̃ = s/(16(1 + s)).

    For the edges, −(error²)' + (ε̃²)'/4 exceeds (b² − 1)²/(b⁴(a² + ε̃²)) ≥ 0. Words: so no flow leaves the region, ε̃ = 0
    by T ≤ ε̃(0)²/(3/2) ≤ 1/384, and (c²)' ≥ −2 leaves c² − 2T. As a' and b' are at most of the order of 1/ε̃, which is
    integrable where (ε̃²)' ≤ −3/2, Ã and B̃ converge.
    """
    b, c, s, t = sympy.symbols("b c s t", positive=True)
    axes = integers([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    for point, edge in edges_and_inside(axes, b, c, s, t):
        for entries in point.kept():
            show(vanishes(entries))
        for bound in point.bounds():
            show(is_nonnegative(bound))
        if edge:
            square = (b**2 - 1) ** 2 / (b**4 * (point.a**2 + point.eps**2))
            show(is_positive(point.closing() - square))


@claim(
    "koehler2022/section-3.recovery",
    r"\Theta'=-\nabla L_1(\Theta),\ \Theta(t)\to(\tilde A_*,\tilde B_*,\tilde\varepsilon_*)\text{ and }"
    r"L_1(\Theta(t))\to-\infty\text{ as }t\to T\le\infty"
    r"\;\Rightarrow\;\operatorname{span}\tilde A_*=\operatorname{span}A",
    label="§3 (recovery)",
    kind="flow",
    expected="refuted",
    reading="of a flow that may end at a finite T: the sentence does not say how long it goes on",
    universal="koehler2022/section-3.recovery.left-over",
    rests_on=("koehler2022/theorem-3.necessary-1", "koehler2022/theorem-5.row-span"),
)
def test_flow_that_drives_the_loss_down_recovers_the_span(b: Positive, c: Positive, s: Positive, t: Positive):
    """False of the flow in ε̃, which can end at a finite T, where ε̃(T) = 0 and beyond which it is not defined, with
    columns of Ã(T) off the data; nothing is said of descent here.

    Before Theorem 2 the paper asks that "(1) the gradient flow continues to exist". This one does, at every t < T; it
    converges, and L₁ → −∞, as the sentence asks, but e^{−T/K} is no less than 1 − T/K. Of flows that go on for ever the
    sentence is true: section-3.recovery.for-ever. But there are none unless a latent stays encoded while its column
    vanishes: results/finite-end.

    The premise is the rates of section-3.recovery.left-over, which proves them, at the start and around it; the
    conclusion, span Ã_* = span A, is that nothing is left of c² ≥ c(0)² − 1/192.
    """
    points = list(edges_and_inside(identity(3, 3, b), b, c, s, t))
    bounds = concatenate([bound[None] for point, _ in points for bound in point.bounds()])
    closing = concatenate([point.closing()[None] for point, edge in points if edge])
    implies(leq(0, bounds) & less(0, closing), leq(c**2, number(1, b) / 192))


@claim(
    "koehler2022/section-3.recovery.left-over",
    r"A=2e_1\in\mathbb R^3,\ \tilde A=[ae_1\ ce_2],\ \tilde B=[be_1\ 0]^T,\ ab>0,\ "
    r"\|A-\tilde A\tilde BA\|_F\le\tfrac{\tilde\varepsilon}2\le\tfrac1{32}\text{ at }t=0,\ \Theta'=-\nabla L_1(\Theta)"
    r"\;\Rightarrow\;\tilde\varepsilon(T)=0\text{ at a }T\le\tfrac1{384},\ "
    r"\|P_{W^\perp}\tilde A(T)\|_F^2\ge c^2-\tfrac1{192}",
    label="§3 (recovery, what is left)",
    kind="flow",
    expected="proved",
    proof=prove_left_over,
)
def test_a_spare_latent_is_left_over_where_eps_vanishes(b: Positive, c: Positive, s: Positive, t: Positive):
    """The flow in ε̃ does not recover the span of A ≠ 0: L₁ → −∞, and Ã has rank 2 in the limit if c² > 1/192.

    Rates at any of these points, which the flow does not leave: Ã and B̃ keep their zeros; where ‖A − ÃB̃A‖ = ε̃/2, of
    both signs, its ratio to ε̃ shrinks; where it is no more, (ε̃²)' ≤ −3/2 and (c²)' ≥ −2.
    """
    for point, edge in edges_and_inside(identity(3, 3, b), b, c, s, t):
        for entries in point.kept():
            equal(entries, 0)
        for bound in point.bounds():
            leq(0, bound)
        if edge:
            less(0, point.closing())
