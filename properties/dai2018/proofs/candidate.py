"""SymPy proofs for App. E's candidate solution of dai2018, from the reference formulas."""

from properties.dai2018.proofs.tails import prove_markov_bound
from reference.arithmetic.deferred import sympy
from reference.dai2018.candidate import candidate_fit
from verify.proving import integers, is_nonnegative, is_positive, show, symbols, vanishes


def prove_candidate_fit() -> None:
    """E‖Λ^{−½}(r − √αΨε)‖² = Σ_j (r_j² + α‖ψ_j‖²)/Λ_jj: what ‖r‖² + tr[ΨᵀΨ] exceeds it by is a sum over j.

    On the support it is (1 − α)‖ψ_j‖² ≥ 0, and off it −r_j²(1/α − 1) ≥ −α(1 − α) for |r_j| = αu/(1 + u) ≤ α. Here α =
    1/(1 + g) < 1. d = 2 and κ = 2, an entry on the support and one off it; others only add terms. That the mean is this
    is E εεᵀ = I, which the reference states.
    """
    GAP, SHARE = sympy.symbols("g u", positive=True)
    alpha = 1 / (1 + GAP)
    Psi, r = symbols("p", 2, 2), symbols("r", 2, 1)
    supports = integers([[1], [0]])
    trace, error = (Psi**2).sum(), (r**2).sum()
    fit = candidate_fit(Psi, supports, r, alpha)[0]
    on, off = (1 - alpha) * (Psi[0] ** 2).sum(), r[1, 0] ** 2 * (1 / alpha - 1)
    show(vanishes(error + trace - fit - (on - off)))
    show(is_nonnegative(1 - alpha))
    for share in (SHARE / (1 + SHARE), sympy.Integer(0), sympy.Integer(1)):
        show(is_nonnegative(alpha * (1 - alpha) - off.subs(r[1, 0], alpha * share)))
    show(vanishes(off.subs(r[1, 0], 0)))


def prove_ball_lies_in_the_cell() -> None:
    """‖z − π'‖² − ‖z − π‖² = D² − 2D·y for y = z − π, D = π' − π, and (D·y)² ≤ D²y² < D⁴/4 where 2‖y‖ < ‖D‖.

    Then |D·y| < D²/2, and the difference is positive. D²y² − (D·y)² is a sum of squares, for κ ≤ 3 here, and by
    Lagrange for all κ. That P(‖√αε‖ < ρ) ≥ 1 − κα/ρ² is eq. (60), corrected.
    """
    GAP, SHARE = sympy.symbols("g u", positive=True)
    prove_markov_bound()
    for kappa in (1, 2, 3):
        y, D = symbols("y", kappa), symbols("D", kappa)
        show(vanishes(((y - D) ** 2).sum() - (y**2).sum() - (D @ D - 2 * D @ y)))
        squares = sum((y[i] * D[k] - y[k] * D[i]) ** 2 for i in range(kappa) for k in range(i))
        show(vanishes((D @ D) * (y @ y) - (D @ y) ** 2 - squares))
    larger = 4 * SHARE + GAP  # D², for y² = SHARE
    show(is_positive(larger**2 / 4 - larger * SHARE))
