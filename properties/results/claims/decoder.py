"""What becomes of the decoder along the flow: Theorem 5 for every direction at once, and where there are no data."""

from properties.koehler2022.claims.flow import largest_column, leading_projector, of_singular_vectors
from properties.results.proofs.linear_vae import prove_linear_law, prove_squares_fall
from reference.koehler2022 import decay_matrix, loss_gradient, simplified_loss_gradient
from verify import (
    Index,
    Matrix,
    Orthogonal,
    Positive,
    PositiveVector,
    claim,
    equal,
    positive_semidefinite,
)


@claim(
    "results/off-the-data",
    r"\Theta'=-\nabla L_1(\Theta),\ W=\operatorname{colspan}(A),\ N=P_{W^\perp}\tilde A,\ "
    r"\max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K\;\Rightarrow\;"
    r"N(t)N(t)^T\preceq e^{-2t/K}N(0)N(0)^T,\ \operatorname{colspan}N(t)=\operatorname{colspan}N(0)"
    r"\quad\forall t\in[0,T]",
    label="Theorem 5 in every direction",
    kind="flow",
    expected="proved",
    proof=prove_linear_law,
    sharpens="koehler2022/theorem-5.row-span.sharpened",
    rests_on="koehler2022/lemma-6.flow",
)
def test_what_is_off_the_data_decays_in_every_direction(
    F: Orthogonal["d", {"d": (1, 3)}],
    s: PositiveVector["min(d,k)"],
    G: Orthogonal["k", {"k": (1, 3)}],
    q: Index["min(d,k)+1"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
):
    """As rates at an arbitrary point: N' = −NS for a matrix S that is no less than I/K, so that (NNᵀ)' ⪯ −(2/K)NNᵀ. It
    does not matter how ε̃ is moved; S exists as long as ε̃ > 0.
    """
    A = of_singular_vectors(F, s, G, q)
    off = F @ F.mT - leading_projector(F, q)
    N, S = off @ At, decay_matrix(A, At, Bt, eps)
    speed = -off @ simplified_loss_gradient(A, At, Bt, eps)[0]
    equal(speed, -N @ S)
    change = speed @ N.mT
    positive_semidefinite(-(change + change.mT) - 2 / largest_column(At, eps) * N @ N.mT)


@claim(
    "results/end-without-data",
    r"\Theta'=-\nabla L(\Theta)\text{ or }-\nabla L_1(\Theta)\;\Rightarrow\;"
    r"(\|\tilde A\|_F^2+\tilde\varepsilon^2)'=2\tilde\varepsilon^{-2}\langle A,A-\tilde A\tilde BA\rangle-2d,"
    r"\text{ so that no flow with }A=0\text{ exists beyond }"
    r"t=\frac{\|\tilde A(0)\|_F^2+\tilde\varepsilon(0)^2}{2d}",
    label="The flow ends where there are no data",
    kind="flow",
    expected="proved",
    proof=prove_squares_fall,
    sharpens="koehler2022/section-3.recovery.solved",
)
def test_squares_fall_along_the_flow(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], D: PositiveVector["r"], eps: Positive
):
    """As rates, for any number of latents, encoded or not, and any D̃; where A = 0 the right side is −2d."""
    rate = 2 * (A * (A - At @ Bt @ A)).sum() / eps**2 - 2 * len(A)
    for gradient in (loss_gradient(A, At, Bt, D, eps), simplified_loss_gradient(A, At, Bt, eps)):
        equal(-2 * (At * gradient[0]).sum() - 2 * eps * gradient[-1], rate)
