"""The affine decoder: the global minima of Section 4, for learned and for fixed γ.

Competitors are judged by the cost (4) after the best bias and encoder, which no other choice of these beats
(stated with each corrected claim). Principal components are those of the centred data.
"""

from reference.arithmetic import (
    as_vector,
    column_squared_norms,
    concatenate,
    greater,
    identity,
    maximum,
    nonzero_columns,
    rank,
    sort_descending,
    where,
    zeros,
)
from reference.dai2018_minima import covariance as covariance_of_spectrum
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
from reference.numbers import Array
from verify import (
    Index,
    Matrix,
    Orthogonal,
    Permutation,
    Positive,
    PositiveVector,
    Spectrum,
    Vector,
    claim,
    equal,
    implies,
    leq,
    less,
)


def symmetric_data(U: Array, roots: Array) -> Array:
    """Return the 2d data points ±d root_j u_j: their mean is 0, their covariance is d U diag(roots²) Uᵀ."""
    Y = U * roots * len(U)
    return concatenate([Y, -Y])


def unit_vector(size: int, index: int, like: Array) -> Array:
    """Return e_index of R^size."""
    return identity(size, size, like)[index]


def attack_encoder(X: Array, W: Array, b: Array, gamma: Array, mu: Array, variance: Array) -> None:
    """State that the energy is at least n times the cost of (W, γ), and equal to it at x̄ and the optimal encoder."""
    n, mean = X.shape[-1], sample_mean(X)
    least = n * affine_cost(covariance(X), W, gamma)
    leq(least, affine_energy(X, W, b, gamma, mu, variance))
    equal(least, affine_energy(X, W, mean, gamma, *optimal_encoder(X, W, mean, gamma)))


# --- learned γ ------------------------------------------------------------------------------------------------------


@claim(
    "dai2020/section-4.principal-components",
    r"r\ge\kappa:\ \text{at any global optimum }\operatorname{span}(W_x)"
    r"\text{ is the span of the first }\kappa\text{ principal components}",
    label="§4",
    kind="optimality",
    expected="refuted",
)
def test_every_global_optimum_spans_the_first_principal_components(
    U: Orthogonal["k+e", {"k": (1, 3), "e": (0, 2)}],
    roots: PositiveVector["k+e"],
    W: Matrix["k+e k"],
    gamma: Positive,
):
    """False for κ = d and for ties: with γ = ℓ_d > 0 the columns of eigenvalue ℓ_d may vanish, W = 0 if all ℓ_j are
    equal. A decoder of another span should cost more than the best one with the span of the first κ.

    All d singular values are positive: for r = κ < d there is no optimum (γ → 0 gives −∞), for more zeros likewise.
    """
    kappa = W.shape[-1]
    scales = sort_descending(roots)
    S, first = covariance(symmetric_data(U, scales)), U[:, :kappa]
    same = equal(rank(W), kappa) & equal(W, first @ first.mT @ W)
    best = learned_minimum(len(U) * scales**2, kappa)
    implies(~same, less(best, affine_cost(S, W, gamma)))


@claim(
    "dai2020/section-4.principal-components.corrected",
    r"\kappa<d,\ \ell_\kappa>\ell_{\kappa+1}>0:\ \text{at any global optimum }\operatorname{span}(W_x)"
    r"\text{ is the span of the first }\kappa\text{ principal components, and }"
    r"\gamma=\frac1{d-\kappa}\sum_{j>\kappa}\ell_j",
    label="§4",
    kind="optimality",
    corrects="dai2020/section-4.principal-components",
)
def test_global_optima_span_the_first_separated_principal_components(
    U: Orthogonal["k+e", {"k": (1, 2), "e": (1, 2)}],
    gaps: PositiveVector["k"],
    rest: Spectrum["e"],
    floor: Positive,
    P: Permutation["k"],
    K: Matrix["k k"],
    W: Matrix["k+e k"],
    out: PositiveVector["e"],
    gamma: Positive,
    which: Index["k"],
    X: Matrix["k+e n", {"n": (1, 3)}],
    b: Vector["k+e"],
    mu: Matrix["k n"],
    variance: PositiveVector["n"],
):
    """With ℓ_1 ≥ … ≥ ℓ_d the spectrum of the covariance. The stated minimum is attained with the span, no drawn or
    nearby (W, γ) is below it, and decoders that leave the span, or do not fill it, are strictly above it. (An optimum
    exists as the discarded ℓ_j are not all 0; here ℓ_{κ+1} > 0 says so.)
    """
    kappa = len(gaps)
    tail = rest + concatenate([floor[None], zeros((len(rest) - 1,), floor)]) if len(rest) > 1 else rest + floor
    spectrum = concatenate([tail[0] + sort_descending(gaps), tail])
    S, best_gamma = covariance_of_spectrum(U, spectrum), tail.sum() / len(tail)
    value, best = learned_minimum(spectrum, kappa), principal_decoder(U, spectrum, best_gamma, kappa) @ P
    equal(value, affine_cost(S, best, best_gamma))
    leq(value, affine_cost(S, W, gamma))
    leq(value, affine_cost(S, best + W / 1024, best_gamma * (1 + gamma) / (1 + gamma / 2)))
    leave = unit_vector(kappa, which, gaps)
    outside = U[:, :kappa] @ K + U[:, kappa:] @ (as_vector(out) * leave)
    unfilled = best * (1 - (leave[None] @ P)[0])
    for decoder in (outside, unfilled, best + (outside - U[:, :kappa] @ K) / 1024):
        less(value, affine_cost(S, decoder, best_gamma))
        less(value, affine_cost(S, decoder, gamma))
    attack_encoder(X, W, b, gamma, mu, zeros(mu.shape, mu) + variance)


@claim(
    "dai2020/section-4.unused-dimensions",
    r"r<\kappa:\ W_x\text{ has only }r\text{ non-zero columns at any global optimum, each corresponding with a}"
    r"\text{ different principal component}",
    label="§4",
    kind="optimality",
    expected="refuted",
)
def test_decoder_has_as_many_columns_as_the_data_have_dimensions(
    U: Orthogonal["d", {"d": (1, 2)}], roots: PositiveVector["d"], W: Matrix["d d+e", {"e": (1, 2)}], gamma: Positive
):
    """False: at γ = ℓ_d, as good as any γ ≤ ℓ_d, the columns of eigenvalue ℓ_d vanish and fewer than r are left.

    r = d here: for r < d there is no optimum (γ → 0 gives −∞). A decoder with another number of columns should cost
    more than the best one with r.
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
    corrects="dai2020/section-4.unused-dimensions",
)
def test_decoder_has_no_more_columns_than_the_data_have_dimensions(
    U: Orthogonal["d", {"d": (1, 2)}],
    gaps: Spectrum["d"],
    level: Positive,
    P: Permutation["d+e", {"e": (1, 2)}],
    W: Matrix["d d+e"],
    full: PositiveVector["d+e"],
    gamma: Positive,
    X: Matrix["d n", {"n": (1, 3)}],
    mu: Vector["n"],
    variance: PositiveVector["n"],
):
    """Optima are W = U diag(√(ℓ_j − γ)) padded by zeros, for every γ ≤ ℓ_d: all of the same cost, and no drawn one is
    below. More than d columns are strictly worse, as they cannot be orthogonal, and so is γ > ℓ_d. ℓ_j − γ is a square
    here. At a zero column the optimal encoder is μ = 0, σ² = 1, and any other of these costs more.
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
    crowded = W[:, :1] * 0 + full
    less(value, affine_cost(S, crowded, gamma))
    leq(nonzero_columns(best), d)
    less(value, affine_cost(S, W, spectrum[d - 1] + gamma))
    unused = as_vector((unit_vector(kappa, kappa - 1, W)[None] @ P)[0])
    mean, encoder = sample_mean(X), optimal_encoder(X, best, sample_mean(X), level)
    equal(unused * encoder[0], 0)
    equal(unused * (encoder[1] - 1), 0)
    least = affine_energy(X, best, mean, level, *encoder)
    changed = affine_energy(X, best, mean, level, encoder[0] + unused * mu, encoder[1] + unused * (variance - 1))
    implies(~(equal(mu, 0) & equal(variance, 1)), less(least, changed))


# --- fixed γ --------------------------------------------------------------------------------------------------------


@claim(
    "dai2020/section-4.fixed-gamma",
    r"\tilde r_\gamma=\#\{j:s_j(XX^\top)<\gamma\}:\ \text{at the global optimum given }\gamma,\ "
    r"q(z_k|x)=\mathcal N(0,1)\text{ and the column of }W_x\text{ is }0\text{ along }\kappa-\tilde r_\gamma"
    r"\text{ latent dimensions}",
    label="§4",
    kind="optimality",
    expected="refuted",
)
def test_dimensions_above_a_fixed_variance_collapse(
    U: Orthogonal["d", {"d": (1, 3)}],
    roots: PositiveVector["d"],
    gamma: Positive,
    W: Matrix["d k", {"k": (1, 3)}],
):
    """False: those *above* γ are kept. Stated where γ is below all singular values of XXᵀ, so that r̃ = 0 and all of
    W should be 0 at the optimum. (Nor is XXᵀ the matrix: its singular values grow with n, the threshold does not.)
    """
    scales = sort_descending(roots)
    X = symmetric_data(U, scales)
    smallest = 2 * (len(U) * scales[-1]) ** 2  # XXᵀ = 2YYᵀ
    best = leq(affine_cost(covariance(X), 0 * W, gamma), affine_cost(covariance(X), W, gamma))
    implies(less(gamma, smallest), best)


@claim(
    "dai2020/section-4.fixed-gamma.corrected",
    r"\tilde r_\gamma=\#\{j:\ell_j>\gamma\},\ \ell_j\text{ the eigenvalues of the covariance}:\ "
    r"\text{at the global optimum given }\gamma,\ q(z_k|x)=\mathcal N(0,1)\text{ and the column of }W_x\text{ is }0"
    r"\text{ along exactly }\kappa-\min(\kappa,\tilde r_\gamma)\text{ latent dimensions}",
    label="§4",
    kind="optimality",
    corrects="dai2020/section-4.fixed-gamma",
)
def test_dimensions_below_a_fixed_variance_collapse(
    U: Orthogonal["a+c", {"a": (1, 2), "c": (1, 2)}],
    up: Spectrum["a"],
    down: Spectrum["c"],
    gamma: Positive,
    P: Permutation["k", {"k": (1, 3)}],
    W: Matrix["a+c k"],
    X: Matrix["a+c n", {"n": (1, 2)}],
    b: Vector["a+c"],
    mu: Matrix["k n"],
    variance: PositiveVector["n"],
):
    """The eigenvalues are γ + up², so that columns are rational, then (γ − down)₊: γ itself and 0 among them. The
    optimum has the stated value and number of columns, and a drawn W with another number is strictly above it.
    """
    kappa = len(P)
    spectrum = concatenate([gamma + up**2, maximum(gamma - down[::-1], 0)])
    S, value = covariance_of_spectrum(U, spectrum), fixed_minimum(spectrum, gamma, kappa)
    best = principal_decoder(U, spectrum, gamma, kappa) @ P
    equal(value, affine_cost(S, best, gamma))
    leq(value, affine_cost(S, W, gamma))
    leq(value, affine_cost(S, best + W / 1024, gamma))
    leq(value, affine_cost(S, best * 2, gamma))
    large = where(greater(up[:kappa], 0), 1 + 0 * up[:kappa], 0 * up[:kappa]).sum()  # min(κ, r̃)
    equal(nonzero_columns(best), large)
    implies(~equal(nonzero_columns(W), large), less(value, affine_cost(S, W, gamma)))
    encoder = optimal_encoder(X, best, sample_mean(X), gamma)
    unused = where(greater(column_squared_norms(best), 0), 0 * P[0], 1 + 0 * P[0])
    equal(encoder[0] * as_vector(unused), 0)
    equal((encoder[1] - 1) * as_vector(unused), 0)
    attack_encoder(X, W, b, gamma, mu, zeros(mu.shape, mu) + variance)
