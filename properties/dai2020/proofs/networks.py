"""SymPy proofs for §5 and App. D, which are about general decoders: the reference formulas run on symbols."""

import numpy as np

from reference.arithmetic.deferred import sympy
from reference.dai2020.network import (
    backpropagated,
    energy,
    latent_slopes,
    least_parabola_error,
    network_errors,
    optimal_decoder_variance,
    quadratic_decoder,
    quadratic_error,
    relu_moments,
    relu_unit_errors,
)
from reference.gaussian import density, kl_divergence, lattice_rule, upper_tail
from verify.proving import integers, is_positive, scalar, show, symbols, vanishes, vector


def prove_average_is_no_less() -> None:
    """E_q h ≥ min h for any h, thus for any decoder: E_q(h − min h) is the expectation of a function that is ≥ 0.

    Derived are the closed forms. E_q h of quadratic decoders is an average of h at 25 codes, with positive weights of
    sum 1; h and its average are sums over the data and over the coordinates of x, so that one of each stands for all.
    Of a parabola, 4q(x − wz − qz²) = D − (2qz + w)² with D = w² + 4qx: it has a root if D ≥ 0, and a size of at least
    |D|, reached at z = −w/(2q), if D < 0. The error of an affine decoder is that of what is ⊥ W, plus ‖W(z − z*)‖².
    """
    x, c = sympy.symbols("x c", real=True)
    w, q, mean, deviation = symbols("w", 2), symbols("q", 2), symbols("m", 2), symbols("s", 2, positive=True)
    points, weights = lattice_rule(2, 2, mean)
    show(is_positive(weights))
    show(weights.sum() == 1)
    decoder = (w[None], q[None], vector(c))
    h = ((x - quadratic_decoder(mean + deviation * points, *decoder)) ** 2).sum(-1)
    gap = (weights * h).sum() - quadratic_error(vector(x), *decoder, mean, deviation)
    show(vanishes(scalar(gap)))
    slope, bend, z = sympy.symbols("w q z", real=True)
    missed = scalar(x - quadratic_decoder(vector(z), vector(slope)[None], vector(bend)[None], vector(0)))
    short = sympy.Symbol("p", positive=True)  # −D
    target = (-short - slope**2) / (4 * bend)
    show(vanishes(4 * bend * missed.subs(x, target) + short + (2 * bend * z + slope) ** 2))
    for curve in (sympy.Symbol("q", positive=True), sympy.Symbol("q", negative=True)):
        least = scalar(least_parabola_error(vector(target.subs(bend, curve)), vector(slope), vector(curve)))
        show(vanishes(least - (short / (4 * curve)) ** 2))


def prove_optimal_decoder_variance() -> None:
    """∂𝓛/∂γ = d(γ − γ*)/γ²: eq. (4) falls before γ* and rises after it. With γ* = 0 it rises everywhere, and is d log γ
    and a constant.

    The errors enter through their mean alone, so that two data points stand for all; d is a symbol.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    d = sympy.Symbol("d", positive=True)
    errors = symbols("R", 2, nonnegative=True)
    means, deviations = symbols("m", 2, 2), symbols("s", 2, 2, positive=True)
    value = scalar(energy(errors, means, deviations, GAMMA, d))
    slope = sympy.diff(value, GAMMA)
    show(vanishes(slope - d * (GAMMA - scalar(optimal_decoder_variance(errors, d))) / GAMMA**2))
    perfect = value.subs(dict.fromkeys(errors, 0))
    show(vanishes(perfect - perfect.subs(GAMMA, 1) - d * sympy.log(GAMMA)))


def prove_latent_slopes() -> None:
    """The derivatives of reference.gaussian.kl_divergence."""
    mean, deviation = sympy.Symbol("m", real=True), sympy.Symbol("s", positive=True)
    kl = scalar(kl_divergence(vector(mean), vector(deviation**2), sympy.Integer(1)))
    for variable, slope in zip((mean, deviation), latent_slopes(mean, deviation), strict=True):
        show(vanishes(sympy.diff(kl, variable) - slope))


def prove_flat_at_zero_deviation() -> None:
    """∂/∂σ_j E h(z) = E ε_j ∂h/∂z_j = 0 at σ_j = 0, for h(z) = ‖x − μ_x(z)‖², z_j = μ_j + σ_jε_j, as the two factors
    are independent; and the closed form of quadratic decoders has this derivative. h is any function of z_j, the other
    latents are parameters of it.

    Expectation and derivative are exchanged, which polynomial growth of ∇h allows. Where the other σ are 0, f < ∞ does:
    |h(μ + y) − h(μ) − yh'(μ)| ≤ η|y| for |y| ≤ ρ; and for |y| ≥ ρ the density of y = σε, over σ, is its density at any
    s > σ times at most e^{−ρ²(1/σ² − 1/s²)/2} s/σ², which vanishes in the limit.
    """
    radius, small, other = sympy.symbols("rho sigma s", positive=True)
    ratio = sympy.exp(-(radius**2) * (1 / small**2 - 1 / other**2) / 2) * other / small**2
    show(sympy.limit(ratio, small, 0, "+") == 0)
    mean, noise = sympy.symbols("m e", real=True)
    deviation, h = sympy.Symbol("s", real=True), sympy.Function("h")
    integrand = sympy.diff(h(mean + deviation * noise), deviation).subs(deviation, 0).doit()
    slope = sympy.diff(h(mean), mean)
    show(vanishes(integrand - noise * slope))
    density = sympy.exp(-(noise**2) / 2) / sympy.sqrt(2 * sympy.pi)
    moments = [sympy.integrate(noise**k * density, (noise, -sympy.oo, sympy.oo)) for k in range(5)]
    show(moments[1] == 0)
    x, c, w, q, z = sympy.symbols("x c w q z", real=True)
    error = quadratic_error(vector(x), vector(w)[None], vector(q)[None], vector(c), vector(mean), vector(deviation))
    show(vanishes(sympy.diff(scalar(error), deviation).subs(deviation, 0)))
    printed = sympy.Poly((x - w * z - q * z**2 - c).subs(z, mean + deviation * noise) ** 2, noise)
    show(vanishes(scalar(error) - sum(printed.coeff_monomial(noise**k) * moments[k] for k in range(5))))


def prove_stationary_collapse() -> None:
    """The squared error is a function H of the first layer's pre-activations a + vz_j, where a depends on the other
    latents and v is column j. At v = 0 its derivative in v_i is z_j ∂H/∂a_i, for almost all a, with E z_j = 0 since
    z_j ~ N(0, 1) is independent of the rest. At v = 0 it does not depend on z_j, through which μ_j and σ_j act. The KL
    term has slopes (0, 0) at (μ_j, σ_j) = (0, 1). Two units stand for any number. Expectation and derivative may be
    exchanged as H is locally Lipschitz in a, with constants of polynomial growth: so are its difference quotients.

    The same derivatives of reference.dai2020.network vanish, for two latents and act(x) = px + qx².
    """
    a1, a2, v1, v2, z = sympy.symbols("a1 a2 v1 v2 z", real=True)
    error = sympy.Function("H")(a1 + v1 * z, a2 + v2 * z)
    collapsed = {v1: 0, v2: 0}
    for variable in (v1, v2):
        slope = sympy.diff(error, variable).subs(collapsed).doit()
        show(vanishes(sympy.diff(slope / z, z).doit()))  # z times a function of the other latents
    show(vanishes(sympy.diff(error, z).subs(collapsed).doit()))
    show(tuple(latent_slopes(sympy.Integer(0), sympy.Integer(1))) == (0, 0))
    p, q, x, o, c, v, w, m = sympy.symbols("p q x o c v w m", real=True)
    mean, deviation, s = sympy.symbols("mj sj s", real=True)
    loss = scalar(
        network_errors(
            vector(x)[None],
            vector(v, w)[None],
            vector(o)[None],
            vector(c),
            lambda t: p * t + q * t**2,
            vector(m, mean)[None],
            vector(s, deviation)[None],
        )
    )
    for variable in (w, mean, deviation):
        show(vanishes(sympy.diff(loss, variable).subs({w: 0, mean: 0, deviation: 1})))


def prove_back_propagation() -> None:
    """By the chain rule the slopes in column j are z_j times a function of the other latents, whatever act and act'
    are, and E z_j = 0; that in z_j is 0. Two units and two latents stand for any number, and one data point for each.
    """
    act, slope = (
        lambda a, name=name: vector(*(sympy.Function(name)(entry) for entry in a)) for name in ("act", "step")
    )
    first, z, x, o1, o2, c = sympy.symbols("z1 z2 x o1 o2 c", real=True)
    column = symbols("v", 2)
    V = np.stack([column, integers([0, 0])], axis=1)
    in_V, in_z = backpropagated(vector(x), V, vector(o1, o2)[None], vector(c), act, slope, vector(first, z))
    show(vanishes(in_z[1]))
    for unit in (0, 1):
        show(vanishes(sympy.diff(in_V[unit, 1] / z, z)))
    show(tuple(latent_slopes(sympy.Integer(0), sympy.Integer(1))) == (0, 0))


def prove_stationary_relu() -> None:
    """The moments of a ReLU with pre-activation N(wμ, r²), r² = w²σ² + t², have derivatives in r² that are at most
    φ(0)/(2r) and 1, and dr²/dt = 2t = 0 at t = 0. The error is linear in these moments.
    """
    m, mu = sympy.symbols("m mu", real=True)
    r, w, s = sympy.symbols("r w s", positive=True)
    first, second = (scalar(moment) for moment in relu_moments(vector(m), vector(r)))
    show(vanishes(sympy.diff(first, r) / (2 * r) - scalar(density(vector(m / r))) / (2 * r)))
    show(vanishes(sympy.diff(second, r) / (2 * r) - scalar(upper_tail(vector(-m / r)))))
    x, o, c, t = sympy.symbols("x o c t", real=True)
    width = vector(sympy.sqrt(w**2 * s**2 + t**2))
    loss = scalar(relu_unit_errors(vector(x)[None], vector(o), vector(c), vector(w * mu), width))
    show(vanishes(sympy.diff(loss, t).subs(t, 0)))
