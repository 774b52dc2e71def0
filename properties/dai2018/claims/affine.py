"""The affine decoder: the bound of eq. (1), the divergence of eq. (3), Lemma 1 and the bias of §2.

A covariance is drawn as P² with P positive definite, so that z = μ + Pε; each data point has one of its own, t_i²P².
"""

from fractions import Fraction

from properties.dai2018.proofs import affine as proofs
from reference import gaussian
from reference.arithmetic import log, pi, rectangular_diagonal
from reference.dai2018 import (
    cost,
    covariance_gradient,
    decoder_covariance,
    divergence,
    encoder_cost,
    log_density,
    mahalanobis,
    mean_gradient,
    optimal_encoder_covariance,
    optimal_encoder_means,
    optimal_encoder_variances,
    separable_cost,
)
from verify import Matrix, Positive, PositiveDefinite, PositiveVector, Scalar, Vector, claim, equal, iff, leq, less


def scaled(matrix, factors):
    """Return the n matrices t_i M."""
    return factors[:, None, None] * matrix


@claim(
    "dai2018/eq-1",
    r"\mathcal L(\theta,\phi)=\sum_i\{\mathbb{KL}[q_\phi(z|x^{(i)})\,\|\,p_\theta(z|x^{(i)})]-\log p_\theta(x^{(i)})\}"
    r"\ge-\sum_i\log p_\theta(x^{(i)})",
    label="eq. (1)",
    kind="inequality",
    expected="proved",
    proof=proofs.prove_evidence_bound,
    rests_on=("dai2018/lemma-1.full", "dai2018/eq-3"),
)
def test_cost_bounds_the_evidence(
    X: Matrix["d n", {"d": (1, 2), "n": (1, 2)}],
    W: Matrix["d k", {"k": (1, 2)}],
    b: Vector["d"],
    lam: Positive,
    means: Matrix["k n"],
    P: PositiveDefinite["k"],
    t: PositiveVector["n"],
    z: Vector["k"],
):
    """For the affine decoder, 𝓛 being half the cost (22) with its constants restored: n(d log 2π − κ).

    The definition is evaluated by exact cubature over q; p(x) = N(b, λI + WWᵀ) and p(z|x) are those of the model by
    Bayes' rule at a drawn z; at p(z|x) itself the bound is attained.
    """
    (d, n), k = X.shape, W.shape[-1]
    roots = scaled(P, t)
    covariances, constant = roots @ roots, n * (d * log(2 * pi(X)) - k)
    best, shared = optimal_encoder_means(X, W, b, lam), optimal_encoder_covariance(W, lam)
    evidence = log_density(X.mT, b, decoder_covariance(W, lam))

    def log_ratio(noise):
        codes, centres = means.mT[:, None] + noise @ roots, best.mT[:, None]
        return log_density(codes, means.mT[:, None], covariances) - log_density(codes, centres, shared)

    value = encoder_cost(X, W, b, lam, means, covariances) + constant
    equal(value, 2 * (gaussian.expectation(log_ratio, k, X) - evidence).sum())
    leq(-2 * evidence.sum(), value)
    equal(-2 * evidence.sum(), encoder_cost(X, W, b, lam, best, shared) + constant)
    likelihood, prior = gaussian.log_density(X.mT, W @ z + b, lam), gaussian.log_density(z, 0, 1 + 0 * z)
    posterior = log_density(z[None] + 0 * best.mT[:, None], best.mT[:, None], shared)[:, 0]
    equal(likelihood + prior, posterior + evidence)


@claim(
    "dai2018/eq-3",
    r"2\,\mathbb{KL}[q_\phi(z|x)\,\|\,p(z)]\equiv\operatorname{tr}[\Sigma_z]+\|\mu_z\|_2^2-\log|\Sigma_z|",
    label="eq. (3)",
    expected="proved",
    proof=proofs.prove_divergence,
)
def test_divergence_from_the_prior(mean: Vector["k", {"k": (1, 3)}], P: PositiveDefinite["k"]):
    """With the constant that the print excludes, −κ; the divergence by its definition, by exact cubature."""
    covariance, k = P @ P, len(P)

    def log_ratio(noise):
        codes = mean + noise @ P
        return log_density(codes, mean, covariance) - gaussian.log_density(codes, 0, 1 + 0 * codes)

    equal(2 * gaussian.expectation(log_ratio, k, P), divergence(mean, covariance) - k)


# --- Lemma 1 --------------------------------------------------------------------------------------------------------


@claim(
    "dai2018/lemma-1.encoder",
    r"\Sigma_z^{(i)}=[\tfrac1\lambda W^\top W+I]^{-1},\ \mu_z^{(i)}=W^\top(\lambda I+WW^\top)^{-1}(x^{(i)}-b)"
    r"\text{ minimise (22)}",
    label="eqs. (24), (25)",
    kind="optimality",
    expected="proved",
    proof=proofs.prove_optimal_encoder,
    rests_on="dai2018/eq-23.corrected",
)
def test_posterior_moments_are_optimal(
    X: Matrix["d n", {"d": (1, 3), "n": (1, 3)}],
    W: Matrix["d k", {"k": (1, 3)}],
    b: Vector["d"],
    lam: Positive,
    means: Matrix["k n"],
    P: PositiveDefinite["k"],
    t: PositiveVector["n"],
):
    """Against any moments, one covariance per data point; against near ones, 2⁻¹⁰ of the way to these; and shrunk ones.

    A singular Σ_z = S_zS_zᵀ, which the lemma admits, costs +∞.
    """
    best, shared = optimal_encoder_means(X, W, b, lam), optimal_encoder_covariance(W, lam)
    least, others = encoder_cost(X, W, b, lam, best, shared), scaled(P @ P, t * t)
    step = Fraction(1, 2**10)
    for share in (1, step):
        mixed = (1 - share) * best + share * means
        leq(least, encoder_cost(X, W, b, lam, mixed, (1 - share) * shared + share * others))
    leq(least, encoder_cost(X, W, b, lam, best, others))
    leq(least, encoder_cost(X, W, b, lam, (1 - step) * best, (1 - step) * shared))


@claim(
    "dai2018/lemma-1.encoder.stationary",
    r"\nabla_{\mu_z,\Sigma_z}\mathcal L=0\iff\Sigma_z=[\tfrac1\lambda W^\top W+I]^{-1},\ "
    r"\mu_z^{(i)}=W^\top(\lambda I+WW^\top)^{-1}(x^{(i)}-b)",
    label="eqs. (24), (25), stationarity",
    kind="equivalence",
    expected="proved",
    proof=proofs.prove_stationary_encoder,
)
def test_posterior_moments_are_the_only_stationary_ones(
    X: Matrix["d n", {"d": (1, 3), "n": (1, 3)}],
    W: Matrix["d k", {"k": (1, 3)}],
    b: Vector["d"],
    lam: Positive,
    means: Matrix["k n"],
    covariance: PositiveDefinite["k"],
    s: Scalar,
):
    """First-order conditions, in exact fractions: at the moments of the lemma, near them, and anywhere else."""
    best, shared = optimal_encoder_means(X, W, b, lam), optimal_encoder_covariance(W, lam)
    for moment in (best, best + s / 2**10 * means, means):
        iff(equal(mean_gradient(X, W, b, lam, moment), 0), equal(moment, best))
    for moment in (shared, shared + covariance / 2**10, covariance):
        iff(equal(covariance_gradient(W, lam, moment), 0), equal(moment, shared))


@claim(
    "dai2018/lemma-1.full",
    r"\min_{\mu_z,\Sigma_z}\mathcal L\equiv\sum_i\Omega^{(i)}(W,b,\lambda I)+n\log|\lambda I+WW^\top|",
    label="Lemma 1, eq. (5)",
    kind="optimality",
    expected="proved",
    proof=proofs.prove_collapsed_cost,
    rests_on="dai2018/lemma-1.encoder",
)
def test_cost_collapses_to_probabilistic_pca(
    X: Matrix["d n", {"d": (1, 3), "n": (1, 3)}],
    W: Matrix["d k", {"k": (1, 3)}],
    b: Vector["d"],
    lam: Positive,
    means: Matrix["k n"],
    P: PositiveDefinite["k"],
    t: PositiveVector["n"],
):
    """The minimum of (22) is eq. (5) plus the constant nκ: attained at the posterior moments, and a lower bound."""
    least = cost(X, W, b, lam) + X.shape[-1] * W.shape[-1]
    best, shared = optimal_encoder_means(X, W, b, lam), optimal_encoder_covariance(W, lam)
    equal(least, encoder_cost(X, W, b, lam, best, shared))
    leq(least, encoder_cost(X, W, b, lam, means, scaled(P @ P, t * t)))


@claim(
    "dai2018/lemma-1.diagonal-encoder",
    r"\Sigma_z^{(i)}=[\tfrac1\lambda\operatorname{diag}(\operatorname{diag}[W^\top W])+I]^{-1}"
    r"\text{ minimises (22) under a diagonal }\Sigma_z^{(i)}",
    label="eq. (27), left",
    kind="optimality",
    expected="proved",
    proof=proofs.prove_optimal_diagonal_encoder,
)
def test_inverse_column_norms_are_the_optimal_variances(
    X: Matrix["d n", {"d": (1, 3), "n": (1, 3)}],
    W: Matrix["d k", {"k": (1, 3)}],
    b: Vector["d"],
    lam: Positive,
    means: Matrix["k n"],
    variances: PositiveVector["k"],
    t: PositiveVector["n"],
):
    """Whatever the means, (25) or drawn; below any other variances, one vector per data point, and below near ones.

    The second equality sign of (27), between a matrix and a number, is a slip; its right side is that of eq. (7).
    """
    k, step = W.shape[-1], Fraction(1, 2**10)
    best = optimal_encoder_variances(W, lam)
    others = t[:, None] * variances
    for codes in (means, optimal_encoder_means(X, W, b, lam)):
        least = encoder_cost(X, W, b, lam, codes, rectangular_diagonal(best, k, k))
        for competitor in (others, (1 - step) * best + step * others, (1 - step) * best + 0 * others):
            value = encoder_cost(X, W, b, lam, codes, rectangular_diagonal(competitor, k, k))
            equal(competitor, best) | less(least, value)


@claim(
    "dai2018/lemma-1.separable",
    r"\min_{\mu_z,\,\Sigma_z\text{ diagonal}}\mathcal L\equiv\sum_i\Omega^{(i)}(W,b,\lambda I)"
    r"+n\Big[\sum_j\log(\lambda+\|w_{\cdot j}\|_2^2)+(d-\kappa)\log\lambda\Big]",
    label="Lemma 1, eq. (7)",
    kind="optimality",
    expected="proved",
    proof=proofs.prove_separable_cost,
    rests_on=("dai2018/lemma-1.encoder", "dai2018/lemma-1.diagonal-encoder"),
)
def test_cost_of_a_diagonal_encoder_separates(
    X: Matrix["d n", {"d": (1, 3), "n": (1, 3)}],
    W: Matrix["d k", {"k": (1, 3)}],
    b: Vector["d"],
    lam: Positive,
    means: Matrix["k n"],
    variances: PositiveVector["k"],
    t: PositiveVector["n"],
):
    """The minimum is eq. (7) plus the constant nκ: attained at the moments (25) and (27), and a lower bound."""
    (_, n), k = X.shape, W.shape[-1]
    least, best = separable_cost(X, W, b, lam) + n * k, optimal_encoder_means(X, W, b, lam)
    optimum = rectangular_diagonal(optimal_encoder_variances(W, lam), k, k)
    equal(least, encoder_cost(X, W, b, lam, best, optimum))
    others = rectangular_diagonal(t[:, None] * variances, k, k)
    for codes in (means, best):
        leq(least, encoder_cost(X, W, b, lam, codes, others))


# --- the bias -------------------------------------------------------------------------------------------------------


@claim(
    "dai2018/section-2.bias",
    r"b=\bar x\triangleq\tfrac1n\sum_ix^{(i)}\text{ is optimal for both (5) and (7)}",
    label="§2",
    kind="optimality",
    expected="proved",
    proof=proofs.prove_optimal_bias,
)
def test_sample_mean_is_the_optimal_bias(
    X: Matrix["d n"], W: Matrix["d k"], b: Vector["d"], lam: Positive, near: Vector["d"]
):
    """For every W and λ. b enters (5) and (7) by Σ_i Ω^{(i)} alone, which is rational and compared exactly.

    Σ_i Ω^{(i)}(b) = Σ_i Ω^{(i)}(x̄) + n(b − x̄)ᵀ(λI + WWᵀ)⁻¹(b − x̄), whose last term is Σ_i Ω^{(i)} of n copies of b.
    """
    mean = X.sum(1) / X.shape[1]
    least = mahalanobis(X, W, mean, lam)
    for bias in (b, mean + near / 2**10, (1 - Fraction(1, 2**10)) * mean):
        value = mahalanobis(X, W, bias, lam)
        leq(least, value)
        equal(value, least + mahalanobis(bias[:, None] + 0 * X, W, mean, lam))
        iff(leq(value, least), equal(bias, mean))
