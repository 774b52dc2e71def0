"""What minima of dai2018's cost (11) have of the prior: the mean of Σ_z + μ_zμ_zᵀ, for any decoder variance."""

from properties.results.proofs.second_moments import prove_second_moments
from reference.arithmetic import determinant, identity, inverse, log_determinant, trace
from reference.dai2018.affine import encoder_cost
from verify import (
    Matrix,
    NonNegative,
    Positive,
    PositiveDefinite,
    PositiveVector,
    Vector,
    claim,
    equal,
    leq,
    positive_semidefinite,
)


@claim(
    "results/second-moments",
    r"M=\tfrac1n\sum_i\Sigma_z^{(i)}+\mu_z^{(i)}(\mu_z^{(i)})^\top:\quad"
    r"\mathcal L\big(WA^{-1},\Sigma_x(A^{-1}\cdot),A\mu_z,A\Sigma_zA^\top\big)=\mathcal L+"
    r"n\big(\operatorname{tr}[(A^\top A-I)M]-\log|A^\top A|\big)"
    r"\ge\mathcal L-n\big(\operatorname{tr}M-\kappa-\log|M|\big),\quad"
    r"\text{so that at every minimum of (11) }M\succeq I,\text{ and }M=I\text{ if all }\Sigma_z^{(i)}\succ\alpha I",
    label="Theorem 4 of dai2018",
    kind="optimality",
    expected="proved",
    proof=prove_second_moments,
)
def test_latent_maps_change_the_divergence_alone(
    X: Matrix["d n", {"d": (1, 2), "n": (1, 2)}],
    W: Matrix["d k", {"k": (1, 2)}],
    means: Matrix["k n"],
    alpha: Positive,
    P: PositiveDefinite["k"],
    t: PositiveVector["n"],
    A: PositiveDefinite["k"],
    v: Vector["k"],
    more: NonNegative,
    lam: Positive,
):
    """Judged of a constant Σ_x = λI, of which the cost is a closed form; the proof has any Σ_x(z).

    A is symmetric, as its orthogonal factor is no part of AᵀA. A = I + gvvᵀ, g ≥ 0, keeps Σ_z ⪰ αI, and adds to the
    trace ((1 + g‖v‖²)² − 1) m, m = vᵀMv/‖v‖²: with m < 1 it lowers the cost, if g is small.
    """
    n, kappa = X.shape[1], len(P)
    one, covariances = identity(kappa, kappa, P), t[:, None, None] * P + alpha * identity(kappa, kappa, P)
    M, none = (covariances.sum(0) + means @ means.mT) / n, 0 * X[:, 0]
    before = encoder_cost(X, W, none, lam, means, covariances)
    after = encoder_cost(X, W @ inverse(A), none, lam, A @ means, A @ covariances @ A)
    equal(after, before + n * (trace((A @ A - one) @ M) - log_determinant(A @ A)))
    leq(before - n * (trace(M) - kappa - log_determinant(M)), after)
    stretched, square = one + more * v[:, None] * v, (v**2).sum()
    positive_semidefinite(stretched @ covariances[0] @ stretched - alpha * one)
    equal(square * trace((stretched @ stretched - one) @ M), ((1 + more * square) ** 2 - 1) * (v @ M @ v))
    equal(determinant(stretched), 1 + more * square)
