"""Variational forms of logarithms: eqs. (19), (23), (30), (36) and (43)."""

from fractions import Fraction

from properties.dai2018.proofs import variational as proofs
from reference.arithmetic import (
    column_squared_norms,
    determinant,
    identity,
    leading_identity,
    log,
    log_determinant,
    rank,
    rectangular_diagonal,
)
from reference.dai2018 import (
    concave_conjugate,
    divergence,
    encoder_precision,
    log_determinant_bound,
    separable_log_determinant,
    separable_posterior_log_determinant,
)
from verify import (
    Matrix,
    NonNegative,
    Orthogonal,
    Positive,
    PositiveDefinite,
    PositiveSemidefinite,
    Vector,
    claim,
    equal,
    iff,
    leq,
)


@claim(
    "dai2018/eq-19",
    r"\arg\min_{\Sigma_z\succ0}\operatorname{tr}[\Sigma_z]-\log|\Sigma_z|=I",
    label="eq. (19)",
    kind="optimality",
    expected="proved",
    proof=proofs.prove_prior_covariance,
)
def test_divergence_is_least_at_the_prior(mean: Vector["k"], covariance: PositiveDefinite["k"]):
    """Σ = I is the minimiser and, as "arg min … = I" says, the only one; so it is for the divergence of every mean.

    Stated at Σ, and 2⁻¹⁰ of the way from I to Σ.
    """
    k, step = len(mean), Fraction(1, 2**10)
    prior = identity(k, k, mean)
    least = divergence(0 * mean, prior)
    equal(least, k)
    for other in (covariance, (1 - step) * prior + step * covariance):
        leq(divergence(mean, prior), divergence(mean, other))
        iff(leq(divergence(0 * mean, other), least), equal(other, prior))


# --- eq. (23) -------------------------------------------------------------------------------------------------------


def full_row_rank(P, Q, m):
    """Return A = P [I 0] Q, the polar form of every matrix with m independent rows, and AAᵀ = P²."""
    A = P @ leading_identity(m, len(Q), m, Q) @ Q
    return A, A @ A.mT


@claim(
    "dai2018/eq-23",
    r"\log|AA^\top|=\inf_{\Gamma\succ0}\operatorname{tr}[AA^\top\Gamma^{-1}]+\log|\Gamma|",
    label="eq. (23)",
    kind="optimality",
    expected="refuted",
)
def test_log_determinant_is_an_infimum(P: PositiveDefinite["m"], Q: Orthogonal["m+k", {"k": (0, 2)}]):
    """False for every A of full row rank: the infimum, attained at Γ = AAᵀ, exceeds log|AAᵀ| by the number of rows.

    Stated at Γ = AAᵀ, where the objective is above log|AAᵀ|; ``eq-23.corrected``, proved, says that it is not lower
    elsewhere. The print says "arg inf". For a singular AAᵀ both sides are −∞.
    """
    _, M = full_row_rank(P, Q, len(P))
    equal(log_determinant(M), log_determinant_bound(M, M))


@claim(
    "dai2018/eq-23.corrected",
    r"m+\log|AA^\top|=\inf_{\Gamma\succ0}\operatorname{tr}[AA^\top\Gamma^{-1}]+\log|\Gamma|,"
    r"\ A\text{ of }m\text{ rows}",
    label="eq. (23)",
    kind="optimality",
    corrects="dai2018/eq-23",
    expected="proved",
    proof=proofs.prove_log_determinant_bound,
)
def test_log_determinant_plus_rows_is_an_infimum(
    P: PositiveDefinite["m", {"m": (1, 3)}],
    Q: Orthogonal["m+k", {"k": (0, 2)}],
    gamma: PositiveDefinite["m"],
    S: PositiveSemidefinite["m"],
    t: Positive,
):
    """For independent rows attained at Γ = AAᵀ, and a lower bound at any Γ: a drawn one, a multiple of AAᵀ, one close
    to it. For dependent rows both sides are −∞: at AAᵀ = S and Γ = S + tI, t > 0, the objective is at most
    rank S + log|S + tI|, which tends to −∞ as t → 0.

    The constant does not matter to the minimisation for which the paper uses (23).
    """
    m, step = len(P), Fraction(1, 2**10)
    _, M = full_row_rank(P, Q, m)
    least = m + log_determinant(M)
    equal(least, log_determinant_bound(M, M))
    for other in (gamma, t * M, (1 - step) * M + step * gamma):
        leq(least, log_determinant_bound(M, other))
    near = S + t * identity(m, m, S)
    leq(log_determinant_bound(S, near), rank(S) + log_determinant(near))


# --- Hadamard's inequality and its slips ----------------------------------------------------------------------------


@claim(
    "dai2018/eq-30",
    r"\log\Big|\tfrac1\lambda(W^{**})^\top W^{**}+I\Big|\le\sum_j\log(1+\tfrac1\lambda\|w_{\cdot j}^{**}\|_2^2)",
    label="eq. (30)",
    kind="inequality",
    expected="proved",
    proof=proofs.prove_hadamard,
    rests_on="dai2018/eq-19",
)
def test_latent_log_determinant_is_at_most_separable(W: Matrix["d k"], lam: Positive):
    """For every W, hence for the minimisers W** of (7). log increases, so that both sides are stated exponentiated:
    they are rational then, and compared exactly.
    """
    k = W.shape[-1]
    factors = 1 + column_squared_norms(W) / lam
    leq(determinant(encoder_precision(W, lam)), determinant(rectangular_diagonal(factors, k, k)))


@claim(
    "dai2018/eq-43",
    r"\sum_{j=1}^\kappa(1+\tfrac1\lambda\|w_{\cdot j}\|_2^2)+d\log\lambda"
    r"=\sum_j\log(\|w_{\cdot j}\|_2^2+\lambda)+(d-\kappa)\log\lambda",
    label="eq. (43)",
    expected="refuted",
)
def test_separable_penalty_without_a_logarithm(W: Matrix["d k"], lam: Positive):
    """False: the sum on the left lacks its logarithm. W = 0 leaves κ = 0."""
    left = (1 + column_squared_norms(W) / lam).sum() + len(W) * log(lam)
    equal(left, separable_log_determinant(W, lam))


@claim(
    "dai2018/eq-43.corrected",
    r"\sum_{j=1}^\kappa\log(1+\tfrac1\lambda\|w_{\cdot j}\|_2^2)+d\log\lambda"
    r"=\sum_j\log(\|w_{\cdot j}\|_2^2+\lambda)+(d-\kappa)\log\lambda",
    label="eq. (43)",
    corrects="dai2018/eq-43",
    expected="proved",
    proof=proofs.prove_separable_penalty,
)
def test_separable_penalty_with_the_logarithm(W: Matrix["d k"], lam: Positive):
    """For every shape of W, κ > d included."""
    left = separable_posterior_log_determinant(W, lam) + len(W) * log(lam)
    equal(left, separable_log_determinant(W, lam))


# --- eqs. (35) and (36) ---------------------------------------------------------------------------------------------


@claim(
    "dai2018/eq-36",
    r"\log(\|w\|_2^2+\lambda)\ge\omega\|w\|_2^2-h^*(\omega)\quad\forall\omega\ge0",
    label="eq. (36)",
    kind="inequality",
    expected="refuted",
)
def test_conjugate_bounds_the_logarithm_from_below(w: Vector["d"], lam: Positive, omega: Positive):
    """False: the logarithm is the minimum of the right side over ω, by (35), and not its maximum.

    At ω = 0, h*(0) = −∞ and the right side is +∞; here ω > 0.
    """
    square = (w * w).sum()
    leq(omega * square - concave_conjugate(omega, lam), log(square + lam))


@claim(
    "dai2018/eq-36.corrected",
    r"\log(\|w\|_2^2+\lambda)\le\omega\|w\|_2^2-h^*(\omega)\quad\forall\omega>0,"
    r"\text{ with equality at }\omega=(\|w\|_2^2+\lambda)^{-1}",
    label="eq. (36)",
    kind="inequality",
    corrects="dai2018/eq-36",
    expected="proved",
    proof=proofs.prove_conjugate_bound,
)
def test_conjugate_bounds_the_logarithm_from_above(
    w: Vector["d"], lam: Positive, omega: Positive, u: NonNegative, t: Positive
):
    """At ω = 0, which the print admits, h* is −∞ and bounds nothing.

    Stated too: h*(ω) is the lower bound of ωu − log(u + λ) over u ≥ 0 that it is defined to be, where ω exceeds 1/λ and
    where it does not; and for ω close to the one of equality.
    """
    square = (w * w).sum()
    tight = 1 / (square + lam)
    for slope in (omega, (1 + t / 2**10) * tight, tight / (1 + t / 2**10)):
        leq(log(square + lam), slope * square - concave_conjugate(slope, lam))
        leq(concave_conjugate(slope, lam), slope * u - log(u + lam))
    equal(log(square + lam), tight * square - concave_conjugate(tight, lam))
