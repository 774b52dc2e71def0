"""The proof on eq. (60) of dai2018."""

from properties.dai2018.proofs.tails import prove_misquantisation_bounds
from reference.arithmetic.deferred import sympy
from reference.gaussian import norm_tail
from verify.proving import scalar, show, vanishes


def prove_dimensions_of_the_printed_bound() -> None:
    """For κ = 2, tP(‖ε‖² > t) = te^{−t/2}, stationary at t = 2 alone, where it is 2/e; it is 0 at 0 and at ∞.

    For κ = 1, P(ε² > t) ≤ e^{−t/2}, by eq-96.sharpened, and so the same bound. For κ ≥ 3, ‖ε‖² is at least the sum of
    three of the squares, whose tail at 3 exceeds 1/3.
    """
    prove_misquantisation_bounds()
    t = sympy.Symbol("t", positive=True)
    product = t * scalar(norm_tail(2, t))
    show(vanishes(product - t * sympy.exp(-t / 2)))
    show(vanishes(sympy.diff(product, t) - (1 - t / 2) * sympy.exp(-t / 2)))
    show(vanishes(product.subs(t, 2) - 2 * sympy.exp(-1)))
    show(sympy.limit(product, t, 0) == 0)
    show(sympy.limit(product, t, sympy.oo) == 0)
    show(2 * sympy.exp(-1) < 1)
    show(scalar(norm_tail(3, sympy.Integer(3))) > sympy.Rational(1, 3))
