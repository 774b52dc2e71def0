"""The affine decoder with a learned γ: the global minima of Section 4.

Competitors are judged by the cost (4) after the best bias and encoder, which no other choice of these beats
(stated with each corrected claim). Principal components are those of the centred data, r is their number: that of the
positive eigenvalues ℓ_j of the covariance. For r ≤ κ, r < d, there is no optimum: the cost tends to −∞ as γ → 0.
"""

from properties.dai2020.proofs.affine_minima import prove_learned_minimum
from reference.arithmetic import (
    as_vector,
    column_squared_norms,
    concatenate,
    greater,
    identity,
    nonzero_columns,
    rank,
    sort_descending,
    where,
    zeros,
)
from reference.dai2018.minima import covariance as covariance_of_spectrum
from reference.dai2020 import (
    affine_cost,
    affine_energy,
    covariance,
    learned_minimum,
    optimal_encoder,
    principal_decoder,
    sample_mean,
)
from reference.shapes import Array
from verify import (
    Index,
    Matrix,
    NonNegative,
    Orthogonal,
    Permutation,
    Positive,
    PositiveVector,
    Spectrum,
    Vector,
    claim,
    corner,
    equal,
    iff,
    implies,
    leq,
    less,
)


def symmetric_data(U: Array, roots: Array) -> Array:
    """Return the 2d data points ±d root_j u_j: their mean is 0, their covariance is d U diag(roots²) Uᵀ."""
    Y = U * roots * len(U)
    return concatenate([Y, -Y])


def attack_encoder(X: Array, W: Array, b: Array, gamma: Array, mu: Array, variance: Array) -> None:
    """State that the energy is at least n times the cost of (W, γ), and equal to it at x̄ and the optimal encoder."""
    n, mean = X.shape[-1], sample_mean(X)
    least = n * affine_cost(covariance(X), W, gamma)
    leq(least, affine_energy(X, W, b, gamma, mu, variance))
    equal(least, affine_energy(X, W, mean, gamma, *optimal_encoder(X, W, mean, gamma)))


def attack_direction(value: Array, S: Array, W: Array, gamma: Array) -> None:
    """State that W costs more than the minimum unless its columns are orthogonal principal components, or 0.

    So they are, with the right lengths, if SW = W(γI + WᵀW) and WᵀW is diagonal.
    """
    gram, one = W.mT @ W, identity(W.shape[-1], W.shape[-1], W)
    composed = equal(S @ W, W @ (gamma * one + gram))
    implies(~(composed & equal(gram, gram * one)), less(value, affine_cost(S, W, gamma)))


def number_above(spectrum: Array, gamma: Array) -> Array:
    """Return #{j: ℓ_j > γ}."""
    return where(greater(spectrum, gamma), 1 + 0 * spectrum, 0 * spectrum).sum()


def first_entries(spectrum: Array, count: int) -> Array:
    """Return the spectrum with 0 for all entries after the given number of them."""
    return concatenate([spectrum[:count], 0 * spectrum[count:]])


# --- as many components as latent dimensions, or more ---------------------------------------------------------------


@claim(
    "dai2020/section-4.principal-components",
    r"r\ge\kappa:\ \text{at any global optimum }\operatorname{span}(W_x)"
    r"\text{ is the span of the first }\kappa\text{ principal components}",
    label="§4",
    kind="optimality",
    expected="refuted",
    corner="the κ-th eigenvalue is the least, and γ equals it",
)
def test_every_global_optimum_spans_the_first_principal_components(
    U: Orthogonal["k+e", {"k": (1, 3), "e": (0, 2)}],
    roots: PositiveVector["k+e"],
    last_positive: Index["k+e"],
    W: Matrix["k+e k"],
    gamma: Positive,
):
    """False where ℓ_κ = ℓ_d, by a tie or as κ = d: at γ = ℓ_d, the best γ for κ < d, and as good as any smaller one for
    κ = d, the columns of this eigenvalue vanish. A decoder of another rank, or with a part along a component with
    ℓ_j < ℓ_κ (which no choice among equal ℓ_j makes one of the first κ), should cost more than the best one.

    All r from κ to d are drawn but for r = κ < d: there the cost has no optimum. For κ < r < d it has one, as γ is the
    mean of the discarded ℓ_j, which is positive.
    """
    d, kappa = W.shape
    scales = first_entries(sort_descending(roots), max(last_positive + 1, min(kappa + 1, d)))
    S, spectrum = covariance(symmetric_data(U, scales)), d * scales**2
    corner(equal(spectrum[kappa - 1], spectrum[d - 1]) & equal(gamma, spectrum[d - 1]))
    later = covariance_of_spectrum(U, where(greater(spectrum[kappa - 1], spectrum), 1 + 0 * scales, 0 * scales))
    same = equal(rank(W), kappa) & equal(later @ W, 0)
    implies(~same, less(learned_minimum(spectrum, kappa), affine_cost(S, W, gamma)))


@claim(
    "dai2020/section-4.principal-components.corrected",
    r"r\ge\kappa:\ \text{at any global optimum }\operatorname{span}(W_x)\text{ is the span of the first }"
    r"\#\{j\le\kappa:\ell_j>\gamma\}\text{ principal components, where }"
    r"\gamma=\tfrac1{d-\kappa}\sum_{j>\kappa}\ell_j\text{ if }\kappa<d,\text{ and }\gamma\le\ell_d\text{ if }\kappa=d",
    label="§4",
    kind="optimality",
    expected="proved",
    proof=prove_learned_minimum,
    corrects="dai2020/section-4.principal-components",
    rests_on="dai2020/section-4.fixed-gamma.corrected",
)
def test_global_optima_span_the_first_principal_components_above_the_variance(
    U: Orthogonal["k+e", {"k": (1, 2), "e": (0, 2)}],
    gaps: Spectrum["k+e"],
    floor: Positive,
    last_positive: Index["k+e"],
    choice: Permutation["k+e"],
    P: Permutation["k"],
    W: Matrix["k+e k"],
    out: Positive,
    gamma: Positive,
    shrink: NonNegative,
    which: Index["k"],
    X: Matrix["k+e n", {"n": (1, 2)}],
    b: Vector["k+e"],
    mu: Matrix["k n"],
    variance: PositiveVector["n"],
):
    """All κ if and only if ℓ_κ > γ: for κ < d that is ℓ_κ > ℓ_d, for κ = d it is γ < ℓ_d. Among equal ℓ_j any are
    first: U is any eigenbasis, and other κ components do as well if their ℓ_j do not differ where above γ, else not.

    The minimum is attained, no drawn or nearby (W, γ) is below it, and strictly above it are: every other γ, other
    numbers of dimensions and directions, a part along u_d if κ < d, and a missing component with ℓ_j > γ. Each r ≥ κ is
    drawn but for r = κ < d, which has no optimum.
    """
    d, kappa = W.shape
    spectrum = first_entries(gaps + floor, max(last_positive + 1, min(kappa + 1, d)))
    S, value = covariance_of_spectrum(U, spectrum), learned_minimum(spectrum, kappa)
    best_gamma = spectrum[kappa:].sum() / (d - kappa) if kappa < d else spectrum[-1] / (1 + shrink)
    best = principal_decoder(U, spectrum, best_gamma, kappa) @ P
    equal(value, affine_cost(S, best, best_gamma))
    leq(value, affine_cost(S, W, gamma))
    leq(value, affine_cost(S, best + W / 1024, best_gamma * (1 + gamma) / (1 + gamma / 2)))
    other = ~equal(gamma, best_gamma) if kappa < d else less(spectrum[-1], gamma)
    for decoder in (W, principal_decoder(U, spectrum, gamma, kappa)):
        implies(other, less(value, affine_cost(S, decoder, gamma)))
    for level in (gamma, best_gamma):
        implies(~equal(rank(W), number_above(spectrum[:kappa], level)), less(value, affine_cost(S, W, level)))
        attack_direction(value, S, W, level)
    chosen = (choice @ spectrum[:, None])[:, 0]
    changed = affine_cost(S, principal_decoder(U @ choice.mT, chosen, best_gamma, kappa), best_gamma)
    above = (
        sort_descending(where(greater(x[:kappa], best_gamma), x[:kappa], 0 * x[:kappa])) for x in (chosen, spectrum)
    )
    iff(equal(*above), equal(value, changed))
    column = identity(kappa, kappa, W)[which]
    if kappa < d:
        last = identity(d, d, W)[:, -1:]
        outside = U @ (W * (1 - last) + out * last * column)
        less(value, affine_cost(S, outside, gamma))
        less(value, affine_cost(S, outside, best_gamma))
    unfilled = affine_cost(S, best * (1 - (column[None] @ P)[0]), best_gamma)
    implies(less(best_gamma, spectrum[which]), less(value, unfilled))
    attack_encoder(X, W, b, gamma, mu, zeros(mu.shape, mu) + variance)


# --- fewer components than latent dimensions ------------------------------------------------------------------------


@claim(
    "dai2020/section-4.unused-dimensions",
    r"r<\kappa:\ W_x\text{ has only }r\text{ non-zero columns at any global optimum, each corresponding with a}"
    r"\text{ different principal component}",
    label="§4",
    kind="optimality",
    expected="refuted",
    reading="“only r non-zero columns” as exactly r, each component having its own",
)
def test_decoder_has_as_many_columns_as_the_data_have_dimensions(
    U: Orthogonal["d", {"d": (1, 2)}], roots: PositiveVector["d"], W: Matrix["d d+e", {"e": (1, 2)}], gamma: Positive
):
    """False: at γ = ℓ_d, as good as any γ ≤ ℓ_d, the columns of eigenvalue ℓ_d vanish and fewer than r are left.

    "Only r" is read as exactly r, as each component has its column; read as at most r it is the corrected claim. r = d
    here: for r < d there is no optimum. A decoder with another number of columns should cost more than the best with r.
    """
    d, kappa = W.shape
    scales = sort_descending(roots)
    S = covariance(symmetric_data(U, scales))
    best = learned_minimum(d * scales**2, kappa)
    implies(~equal(nonzero_columns(W), d), less(best, affine_cost(S, W, gamma)))


@claim(
    "dai2020/section-4.unused-dimensions.corrected",
    r"r=d<\kappa:\ \text{at any global optimum }\gamma\le\ell_d,\ W_x\text{ has }\#\{j:\ell_j>\gamma\}\le r"
    r"\text{ non-zero columns, each a different principal component, and }q(z_k|x)=\mathcal N(0,1)"
    r"\text{ for the other latents}",
    label="§4",
    kind="optimality",
    expected="proved",
    proof=prove_learned_minimum,
    corrects="dai2020/section-4.unused-dimensions",
    rests_on="dai2020/section-4.fixed-gamma.corrected",
)
def test_decoder_has_no_more_columns_than_the_data_have_dimensions(
    U: Orthogonal["d", {"d": (1, 2)}],
    gaps: Spectrum["d"],
    level: Positive,
    P: Permutation["d+e", {"e": (1, 2)}],
    V: Orthogonal["d"],
    W: Matrix["d d+e"],
    full: PositiveVector["d+e"],
    gamma: Positive,
    X: Matrix["d n", {"n": (1, 3)}],
    mu: Matrix["d+e n"],
    variance: PositiveVector["n"],
):
    """Optima are W = U diag(√(ℓ_j − γ)) padded by zeros, for every γ ≤ ℓ_d: all of the same cost, and no drawn one is
    below. Strictly worse are γ > ℓ_d, any other number of columns, and columns that are not different components, be
    their number and lengths right (VW). ℓ_j − γ is a square here. At the zero columns the optimal encoder is μ = 0,
    σ² = 1, and any other of these costs more.
    """
    d, kappa = W.shape
    spectrum = level + gaps**2
    S, value = covariance_of_spectrum(U, spectrum), learned_minimum(spectrum, kappa)
    best = principal_decoder(U, spectrum, level, kappa) @ P
    equal(value, affine_cost(S, best, level))
    leq(value, affine_cost(S, W, gamma))
    leq(value, affine_cost(S, best + W / 1024, level))
    half = spectrum[d - 1] / 2  # a smaller γ, at which all d columns are used
    equal(value, affine_cost(S, principal_decoder(U, spectrum, half, kappa) @ P, half))
    equal(nonzero_columns(best), number_above(spectrum, level))
    for decoder in (W, W[:, :1] * 0 + full):
        for variance_level in (gamma, level):
            other = ~equal(nonzero_columns(decoder), number_above(spectrum, variance_level))
            implies(other, less(value, affine_cost(S, decoder, variance_level)))
    for decoder, variance_level in ((W, gamma), (V @ best, level)):
        attack_direction(value, S, decoder, variance_level)
    less(value, affine_cost(S, W, spectrum[d - 1] + gamma))
    unused = as_vector(where(greater(column_squared_norms(best), 0), 0 * P[0], 1 + 0 * P[0]))
    mean, encoder = sample_mean(X), optimal_encoder(X, best, sample_mean(X), level)
    equal(unused * encoder[0], 0)
    equal(unused * (encoder[1] - 1), 0)
    least = affine_energy(X, best, mean, level, *encoder)
    changed = affine_energy(X, best, mean, level, encoder[0] + unused * mu, encoder[1] + unused * (variance - 1))
    implies(~(equal(unused * mu, 0) & equal(variance, 1)), less(least, changed))
