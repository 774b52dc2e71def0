"""SymPy proofs of Theorem 3: what L does as ε → 0, and what L → −∞ demands."""

from properties.koehler2022.proofs.losses import prove_lower_bound, prove_simplified_loss
from reference.arithmetic.deferred import sympy
from reference.koehler2022 import linear_reconstruction, loss, optimal_encoder_variance, simplified_loss, vae_loss
from reference.shapes import Array
from verify.proving import is_nonnegative, is_positive, show, symbols, vanishes

SIZES = ((1, 1, 1), (2, 1, 2), (1, 2, 2))
"""(d, k, r): all that is shown is a sum over coordinates, data and latents."""


def _linear(d: int, k: int, r: int) -> tuple[Array, Array, Array]:
    return symbols("A", d, k), symbols("At", d, r), symbols("Bt", r, d)


def prove_optimal_variances() -> None:
    """For D = ε²/(l + ε²) with l = ‖Ã_i‖²: D > 0 and ε² − Dl = ε⁴/(l + ε²) > 0, so that D ≤ ε²/l → 0 where l > 0."""
    EPS = sympy.Symbol("epsilon", positive=True)
    At = symbols("At", 1, 1)
    D, length = optimal_encoder_variance(At, EPS), At[0, 0] ** 2
    show(is_positive(D))
    show(vanishes(EPS**2 - D * length - EPS**4 / (length + EPS**2)))
    show(is_positive(EPS**4 / (length + EPS**2)))


def prove_logarithmic_rate() -> None:
    """By prove_simplified_loss, L at the D of Lemma 3 is L₁. Where A = ÃB̃A, it depends on ε by (d − r) log ε and a
    term ½ log(‖Ã_i‖² + ε²) for each latent, which does not fall with ε, and is log ε for a zero column (shown). So
    from ε to ε' < ε it falls by (d − r + #{zero columns}) log(ε/ε') at least.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_simplified_loss()
    prove_optimal_variances()
    length = sympy.Symbol("l", nonnegative=True)
    term = sympy.log(length + EPS**2) / 2
    show(is_positive(sympy.diff(term, EPS)))
    show(vanishes(term.subs(length, 0) - sympy.log(EPS)))


def prove_necessity() -> None:
    """By prove_lower_bound, 2ε²(L − d log ε − r/2) is at least E‖x − …‖², here ‖A − ÃB̃A‖² + Σ D_i‖Ã_i‖² (shown), of
    which no term is negative.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_lower_bound()
    for d, k, r in SIZES:
        A, At, Bt = _linear(d, k, r)
        D = symbols("D", r, positive=True)
        square, code = linear_reconstruction(A, At, Bt, D), ((Bt @ A) ** 2).sum()
        show(vanishes(loss(A, At, Bt, D, EPS) - vae_loss(square, code, D, EPS, d)))
        noise = D * (At**2).sum(0)
        show(vanishes(square - ((A - At @ Bt @ A) ** 2).sum() - noise.sum()))
        show(is_nonnegative(noise))


def prove_bound_while_columns_are_long() -> None:
    """L ≥ L₁ (prove_simplified_loss) ≥ (d − r) log ε + ½ Σ (1 + log(‖Ã_i‖² + ε²)), as the other terms of L₁ are
    squares.

    Words: of the r latents the d longest have ‖Ã_i‖² ≥ l, the d-th largest, and give at least ½ d log(l + ε²); the r −
    d others give at least log ε each, and cancel (d − r) log ε. The logarithm rises, so that ε = 0 and l ≥ δ give the
    rest.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_simplified_loss()
    for d, k, r in SIZES:
        A, At, Bt = _linear(d, k, r)
        squares = ((A - At @ Bt @ A) ** 2).sum() / (2 * EPS**2) + ((Bt @ A) ** 2).sum() / 2
        rest = (d - r) * sympy.log(EPS) + sum(1 + sympy.log(x + EPS**2) for x in (At**2).sum(0)) / 2
        show(vanishes(simplified_loss(A, At, Bt, EPS) - rest - squares))
    length, square = sympy.symbols("l s", positive=True)
    show(is_positive(sympy.diff(sympy.log(length + square), length)))
