"""The mean logarithm of a Gaussian residual, from below: the constants of Theorem 4 of dai2018 and of what follows."""

from reference.arithmetic.deferred import sympy
from reference.gaussian import density
from verify.proving import once, scalar, show, vanishes


@once
def prove_expected_logarithm() -> None:
    """E log u² ≥ log δ² − ½ and ≥ log τ² − γ − log 2 for u = δ + τε, so that E log max(α, u²) is at least log max(α,
    δ², τ²) − C, C = γ + log 2.

    With y = δ²/(2τ²) the law of |u|/τ is a mixture, φ(u − m) + φ(u + m) = Σ_k e^{−y} y^k/k! · χ_{2k+1}(u), m = δ/τ:
    by the series of cosh, and (2k)! = 4^k k! Γ(k + ½)/√π. As the mean of log χ²_{2k+1} is log 2 + ψ(k + ½), E log u² =
    log 2τ² + E ψ(K + ½), K Poisson of mean y. ψ increases, and ψ(½) = −γ − 2 log 2: that is the second bound.

    For the first, G(y) = E ψ(K + ½) − log y ≥ −½. Its slope by log y is e = y E[1/(K + ½)] − 1, as ψ(k + 3/2) − ψ(k +
    ½) = 1/(k + ½), which is 2xD(x) − 1 = −D'(x) at x = √y, D = e^{−x²} ∫_0^x e^{t²} dt. D'' = −2D < 0 where D' = 0:
    so e changes its sign once, from − to +, and there G is least. Where e < 0, xD increases, as D + xD' > 0. So from
    y_0 with e(y_0) < 0 to y_1 with e(y_1) > 0, G falls by no more than |e(y_0)| log(y_1/y_0). In the series at y_0 and
    y_1 all terms from k = 2 on are positive, so that eight are a lower bound.

    Shown are the identities, the first for k ≤ 4, and the numbers.
    """
    HALF = sympy.Rational(1, 2)
    BEFORE, BEYOND = sympy.Rational(17, 20), sympy.Rational(43, 50)  # of the least value of G
    u, m, x = sympy.symbols("u m x", positive=True)
    k, s = sympy.symbols("k s", positive=True)
    law = 2 * u ** (2 * k) * sympy.exp(-(u**2) / 2) / (2 ** (k + HALF) * sympy.gamma(k + HALF))
    gaussian, y = scalar(density(u)), m**2 / 2
    for at in range(5):
        even = 2 * gaussian * sympy.exp(-y) * (m * u) ** (2 * at) / sympy.factorial(2 * at)
        show(vanishes(even - sympy.exp(-y) * y**at / sympy.factorial(at) * law.subs(k, at)))
    show(vanishes(scalar(density(u - m)) - gaussian * sympy.exp(m * u - y)))
    moment = 2**s * sympy.gamma(k + HALF + s) / sympy.gamma(k + HALF)
    integral = sympy.integrate(sympy.powsimp(u ** (2 * s) * law), (u, 0, sympy.oo))
    show(sympy.powsimp(integral / moment) == 1)
    mean = sympy.diff(moment, s).subs(s, 0)
    show(vanishes(mean - sympy.log(2) - sympy.polygamma(0, k + HALF)))
    show(vanishes(sympy.polygamma(0, HALF) + sympy.EulerGamma + 2 * sympy.log(2)))
    dawson = sympy.exp(-(x**2)) * sympy.sqrt(sympy.pi) / 2 * sympy.erfi(x)
    show(vanishes(sympy.diff(dawson, x) - (1 - 2 * x * dawson)))
    for at in range(5):  # e^{t²} term by term
        term = sympy.integrate(u ** (2 * at) / sympy.factorial(at), (u, 0, x))
        show(vanishes(2 * x * term - x**2 * x ** (2 * at) / (sympy.factorial(at) * (at + HALF))))
    value = _part(BEFORE, lambda at: sympy.polygamma(0, at + HALF)) - sympy.log(BEFORE)
    slope, after = (y * _part(y, lambda at: 1 / (at + HALF)) - 1 for y in (BEFORE, BEYOND))
    show(slope + BEFORE * (1 - _part(BEFORE, lambda at: 1)) / (8 + HALF) < 0)  # what is left out is less than that
    show(after > 0)
    show(sympy.polygamma(0, 2 + HALF) > 0)
    show(value + slope * sympy.log(BEYOND / BEFORE) > -HALF)
    show(sympy.EulerGamma + sympy.log(2) > HALF)


def _part(y, term):
    """Return the first eight terms of E term(K), K Poisson of mean y."""
    return sympy.exp(-y) * sum(y**at / sympy.factorial(at) * term(at) for at in range(8))
