"""SymPy proofs for Section 4: the global minima of the affine decoder, with γ fixed and with γ learned."""

from reference.arithmetic.deferred import sympy
from reference.dai2020 import (
    affine_cost,
    affine_energy,
    covariance,
    fixed_minimum,
    learned_minimum,
    optimal_encoder,
    principal_decoder,
    sample_mean,
)
from reference.shapes import Array
from verify.proving import (
    excess,
    integers,
    is_positive,
    once,
    prove_least_excess,
    scalar,
    show,
    symbols,
    vanishes,
    vector,
)


@once
def prove_best_encoder() -> None:
    """The energy exceeds n times the cost of (W, γ) by ‖W(μ − μ*)‖²/γ + ‖μ − μ*‖² + the sum of all excess(σ²/σ*²) + the
    price n(b − x̄)ᵀM⁻¹(b − x̄) of the bias: nothing of this is negative, and all is 0 at x̄ and (μ*, σ*²) alone. At a
    column w_k = 0 these are μ*_k = 0 and σ*_k² = 1.

    Data points enter by sums. For one and two columns in d = 1 and 2: W enters by the solution of a linear system, of
    which no more is used than that it solves it.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    prove_least_excess()
    for d, kappa in ((1, 2), (2, 1)):
        X, W, b = symbols("x", d, 2), symbols("w", d, kappa), symbols("b", d)
        mu, ratios = symbols("mu", kappa, 2), symbols("r", kappa, 2, positive=True)
        best, variance = optimal_encoder(X, W, b, GAMMA)
        total = (W**2).sum()
        known = (GAMMA + total, *(GAMMA + w for w in (W**2).sum(0)))
        value = scalar(affine_energy(X, W, b, GAMMA, mu, variance * ratios))
        moved = mu - best
        rest = ((W @ moved) ** 2).sum() / GAMMA + (moved**2).sum() + sum(excess(r) for r in ratios.flat)
        offset = b - sample_mean(X)
        price = (offset**2).sum() / GAMMA - ((offset @ W) ** 2).sum() / GAMMA / (GAMMA + total)  # b'M⁻¹b of rank one
        least = 2 * affine_cost(covariance(X), W, GAMMA)
        show(vanishes(value - scalar(least) - rest - 2 * price, positive=known))
    W = integers([[0]])
    unused = optimal_encoder(symbols("x", 1, 2), W, symbols("b", 1), GAMMA)
    show(all(vanishes(mean) for mean in unused[0].flat))
    show(all(vanishes(v - 1) for v in unused[1].flat))


@once
def prove_fixed_minimum() -> None:
    """With the eigenvalues m_1 ≥ … ≥ m_d of M = γI + WWᵀ, of which the last d − κ are γ, the cost of (W, γ) less κ is
    tr(SM⁻¹) + Σ_k log(γ + ‖w_k‖²) + (d − κ) log γ ≥ tr(SM⁻¹) + log|M| ≥ Σ_i ℓ_i/m_i + log m_i, by Hadamard's inequality
    for γI + WᵀW and von Neumann's for the trace, which are assumed with their cases of equality: orthogonal columns,
    and a common eigenbasis of S and M, in these orders. Over m ≥ γ a term is least at m = max(ℓ, γ) alone (shown), so
    that the minimum has m_i = max(ℓ_i, γ) for i ≤ κ: its value is that of the principal decoder, which attains it
    (shown).

    At any minimum, then, the columns are orthogonal, #{i ≤ κ: ℓ_i > γ} of them are not 0, as many as the rank of WWᵀ,
    and WWᵀw_k = ‖w_k‖²w_k: w_k is an eigenvector of M for γ + ‖w_k‖² > γ. The eigenvectors of S and M for eigenvalues
    above γ are the same where i ≤ κ, but for a choice among ties of ℓ_κ: so w_k is one of S for ℓ = γ + ‖w_k‖², and the
    span of the columns is that of the first principal components with ℓ_i > γ.

    Attained: for d = 3, κ = 2 and 4, none, some and all ℓ_i below γ; further dimensions add terms. U = I, as the cost
    is that of USUᵀ and UW.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    prove_best_encoder()
    ell, extra = sympy.symbols("l p", positive=True)
    for m, sign in ((ell + extra, 1), (extra * ell / (1 + extra), -1)):  # above ℓ, and below it
        slope = sympy.diff(ell / GAMMA + sympy.log(GAMMA), GAMMA).subs(GAMMA, m)
        show(is_positive(sign * slope))
    low, step, gap = sympy.symbols("a b c", positive=True)
    spectrum = vector(low + step + gap, low + step / 2, low)
    for kappa in (2, 4):
        for gamma in (low / 2, low + step, low + step + gap + extra):
            decoder = principal_decoder(integers(sympy.eye(3).tolist()), spectrum, gamma, kappa)
            value = affine_cost(diagonal(spectrum), decoder, gamma)
            show(vanishes(scalar(value) - scalar(fixed_minimum(spectrum, gamma, kappa))))


def prove_learned_minimum() -> None:
    """γ²g'(γ) is the sum of γ − ℓ_i over i > κ and the i ≤ κ with ℓ_i < γ, g(γ) the minimum over W (shown between any
    two ℓ_i; g is continuous). It does not decrease, and strictly increases if there are i > κ.

    So for κ < d the best γ is the zero of this sum, unique: the mean of the ℓ_i with i > κ, which no ℓ_i, i ≤ κ, is
    below, if it is positive; if it is 0, g falls without end as γ → 0, and there is no minimum. For κ ≥ d the sum is 0
    for γ ≤ ℓ_d and positive beyond: those γ are best, if ℓ_d > 0. The minima over W are those of
    :func:`prove_fixed_minimum`.

    d = 3 and κ = 2, 3, 4; further dimensions add terms.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    prove_fixed_minimum()
    steps = symbols("p", 4, positive=True)
    ascending = [steps[: k + 1].sum() for k in range(4)]
    for kappa in (2, 3, 4):
        for below, gamma in enumerate(ascending):  # so many ℓ_i are below γ
            spectrum = vector(*(x for x in reversed(ascending) if x is not gamma))
            discarded = [i for i in range(3) if i >= kappa or i >= 3 - below]
            value = kappa + sum(spectrum[i] / gamma + sympy.log(gamma) for i in discarded)
            value += sum(1 + sympy.log(ell) for i, ell in enumerate(spectrum) if i not in discarded)
            show(vanishes(scalar(fixed_minimum(spectrum, gamma, kappa)) - value))
        least = ascending[0] / (1 if kappa == 2 else 2)
        spectrum = vector(*reversed(ascending[:3]))
        show(vanishes(scalar(fixed_minimum(spectrum, least, kappa)) - scalar(learned_minimum(spectrum, kappa))))
    ell = sympy.Symbol("l", positive=True)
    show(vanishes(GAMMA**2 * sympy.diff(ell / GAMMA + sympy.log(GAMMA), GAMMA) - (GAMMA - ell)))


def diagonal(entries: Array) -> Array:
    """Return the diagonal matrix with these entries."""
    return integers(sympy.eye(len(entries)).tolist()) * entries
