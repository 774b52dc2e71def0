"""App. C, the proof of Proposition 2: eqs. (20) to (22), (27), (28), (33) and (35)."""

from functools import reduce

from properties.dai2020.proofs.quadratic_bounds import (
    prove_bound_at_the_evaluation_point,
    prove_bound_minima,
    prove_reduced_cost,
    prove_reduced_slope,
    prove_refined_bound,
)
from reference.arithmetic import absolute, greater, log, maximum, where
from reference.dai2020.bounds import (
    bound_term,
    interpolation,
    interpolation_coefficients,
    misfit,
    optimal_moments,
    reduced_cost,
    reduced_slope,
    scaled_cost,
    upper_bound,
)
from verify import NonNegative, Positive, PositiveVector, Scalar, Vector, assume, claim, corner, equal, leq, less

# --- a family of functions f(u, v) that eq. (20) speaks of ----------------------------------------------------------


class Example:
    """f(u, v) = Σ [½a u² + ½b v² − ½s max(0, t − v)²] + ½c max(0, h·u + w·v + o)², with b, s, c and w ≥ 0.

    It does not decrease in v ≥ 0. Its gradient is that of a sum whose first part has second derivatives a, b and b − s
    and whose second part has Hessians c(h, w)(h, w)ᵀ or 0: it is L-Lipschitz with
    L = max(|a|, b, s) + c(‖h‖² + ‖w‖²), jointly in (u, v).
    """

    def __init__(self, a, b, s, t, h, w, c, o):
        self.a, self.b, self.s, self.t, self.h, self.w, self.c, self.o = a, b, s, t, h, w, c, o
        separable = reduce(maximum, [*absolute(a), *b, *s])
        self.lip = separable + c * ((h**2).sum() + (w**2).sum())

    def ramp(self, u, v):
        return maximum((self.h * u).sum() + (self.w * v).sum() + self.o, 0)

    def value(self, u, v):
        short = maximum(self.t - v, 0)
        return (self.a * u**2 + self.b * v**2 - self.s * short**2).sum() / 2 + self.c * self.ramp(u, v) ** 2 / 2

    def gradient(self, u, v):
        rise = self.c * self.ramp(u, v)
        return self.a * u + rise * self.h, self.b * v + self.s * maximum(self.t - v, 0) + rise * self.w


@claim(
    "dai2020/eq-20",
    r"\nabla_vf\ge0,\ \nabla f\ L\text{-Lipschitz}\;\Rightarrow\;"
    r"f(u,v)\le f(\tilde u,\tilde v)+(u-\tilde u)^T\nabla_uf(\tilde u,\tilde v)+\tfrac L2\|u-\tilde u\|^2"
    r"+\sum_jg(v_j,\tilde v_j,\nabla_{v_j}f(\tilde u,\tilde v))\quad\forall v\ge0",
    label="eqs. (20)–(22)",
    kind="inequality",
    expected="proved",
    proof=prove_refined_bound,
)
def test_monotone_functions_stay_below_the_refined_bound(
    a: Vector["k", {"k": (1, 2)}],
    b: Vector["k"],
    s: Vector["k"],
    t: Vector["k"],
    h: Vector["k"],
    w: Vector["k"],
    c: NonNegative,
    o: Scalar,
    u: Vector["k"],
    v: Vector["k"],
    u0: Vector["k"],
    v0: Vector["k"],
):
    """At any v, at the edge ṽ − δ/L of g's flat part, inside it, and at v = 0; equality at (ũ, ṽ), and at all v ≥ 0 for
    f = (L/2)(‖u‖² + ‖v‖²). f may be constant in some v_j, so that δ_j = 0, and ṽ_j may be 0: b, s, t, w, v and ṽ are
    squares of what is drawn. That the example is monotone and its gradient L-Lipschitz is stated too.

    The argument: where v_j is below the edge, raising it to the edge can only raise f, and there the quadratic bound
    (19) is −δ²/(2L).
    """
    f = Example(a, b**2, s**2, t**2, h, w**2, c, o)
    assume(less(0, f.lip))
    attack_bound(f, u, v**2, u0, v0**2)


def attack_bound(f, u, v, u0, v0):
    """State the bound of f around (u0, v0), where it is an equality, and what is assumed of f."""
    value, (in_u, in_v) = f.value(u0, v0), f.gradient(u0, v0)
    leq(0, in_v)
    edge = maximum(v0 - in_v / f.lip, 0)
    for point in (v, edge, edge / 2, 0 * v, edge * v / (1 + v)):
        leq(f.value(u, point), upper_bound(value, in_u, in_v, u, point, u0, v0, f.lip))
        leq(f.value(u0, point), upper_bound(value, in_u, in_v, u0, point, u0, v0, f.lip))
    equal(upper_bound(value, in_u, in_v, u0, v0, u0, v0, f.lip), value)
    for point in (v, 0 * v):
        before, after = (f.lip / 2 * ((x**2).sum() + (y**2).sum()) for x, y in ((u0, v0), (u, point)))
        equal(upper_bound(before, f.lip * u0, f.lip * v0, u, point, u0, v0, f.lip), after)
    du, dv = f.gradient(u, v)
    moved = ((u - u0) ** 2).sum() + ((v - v0) ** 2).sum()
    leq(((du - in_u) ** 2).sum() + ((dv - in_v) ** 2).sum(), f.lip**2 * moved)


def slopes(slope, v0, lip):
    """Return δ itself, the δ = Lṽ at which eqs. (22) and (26) change branch, and δ on both sides of it."""
    edge = lip * v0
    return slope, edge, edge + slope, edge / (1 + slope), 0 * edge


def attack_minima(v, v0, slope, lip):
    """State eq. (27) at v, ṽ > 0: also at v = ṽ, at the edge ṽ − δ/L and beside it."""
    for delta in slopes(slope, v0, lip):
        least = bound_term(0 * v0, v0, delta, lip)
        equal(interpolation(0 * v0, v0, delta, lip), least)
        edge = maximum(v0 - delta / lip, 0)
        for point in (v, v0, edge, edge / (1 + v), edge + v):
            leq(least, bound_term(point, v0, delta, lip))
            leq(least, interpolation(point, v0, delta, lip))


def attack_evaluation_point(v0, slope, lip):
    """State eq. (28) at ṽ > 0, in both branches of eq. (26) and where they meet."""
    for delta in slopes(slope, v0, lip):
        equal(bound_term(v0, v0, delta, lip), 0)
        equal(interpolation(v0, v0, delta, lip), 0)


def where_defined(v0):
    """State that eq. (26) has a value at ṽ, by which it divides; return ṽ, or another where it has none."""
    corner(equal(v0, 0))
    less(0, v0)
    return where(greater(v0, 0), v0, 1 + v0)


@claim(
    "dai2020/eq-27",
    r"\min_{v\ge0}g^{appr}(v,\tilde v,\delta)=g^{appr}(0,\tilde v,\delta)=\min_{v\ge0}g(v,\tilde v,\delta)"
    r"=g(0,\tilde v,\delta)\quad\forall\tilde v>0",
    label="eq. (27)",
    kind="optimality",
    expected="proved",
    proof=prove_bound_minima,
)
def test_both_bounds_are_least_at_zero(v: NonNegative, v0: Positive, slope: NonNegative, lip: Positive):
    """Over v ≥ 0, where the definitions (22) and (26) are finite: (26) divides by ṽ."""
    attack_minima(v, v0, slope, lip)


@claim(
    "dai2020/eq-28",
    r"g^{appr}(\tilde v,\tilde v,\delta)=g(\tilde v,\tilde v,\delta)=0\quad\forall\tilde v\ge0",
    label="eq. (28)",
    expected="refuted",
    corner="ṽ = 0",
)
def test_both_bounds_vanish_at_the_evaluation_point(v0: NonNegative, slope: NonNegative, lip: Positive):
    """Without a value at ṽ = 0, which "{v, ṽ, δ} ≥ 0" admits: eq. (26) divides by ṽ.

    Stated is that ṽ is positive, and for ṽ > 0 what eq-28.corrected states.
    """
    attack_evaluation_point(where_defined(v0), slope, lip)


@claim(
    "dai2020/eq-28.corrected",
    r"g^{appr}(\tilde v,\tilde v,\delta)=g(\tilde v,\tilde v,\delta)=0\quad\forall\tilde v>0",
    label="eq. (28)",
    expected="proved",
    proof=prove_bound_at_the_evaluation_point,
    corrects="dai2020/eq-28",
)
def test_both_bounds_vanish_at_positive_evaluation_points(v0: Positive, slope: NonNegative, lip: Positive):
    """In both branches of eq. (26) and where they meet."""
    attack_evaluation_point(v0, slope, lip)


@claim(
    "dai2020/eq-33",
    r"\min_{m,s}h^{appr}(m,s,w)=\sum_j\frac{y_j}{\gamma+\beta w^2}+\log(\gamma+c_jw^2)+\text{terms without }w,\quad"
    r"\beta=\tfrac L2,\ y_j=\tfrac L2\left(\tilde w\tilde m_j-\tfrac1L\nabla_{u_j}f\right)^2",
    label="eqs. (32), (33)",
    kind="optimality",
    expected="proved",
    proof=prove_reduced_cost,
)
def test_least_scaled_cost(
    means: Vector["k", {"k": (1, 3)}],
    s: PositiveVector["k"],
    u0: Vector["k"],
    in_u: Vector["k"],
    v0: PositiveVector["k"],
    slope: Vector["k"],
    lip: Positive,
    gamma: Positive,
    t: NonNegative,
):
    """w = t/(1 + t) and 0 and 1; the terms without w are Σ_j (1 − log γ − y_j/γ). c_j is the coefficient of eq. (26)
    at δ_j = ``slope``²: 0 where δ_j is. Against any (m, s) and those near the minimiser.
    """
    c, y, k = interpolation_coefficients(v0, slope**2, lip)[1], misfit(u0, in_u, lip), len(means)
    for w in (t / (1 + t), 0 * t, 1 + 0 * t):
        m, variances = optimal_moments(w, u0, in_u, c, lip, gamma)
        least = scaled_cost(w, m, variances, u0, in_u, c, lip, gamma)
        equal(least, reduced_cost(w, y, c, lip, gamma) + k * (1 - log(gamma)) - y.sum() / gamma)
        leq(least, scaled_cost(w, means, s**2, u0, in_u, c, lip, gamma))
        leq(least, scaled_cost(w, m + means / 2**10, variances * (1 + s / 2**10), u0, in_u, c, lip, gamma))


@claim(
    "dai2020/eq-35",
    r"0\le y_j\le Y,\ c_j>0\;\Rightarrow\;\exists\gamma'\ \forall\gamma\ge\gamma'\ \forall w\in[0,1]:\quad"
    r"\nabla_{w^2}h^{appr}(w)=\sum_j\left(\frac{-\beta y_j}{(\gamma+\beta w^2)^2}+\frac{c_j}{\gamma+c_jw^2}\right)>0",
    label="eq. (35)",
    kind="inequality",
    expected="proved",
    proof=prove_reduced_slope,
    rests_on="dai2020/eq-33",
)
def test_reduced_cost_increases_for_large_decoder_variances(
    root: Vector["k", {"k": (1, 3)}],
    c: PositiveVector["k"],
    lip: Positive,
    more: NonNegative,
    t: NonNegative,
):
    """γ' = max_j(βy_j/c_j + c_j) will do, finite for bounded y_j ≥ 0 and c_j > 0. w is t/(1 + t), 0 and 1."""
    y = root**2
    threshold = reduce(maximum, lip / 2 * y / c + c)
    for gamma in (threshold, threshold + more):
        for w in (t / (1 + t), 0 * t, 1 + 0 * t):
            less(0, reduced_slope(w, y, c, lip, gamma))
