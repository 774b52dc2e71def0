"""Where the flow in ε̃ ends more slowly than by the dimensions that are left: a residual that is as slow as ε̃."""

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
class Slow:
    """The point A = ½e₁ ∈ R³, Ã = ae₁, B̃ = be₁ᵀ, with b such that A − ÃB̃A = ratio · ε̃ · e₁."""

    first: Array
    a: Any
    eps: Any
    ratio: Any

    def __post_init__(self) -> None:
        self.A, error = self.first / 2, self.ratio * self.eps
        self.b = (1 - 2 * error) / self.a
        self.At, self.Bt = self.a * self.first, self.b * self.first.mT
        self.in_At, self.in_Bt, self.in_eps = simplified_loss_gradient(self.A, self.At, self.Bt, self.eps)

    def kept(self) -> tuple[Array, ...]:
        """Return the entries of the gradient that are 0, so that Ã and B̃ keep their zeros."""
        return self.in_At[1:], self.in_Bt[0, 1:]

    def opening(self) -> Any:
        """Return (error − ratio · ε̃)'."""
        return (self.in_At @ self.Bt + self.At @ self.in_Bt)[0, 0] / 2 + self.ratio * self.in_eps

    def bounds(self) -> tuple[Any, ...]:
        """Return what is ≥ 0 where −5/2 ≤ (ε̃²)' ≤ −4/9 and |a'| ≤ −(9/2)ε̃'."""
        one = number(1, self.first)
        fall, speed = 2 * self.eps * self.in_eps, one * 9 / 2 * self.in_eps
        return one * 5 / 2 - fall, fall - one * 4 / 9, speed + self.in_At[0, 0], speed - self.in_At[0, 0]


def region(first: Array, s: Any, t: Any, w: Any) -> Iterator[tuple[Slow, int]]:
    """Yield points with ε̃ < 1/64, |a − 1| < 1/14 and a residual of ε̃, of (4/3)ε̃ and of what is between; and which way
    the ratio must move there: up, down, or any.
    """
    one = number(1, first)
    a, eps = 1 + (t - 1) / (t + 1) / 14, s / (1 + s) / 64
    for ratio, way in ((one, 1), (one * 4 / 3, -1), (1 + w / (1 + w) / 3, 0)):
        yield Slow(first, a, eps, ratio), way


def prove_slow_residual() -> None:
    """The rates at every point of the region, as fractions in s, t, w > 0: ε̃ = s/(64(1 + s)), |a − 1| < 1/14.

    Words: where the residual is ε̃ it grows against ε̃, and where it is (4/3)ε̃ it shrinks against it; from a = 1,
    |a'| ≤ −(9/2)ε̃' keeps |a − 1| ≤ (9/2)/64 < 1/14. So the flow stays in the region, and ε̃ = 0 at T ≤ (9/4)ε̃(0)². There
    a, and with it b = (1 − 2‖R‖)/a, has a limit, a_* > 0; and L₁ → −∞, as all but its term (d − 1) log ε̃ is bounded.
    The integral of −4/9 ≥ (ε̃²)' ≥ −5/2 is the rest.
    """
    s, t, w = sympy.symbols("s t w", positive=True)
    for point, way in region(integers([[1], [0], [0]]), s, t, w):
        for entries in point.kept():
            show(vanishes(entries))
        for bound in point.bounds():
            show(is_nonnegative(bound))
        if way:
            show(is_positive(way * point.opening()))


@claim(
    "results/slow-residual",
    r"A=\tfrac12e_1\in\mathbb R^3,\ r=1,\ \tilde A(0)=e_1,\ \tilde B(0)=be_1^T,\ "
    r"\tilde\varepsilon(0)<\tfrac1{64},\ "
    r"\tilde\varepsilon(0)\le\|A-\tilde A(0)\tilde B(0)A\|_F\le\tfrac43\tilde\varepsilon(0)"
    r"\text{ with }b<1,\ \Theta'=-\nabla L_1(\Theta)\;\Rightarrow\;"
    r"\tilde\varepsilon(T)=0\text{ at a }T<\infty,\ L_1\to-\infty,\ \tilde A(t)\to a_*e_1\ne0,\ "
    r"\tfrac49(T-t)\le\tilde\varepsilon(t)^2\le\tfrac52(T-t)\quad\forall t\in[0,T)",
    label="A residual that is as slow as ε̃",
    kind="flow",
    expected="proved",
    proof=prove_slow_residual,
)
def test_a_residual_can_be_as_slow_as_eps(s: Positive, t: Positive, w: Positive):
    """Here d − m = 2, and 2(d − m) = 4. Rates at any point of a region that the flow does not leave: Ã and B̃ keep their
    zeros, ‖A − ÃB̃A‖ remains between ε̃ and (4/3)ε̃, and −5/2 ≤ (ε̃²)' ≤ −4/9.
    """
    for point, way in region(identity(3, 1, s), s, t, w):
        for entries in point.kept():
            equal(entries, 0)
        for bound in point.bounds():
            leq(0, bound)
        if way:
            less(0, way * point.opening())


@claim(
    "results/finite-time",
    r"\Theta'=-\nabla L_1(\Theta),\ \Theta(t)\to(\tilde A_*,\tilde B_*,0),\ L_1(\Theta(t))\to-\infty"
    r"\text{ as }t\to T<\infty,\ m=\#\{j:(\tilde A_*)_j\ne0\}\;\Rightarrow\;"
    r"\frac{\tilde\varepsilon(t)^2}{T-t}\to2(d-m)",
    label="The end of ε̃, conjectured",
    kind="flow",
    expected="refuted",
    universal="results/slow-residual",
)
def test_eps_falls_by_the_dimensions_that_are_left(s: Positive, t: Positive, w: Positive):
    """The residual need not vanish faster than ε̃, and then ε̃² falls more slowly: where B̃A and Ã are small, it is not
    pulled to 0 as fast as ε̃ falls.

    The conjecture holds where it does: results/end-of-eps. The premise is the rates of results/slow-residual; the
    conclusion needs points near the end at which −(ε̃²)' is no less than 2(d − m) = 4, or nearly so: there is none.
    """
    points = list(region(identity(3, 1, s), s, t, w))
    bounds = concatenate([bound[None] for point, _ in points for bound in point.bounds()])
    moves = concatenate([(way * point.opening())[None] for point, way in points if way])
    fall = concatenate([(2 * point.eps * point.in_eps)[None] for point, _ in points])
    implies(leq(0, bounds) & less(0, moves), leq(4, fall))
