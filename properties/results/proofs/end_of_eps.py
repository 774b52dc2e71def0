"""SymPy proofs of how ε̃² falls along the flow of koehler2022 in ε̃."""

from properties.results.proofs.linear_vae import prove_balance, prove_gradients
from reference.arithmetic.deferred import sympy
from reference.koehler2022 import residual_drift, residual_pull, simplified_loss_gradient, unused_dimensions
from verify.proving import integers, is_nonnegative, once, show, symbols, vanishes


@once
def prove_end_of_eps() -> None:
    """v' = −2(δ − y) for v = ε̃², y = ‖R‖²/v, and R' = −RZᵀZ/v − ÃÃᵀRAᵀA/v + G for R = A − ÃZ, Z = B̃A, along the flow
    of L₁; the product of R with the first two terms is −p/v (shown). So ½vy' = ⟨R, R'⟩ + y(δ − y) = y(δ − y) − p/v +
    ⟨R, G⟩.

    Words: v' between −2ρ₊ and −2ρ₋, and v → 0 at T, give the bounds of v.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_gradients()
    for d, k, r in ((2, 1, 2), (1, 2, 2)):
        A, At, Bt = symbols("a", d, k), symbols("t", d, r), symbols("b", r, d)
        in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, EPS)
        Z, v = Bt @ A, EPS**2
        R = A - At @ Z
        show(vanishes(2 * EPS * in_eps - 2 * unused_dimensions(At, EPS) + 2 * (R**2).sum() / v))
        pulled = (R @ Z.T @ Z + At @ At.T @ R @ A.T @ A) / v
        show(vanishes((in_At @ Bt + At @ in_Bt) @ A + pulled - residual_drift(A, At, Bt, EPS)))
        show(vanishes((R * pulled).sum() - residual_pull(A, At, Bt) / v))


def prove_finite_end() -> None:
    """v' = −2δ + 2y and (‖R‖²)' = −2p/v + 2⟨R, G⟩ by prove_end_of_eps, and the rates of ‖Ã_j‖² − ‖B̃_j‖² by
    prove_balance.

    Words. As A = Ã_*B̃_*A (Lemma 1), B̃_*A is injective on the span of the rows of A, in which those of R lie: late, p
    ≥ c‖R‖² for a c > 0. Each ‖Ã_j‖/(‖Ã_j‖² + v) is at most 1/(2√v), and bounded where (Ã_*)_j ≠ 0; so ‖G‖ ≤ C +
    o(1/√v), and ⟨R, G⟩ = √y o(1). Hence (v + (2/c)‖R‖²)' ≤ −2δ − 2y + √y o(1) ≤ −2δ + o(1), where δ ≥ d − m − Σ w_j: m
    columns of Ã_* are not 0, the sum is over the others, and w_j = ‖Ã_j‖²/(‖Ã_j‖² + v). By the balance ∫w_j dt =
    ∫‖(B̃A)_j‖² dt + O(1), which is o(t). If T were ∞, v + (2/c)‖R‖² ≤ C − 2(d − m)t + o(t) would be negative, as d > m
    by Theorem 3.
    """
    prove_end_of_eps()
    prove_balance()


def prove_one_latent() -> None:
    """Ã and B̃ keep their zeros, v' = −2(δ − y), e' = −λe/v + g and λ − 2α²ab = α²(a − b)² ≥ 0 (shown, for d = 2, 3: d
    enters δ alone). So ½vy' = ee' − ½yv' = y(δ − y − λ) + eg.

    Words. By Lemma 1, v → 0 and e → 0, so that ab → 1. As L₁ falls, ½α²b² ≤ C + (d − 1) log(1/ε̃) − ½ log a², where a²
    is nearly 1/b²: b² = O(log 1/ε̃). Hence d − 1 ≤ δ ≤ d − 1 + v/a² → d − 1, and |eg| = √(yv) O(b² + 1) = √y o(1).

    Let Λ be any number that λ exceeds in the end, such as 2α² − η. Late, and where y ≥ max(0, d − 1 − Λ) + η, ½vy' ≤
    −cy for a c > 0: y falls until it is less, since else y is bounded, so is v(log v)', and ∫dt/v = ∞; and it remains
    so. Hence v' = −2(δ − y) ≤ −c for another c > 0, T < ∞ and v ≥ c(T − t). In a' = αbe/v − a/(a² + v), where
    |e|/v = √(y/v) and a⁻¹ is nearly b, only b = O(√log 1/ε̃) enters: a' = O(√(log(1/ε̃)/v)) is integrable. So a is
    bounded, and b' = αae/v − α²b, now O(1/√v + |b|), is integrable too: a → a_*, b → b_*, a_*b_* = 1, λ → λ_* =
    α²(a_*² + a_*⁻²), and limsup y ≤ max(0, d − 1 − λ_*).

    If λ_* < d − 1: as e ≥ 0 at first, and e' = g > 0 where e = 0, e > 0 from then on; late, ½vy' ≥ y(δ − y − λ), by
    which y rises to d − 1 − λ_* − η and stays above. So y → max(0, d − 1 − λ_*) in either case, and v' → −2 min(d − 1,
    λ_*).
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    a, b, alpha = sympy.symbols("a b alpha", real=True)
    v, e, pull = EPS**2, alpha * (1 - a * b), alpha**2 * (a**2 + b**2)
    drift = alpha * a * b * (1 / (a**2 + v) + alpha**2)
    show(is_nonnegative(alpha**2 * (a - b) ** 2))
    show(vanishes(pull - 2 * alpha**2 * a * b - alpha**2 * (a - b) ** 2))
    for d in (2, 3):
        first = integers([[1], [0], [0]])[:d]
        in_At, in_Bt, in_eps = simplified_loss_gradient(alpha * first, a * first, b * first.T, EPS)
        show(vanishes(in_At[1:]))
        show(vanishes(in_Bt[0, 1:]))
        delta, e_speed = d - a**2 / (a**2 + v), alpha * (in_At[0, 0] * b + a * in_Bt[0, 0])
        show(vanishes(2 * EPS * in_eps - 2 * (delta - e**2 / v)))
        show(vanishes(e_speed + pull * e / v - drift))
