"""SymPy proofs of Proposition 2: the reference formulas run on symbols."""

from reference.arithmetic.deferred import sympy
from reference.dai2020.collapse import collapse_threshold, least_affine_cost, spread, trivial_cost
from reference.dai2020.network import energy
from reference.gaussian import kl_divergence
from verify.proving import is_nonnegative, is_positive, once, scalar, show, symbols, vanishes, vector


@once
def prove_costs_differ() -> None:
    """The cost of errors R_i less that of the trivial solution is the mean of (R_i − ‖x_i − x̄‖²)/γ + 2 KL_i.

    Two data points, coordinates and latents stand for any number, as all are sums over them.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    X, errors = symbols("x", 2, 2), symbols("R", 2, positive=True)
    means, deviations = symbols("m", 2, 2), symbols("s", 2, 2, positive=True)
    gap = energy(errors, means, deviations, GAMMA, 2) - trivial_cost(X, 2, GAMMA)
    divergences = sum(scalar(kl_divergence(means[i], deviations[i] ** 2, sympy.Integer(1))) for i in (0, 1))
    show(vanishes(gap - (errors - spread(X)).sum() / (2 * GAMMA) - divergences))


@once
def prove_hoeffding() -> None:
    """E e^a < e^{(β − α)²/8} for a in [α, β] of mean 0, α < 0 < β.

    The exponential is convex, so that with h = β − α and p = −α/h the left side is at most that of the law on α and β
    alone: e^{L(h)}, L(h) = −ph + log(1 − p + peʰ). L and L' are 0 at h = 0, and L'' = ¼ − (θ − ½)² for a θ that
    increases with h: it is at most ¼, and ¼ at one h alone. So L(h) < h²/8.
    """
    p, q, h = sympy.symbols("p q h", positive=True)  # q = 1 − p > 0
    weight = p * sympy.exp(h) / (q + p * sympy.exp(h))
    exponent = -p * h + sympy.log(q + p * sympy.exp(h))
    first, second = sympy.diff(exponent, h), sympy.diff(exponent, h, 2)
    for at_zero in (exponent.subs(h, 0), first.subs(h, 0)):
        show(vanishes(at_zero.subs(q, 1 - p)))
    show(vanishes(second - sympy.Rational(1, 4) + (weight - sympy.Rational(1, 2)) ** 2))
    show(is_positive(sympy.diff(weight, h)))
    ends = {"low": (-p * h, q), "high": (q * h, p)}  # β = (1 − p)h
    chord = sum(chance * sympy.exp(end) for end, chance in ends.values())
    show(vanishes((chord - sympy.exp(-p * h) * (q + p * sympy.exp(h))).subs(q, 1 - p)))
    show(vanishes(sum(chance * end for end, chance in ends.values())))


def prove_trivial_solution_beats_any_decoder() -> None:
    """The steps of the claim's docstring. Jensen's inequality is assumed, as E_q[−2 log r] + 2 KL[q‖p] ≥ −2 log E_p r,
    with a right side of its own for each i, and for the concave logarithm.

    Shown is that r_i at μ_x(z) = y is e^{⟨x_i − x̄, t⟩ − γ‖t‖²/2}, for two coordinates and data points, which enter by
    sums. The ⟨x_i − x̄, t⟩ have mean 0, and lie in an interval of length at most ‖t‖ max ‖x_i − x_j‖ ≤ 2√γ‖t‖: by
    Hoeffding's lemma the mean of their exponentials is below e^{γ‖t‖²/2}, and if the interval is a point it is 1, below
    it as well. So E_p[mean_i r_i] < 1 if μ_x is not x̄ almost surely. If E_q h_i = ∞ there is nothing to show.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    prove_costs_differ()
    prove_hoeffding()
    X, t = symbols("x", 2, 2), symbols("t", 2)
    centre = X.sum(0) / 2
    y = centre + GAMMA * t
    for x, own in zip(X, spread(X), strict=True):
        exponent = -(((x - y) ** 2).sum() - own) / (2 * GAMMA)
        show(vanishes(exponent - ((x - centre) * t).sum() + GAMMA * (t**2).sum() / 2))
    show(vanishes((X - centre).sum(0)))


def prove_trivial_solution() -> None:
    """With y_i = x_i − b, s = Σ_j w_j², u_j = w_j²/γ and γ = γ' + p, the least cost minus the trivial one is
    Σ_i y_i²s²/(nγ²(γ + s)) + (x̄ − b)²/γ + Σ_j [log(1 + u_j) − u_j + u_j²/2] + ps/γ², and no term of this is negative;
    the third is positive.

    The least cost over all encoders is dai2018's eq. (7). d = 1, and two data points and latents stand for any number:
    they enter through sums. For d > 1 the first term is that of the coordinates of y_i along the eigenvectors of WWᵀ,
    for each its eigenvalue s.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    u = sympy.Symbol("u", positive=True)
    rest = sympy.log(1 + u) - u + u**2 / 2  # 0 at u = 0, and increasing
    show(vanishes(rest.subs(u, 0)))
    show(is_positive(sympy.diff(rest, u)))
    x, b = symbols("x", 2), sympy.Symbol("b", real=True)
    columns, p = symbols("w", 2, positive=True), sympy.Symbol("p", nonnegative=True)
    X, W, centre = x[:, None], columns[None], sum(x) / 2
    gap = least_affine_cost(X, W, vector(b), GAMMA) - trivial_cost(X, 2, GAMMA)
    total = sum(w**2 for w in columns)
    misses = ((x - b) ** 2).sum() * total**2 / (2 * GAMMA**2 * (GAMMA + total))
    logs = sum(rest.subs(u, w**2 / GAMMA) for w in columns)
    surplus = (GAMMA - scalar(collapse_threshold(X, W, vector(b)))) * total / GAMMA**2
    show(vanishes(gap - misses - (centre - b) ** 2 / GAMMA - logs - surplus))
    show(is_nonnegative(misses))
    show(is_nonnegative(p * total / GAMMA**2))
