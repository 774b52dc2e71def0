"""The affine decoder with a fixed γ: the global minima of Section 4, judged as those of a learned γ are."""

from properties.dai2020.claims.affine import attack_direction, attack_encoder, number_above, symmetric_data
from properties.dai2020.proofs.affine_minima import prove_fixed_minimum
from reference.arithmetic import (
    as_vector,
    column_squared_norms,
    concatenate,
    greater,
    maximum,
    nonzero_columns,
    sort_descending,
    where,
    zeros,
)
from reference.dai2018.minima import covariance as covariance_of_spectrum
from reference.dai2020 import (
    affine_cost,
    covariance,
    fixed_minimum,
    optimal_encoder,
    principal_decoder,
    sample_mean,
)
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
    expected="proved",
    proof=prove_fixed_minimum,
    corrects="dai2020/section-4.fixed-gamma",
)
def test_dimensions_below_a_fixed_variance_collapse(
    U: Orthogonal["d", {"d": (1, 3)}],
    gaps: Spectrum["d"],
    above: Index["d+1"],
    gamma: Positive,
    P: Permutation["k", {"k": (1, 3)}],
    W: Matrix["d k"],
    X: Matrix["d n", {"n": (1, 2)}],
    b: Vector["d"],
    mu: Matrix["k n"],
    variance: PositiveVector["n"],
):
    """The first eigenvalues are γ + gap², so that columns are rational, the others (γ − gap)₊: all above γ, all below,
    γ itself and 0 among them. The optimum has the stated value and number of columns, and a drawn W with another
    number, or of other directions, is strictly above it.
    """
    kappa = len(P)
    spectrum = concatenate([gamma + gaps[:above] ** 2, maximum(gamma - gaps[above:][::-1], 0)])
    S, value = covariance_of_spectrum(U, spectrum), fixed_minimum(spectrum, gamma, kappa)
    best = principal_decoder(U, spectrum, gamma, kappa) @ P
    equal(value, affine_cost(S, best, gamma))
    leq(value, affine_cost(S, W, gamma))
    leq(value, affine_cost(S, best + W / 1024, gamma))
    leq(value, affine_cost(S, best * 2, gamma))
    kept = number_above(spectrum[:kappa], gamma)  # min(κ, r̃)
    equal(nonzero_columns(best), kept)
    implies(~equal(nonzero_columns(W), kept), less(value, affine_cost(S, W, gamma)))
    attack_direction(value, S, W, gamma)
    encoder = optimal_encoder(X, best, sample_mean(X), gamma)
    unused = where(greater(column_squared_norms(best), 0), 0 * P[0], 1 + 0 * P[0])
    equal(encoder[0] * as_vector(unused), 0)
    equal((encoder[1] - 1) * as_vector(unused), 0)
    attack_encoder(X, W, b, gamma, mu, zeros(mu.shape, mu) + variance)
