"""What Ã and B̃ keep of one another along the flow, and the aggregate posterior where it rests."""

from properties.results.proofs.linear_vae import prove_aggregate_covariance, prove_balance
from reference.arithmetic import concatenate, diagonal, identity
from reference.koehler2022 import (
    aggregate_covariance,
    loss_gradient,
    optimal_encoder_variance,
    simplified_loss_gradient,
)
from verify import Matrix, Orthogonal, Positive, PositiveVector, claim, equal, less


def balance_speed(gradient, At, Bt):
    """Return (ÃᵀÃ − B̃B̃ᵀ)' along the flow against the gradient."""
    half = gradient[1] @ Bt.mT - At.mT @ gradient[0]
    return half + half.mT


@claim(
    "results/balance",
    r"\Theta'=-\nabla L(\Theta)\;\Rightarrow\;(\tilde A^T\tilde A-\tilde B\tilde B^T)'="
    r"2\tilde BAA^T\tilde B^T-\tilde\varepsilon^{-2}(\tilde A^T\tilde A\tilde D+\tilde D\tilde A^T\tilde A),"
    r"\text{ and so for }L_1,\ \tilde D_{jj}=\frac{\tilde\varepsilon^2}{\|\tilde A_j\|^2+\tilde\varepsilon^2}",
    label="Balance",
    kind="flow",
    expected="proved",
    proof=prove_balance,
    rests_on="koehler2022/lemma-3.optimal-d",
)
def test_decoder_and_encoder_balance(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], D: PositiveVector["r"], eps: Positive
):
    """As rates. The diagonal is (‖Ã_j‖² − ‖B̃_j‖²)' = 2‖(B̃A)_j‖² − 2D̃_jj‖Ã_j‖²/ε̃²; it does not matter how D̃ and ε̃
    are moved.
    """
    code, gram = Bt @ A, At.mT @ At
    for variance, gradient in (
        (D, loss_gradient(A, At, Bt, D, eps)),
        (optimal_encoder_variance(At, eps), simplified_loss_gradient(A, At, Bt, eps)),
    ):
        noise = gram * variance / eps**2
        equal(balance_speed(gradient, At, Bt), 2 * code @ code.mT - noise - noise.mT)


def twins(F, G, size, t):
    """Return a critical point (A, Ã, B̃, ε) of L₁ with a column twice, Ã_1 = Ã_2 = h·F_1, and a third latent unused.

    h² + ε² = size², (B̃A)_1 = (B̃A)_2 = (h/size)G_1ᵀ, and A = (h/size)(2h + ε²/h)F_1G_1ᵀ makes both gradients vanish.
    """
    h, eps = size * (1 - t**2) / (1 + t**2), size * 2 * t / (1 + t**2)
    first, code = F[:, :1], h / size
    sigma = code * (2 * h + eps**2 / h)
    columns = concatenate([first, first, 0 * first], axis=1)
    return sigma * first @ G[:, :1].mT, h * columns, code / sigma * columns.mT, eps


@claim(
    "results/aggregate-posterior",
    r"\nabla_{\tilde A,\tilde B}L_1(\tilde A,\tilde B,\tilde\varepsilon)=0,\ "
    r"\tilde D_{jj}=\frac{\tilde\varepsilon^2}{\|\tilde A_j\|^2+\tilde\varepsilon^2}\;\Rightarrow\;"
    r"\tilde BAA^T\tilde B^T+\tilde D=\tilde\varepsilon^{-2}(\tilde A^T\tilde A+\tilde\varepsilon^2I)\tilde D,\ "
    r"\|(\tilde BA)_j\|^2+\tilde D_{jj}=1\ \forall j,\ "
    r"(\|\tilde A_i\|-\|\tilde A_j\|)\,\tilde A_i\cdot\tilde A_j=0\ \forall i,j",
    label="The aggregate posterior",
    expected="proved",
    proof=prove_aggregate_covariance,
    rests_on="results/balance",
)
def test_aggregate_posterior_has_unit_variances_at_critical_points(
    A: Matrix["d k"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
    F: Orthogonal["d"],
    G: Orthogonal["k"],
    size: Positive,
    s: Positive,
):
    """At an arbitrary point, the difference of the two covariances is (∂L₁/∂B̃)B̃ᵀ − Ãᵀ∂L₁/∂Ã, and the right one has the
    diagonal 1. At a critical point that is made (stated: both gradients vanish) two columns of Ã are the same, and the
    aggregate posterior is not the prior: the correlation of the two latents is ‖(B̃A)_1‖² > 0.
    """
    D, noisy = optimal_encoder_variance(At, eps), At.mT @ At + eps**2 * identity(At.shape[-1], At.shape[-1], At)
    in_At, in_Bt, _ = simplified_loss_gradient(A, At, Bt, eps)
    equal(aggregate_covariance(A, Bt, D) - noisy * D / eps**2, in_Bt @ Bt.mT - At.mT @ in_At)
    equal(diagonal(noisy * D / eps**2), 1)
    A, At, Bt, eps = twins(F, G, size, s / (1 + s))
    in_At, in_Bt, _ = simplified_loss_gradient(A, At, Bt, eps)
    equal(in_At, 0)
    equal(in_Bt, 0)
    covariance = aggregate_covariance(A, Bt, optimal_encoder_variance(At, eps))
    equal(diagonal(covariance), 1)
    less(0, covariance[0, 1])
