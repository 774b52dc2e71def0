"""Zero rows and rotations: Lemmas 4 and 6, and the singular values of Theorem 5."""

from properties.koehler2022.proofs.flow import prove_rotations
from properties.koehler2022.proofs.losses import prove_row_correlation
from reference.arithmetic import identity, leading_identity, singular_values, squared_norm
from reference.koehler2022 import (
    descent_step,
    linear_reconstruction,
    loss,
    loss_gradient,
    simplified_loss,
    simplified_loss_gradient,
)
from verify import Index, Matrix, NonNegative, Orthogonal, Positive, PositiveVector, claim, equal, leq


def row_indicator(d, i, like):
    """Return e_i as a column (d × 1)."""
    return identity(d, d, like)[:, i, None]


def fit(A, At, Bt, D, eps):
    """Return the terms of L, eq. (4), with Ã or B̃ in them: of degree 2 in each, so that central differences of them
    are exactly the directional derivatives of L.
    """
    return linear_reconstruction(A, At, Bt, D) / (2 * eps**2) + squared_norm(Bt @ A) / 2


@claim(
    "koehler2022/lemma-4.loss",
    r"A^{(i)}=0\;\Rightarrow\;\sum_j\tilde A_{ij}\frac{\partial L}{\partial\tilde A_{ij}}"
    r"\ge\sum_j\frac{\tilde D_{jj}\tilde A_{ij}^2}{\tilde\varepsilon^2}",
    label="Lemma 4 (L)",
    kind="inequality",
    expected="proved",
    proof=prove_row_correlation,
)
def test_gradient_correlates_with_decoder_rows_off_the_data(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], D: PositiveVector["r"], eps: Positive, i: Index["d"]
):
    """Row i of A is set to 0. The left side, from the gradient in closed form, is also the exact central difference of
    L as row i of Ã is scaled by 0 and by 2.
    """
    e = row_indicator(len(A), i, A)
    A = A * (1 - e)
    correlation = (At * loss_gradient(A, At, Bt, D, eps)[0])[i].sum()
    leq((D * At[i] ** 2).sum() / eps**2, correlation)
    equal(correlation, (fit(A, At * (1 + e), Bt, D, eps) - fit(A, At * (1 - e), Bt, D, eps)) / 2)


@claim(
    "koehler2022/lemma-4.l1",
    r"A^{(i)}=0\;\Rightarrow\;\sum_j\tilde A_{ij}\frac{\partial L_1}{\partial\tilde A_{ij}}"
    r"\ge\sum_j\frac{\tilde A_{ij}^2}{\|\tilde A_j\|^2+\tilde\varepsilon^2}",
    label="Lemma 4 (L₁)",
    kind="inequality",
    expected="proved",
    proof=prove_row_correlation,
)
def test_simplified_gradient_correlates_with_decoder_rows_off_the_data(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], eps: Positive, i: Index["d"]
):
    """Row i of A is set to 0; the left side is the gradient in closed form, rational in spite of the logarithm."""
    A = A * (1 - row_indicator(len(A), i, A))
    correlation = (At * simplified_loss_gradient(A, At, Bt, eps)[0])[i].sum()
    leq((At[i] ** 2 / ((At * At).sum(-2) + eps**2)).sum(), correlation)


@claim(
    "koehler2022/lemma-4.sharpened",
    r"A^{(i)}=0\;\Rightarrow\;\sum_j\tilde A_{ij}\frac{\partial L}{\partial\tilde A_{ij}}"
    r"=\sum_j\frac{\tilde D_{jj}\tilde A_{ij}^2}{\tilde\varepsilon^2}"
    r"+\frac{\|(\tilde A\tilde BA)^{(i)}\|^2}{\tilde\varepsilon^2},\quad"
    r"\sum_j\tilde A_{ij}\frac{\partial L_1}{\partial\tilde A_{ij}}"
    r"=\sum_j\frac{\tilde A_{ij}^2}{\|\tilde A_j\|^2+\tilde\varepsilon^2}"
    r"+\frac{\|(\tilde A\tilde BA)^{(i)}\|^2}{\tilde\varepsilon^2}",
    label="Lemma 4, exactly",
    expected="proved",
    proof=prove_row_correlation,
    sharpens=("koehler2022/lemma-4.loss", "koehler2022/lemma-4.l1"),
)
def test_correlation_exceeds_the_bound_by_the_reconstruction_of_the_zero_row(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], D: PositiveVector["r"], eps: Positive, i: Index["d"]
):
    """Both inequalities of Lemma 4 are off by what the autoencoder writes into the zero row: attained for B̃A = 0."""
    A = A * (1 - row_indicator(len(A), i, A))
    written = ((At @ Bt @ A)[i] ** 2).sum() / eps**2
    correlation = (At * loss_gradient(A, At, Bt, D, eps)[0])[i].sum()
    equal(correlation, (D * At[i] ** 2).sum() / eps**2 + written)
    correlation = (At * simplified_loss_gradient(A, At, Bt, eps)[0])[i].sum()
    equal(correlation, (At[i] ** 2 / ((At * At).sum(-2) + eps**2)).sum() + written)


@claim(
    "koehler2022/theorem-5.singular-values",
    r"\sum_{k>\dim W}\sigma_k^2(\tilde A)\le\|P_{W^\perp}\tilde A\|_F^2",
    label="eq. (6), left",
    kind="inequality",
)
def test_projections_bound_the_small_singular_values(
    At: Matrix["d r", {"d": (1, 3), "r": (1, 3)}],
    U: Orthogonal["d"],
    w: Index["d+1"],
):
    """For every subspace W of R^d, the span of the first w = 0, …, d columns of U. It is attained where these are left
    singular vectors, as the coordinate vectors are of a diagonal Ã, and at W = 0.
    """
    n, d = min(At.shape), len(At)
    small, off_w = 1 - leading_identity(n, n, min(w, n), At).sum(0), U * (1 - leading_identity(d, d, w, U).sum(0))
    leq((small * singular_values(At) ** 2).sum(), squared_norm(off_w.mT @ At))


@claim(
    "koehler2022/lemma-6.loss",
    r"L_A(\tilde A,\tilde B,\tilde D,\tilde\varepsilon)=L_{UA}(U\tilde A,\tilde BU^T,\tilde D,\tilde\varepsilon)",
    label="Lemma 6 (loss)",
    expected="proved",
    proof=prove_rotations,
)
def test_loss_is_invariant_under_rotations(
    A: Matrix["d k"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    D: PositiveVector["r"],
    eps: Positive,
    U: Orthogonal["d", {"d": (1, 3)}],
):
    """The terms with Ã or B̃ are compared in fractions by lemma-6.gradient-a, and the loss with its logarithms here."""
    equal(loss(A, At, Bt, D, eps), loss(U @ A, U @ At, Bt @ U.mT, D, eps))


@claim(
    "koehler2022/lemma-6.gradient-a",
    r"U\nabla_{\tilde A}L_A(\tilde A,\tilde B,\tilde D,\tilde\varepsilon)"
    r"=\nabla_{U\tilde A}L_{UA}(U\tilde A,\tilde BU^T,\tilde D,\tilde\varepsilon)",
    label="Lemma 6 (gradient in Ã)",
    expected="proved",
    proof=prove_rotations,
    rests_on="koehler2022/lemma-6.loss",
)
def test_decoder_gradient_rotates(
    A: Matrix["d k"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    D: PositiveVector["r"],
    eps: Positive,
    U: Orthogonal["d", {"d": (1, 3)}],
    direction: Matrix["d r"],
):
    """In closed form; and the left side, along any direction, is the central difference of L_{UA} at UÃ."""
    rotated = U @ loss_gradient(A, At, Bt, D, eps)[0]
    UA, UAt, BtU = U @ A, U @ At, Bt @ U.mT
    equal(rotated, loss_gradient(UA, UAt, BtU, D, eps)[0])
    equal(fit(A, At, Bt, D, eps), fit(UA, UAt, BtU, D, eps))
    difference = fit(UA, UAt + direction, BtU, D, eps) - fit(UA, UAt - direction, BtU, D, eps)
    equal((rotated * direction).sum(), difference / 2)


@claim(
    "koehler2022/lemma-6.gradient-b",
    r"(\nabla_{\tilde B}L_A(\tilde A,\tilde B,\tilde D,\tilde\varepsilon))U^T"
    r"=\nabla_{\tilde BU^T}L_{UA}(U\tilde A,\tilde BU^T,\tilde D,\tilde\varepsilon)",
    label="Lemma 6 (gradient in B̃)",
    expected="proved",
    proof=prove_rotations,
    rests_on="koehler2022/lemma-6.loss",
)
def test_encoder_gradient_rotates(
    A: Matrix["d k"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    D: PositiveVector["r"],
    eps: Positive,
    U: Orthogonal["d", {"d": (1, 3)}],
    direction: Matrix["r d"],
):
    """In closed form; and the left side, along any direction, is the central difference of L_{UA} at B̃Uᵀ."""
    rotated = loss_gradient(A, At, Bt, D, eps)[1] @ U.mT
    UA, UAt, BtU = U @ A, U @ At, Bt @ U.mT
    equal(rotated, loss_gradient(UA, UAt, BtU, D, eps)[1])
    difference = fit(UA, UAt, BtU + direction, D, eps) - fit(UA, UAt, BtU - direction, D, eps)
    equal((rotated * direction).sum(), difference / 2)


@claim(
    "koehler2022/lemma-6.step",
    r"(\tilde A_1,\tilde B_1,\tilde D_1,\tilde\varepsilon_1)=\Theta-\eta\nabla L_A(\Theta)\;\Rightarrow\;"
    r"(U\tilde A_1,\tilde B_1U^T,\tilde D_1,\tilde\varepsilon_1)=\Theta_U-\eta\nabla L_{UA}(\Theta_U),\ "
    r"\Theta_U=(U\tilde A,\tilde BU^T,\tilde D,\tilde\varepsilon)",
    label="Lemma 6 (step)",
    expected="proved",
    proof=prove_rotations,
    rests_on=("koehler2022/lemma-6.gradient-a", "koehler2022/lemma-6.gradient-b"),
)
def test_descent_step_rotates(
    A: Matrix["d k"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    D: PositiveVector["r"],
    eps: Positive,
    U: Orthogonal["d", {"d": (1, 3)}],
    eta: NonNegative,
):
    """All four parameters move; that a long step may make D or ε negative does not matter to the algebra."""
    start, gradient, turned = (At, Bt, D, eps), loss_gradient(A, At, Bt, D, eps), (U @ At, Bt @ U.mT, D, eps)
    plain = descent_step(start, gradient, eta)
    for before, slope, moved in zip(start, gradient, plain, strict=True):
        equal(moved, before - eta * slope)
    after = descent_step(turned, loss_gradient(U @ A, *turned), eta)
    for expected, actual in zip((U @ plain[0], plain[1] @ U.mT, *plain[2:]), after, strict=True):
        equal(expected, actual)


@claim(
    "koehler2022/lemma-6.l1",
    r"\text{the same with }L_1\text{ in place of }L",
    label="Lemma 6 (L₁)",
    expected="proved",
    proof=prove_rotations,
    implies="koehler2022/lemma-6.descent",
)
def test_simplified_loss_gradient_and_step_rotate(
    A: Matrix["d k"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
    U: Orthogonal["d", {"d": (1, 3)}],
    eta: NonNegative,
):
    """The loss, the three gradients and the step of L₁, whose parameters are Ã, B̃ and ε̃."""
    plain, turned = (At, Bt, eps), (U @ At, Bt @ U.mT, eps)
    gradient, rotated = simplified_loss_gradient(A, *plain), simplified_loss_gradient(U @ A, *turned)
    equal(simplified_loss(A, *plain), simplified_loss(U @ A, *turned))
    step, after = descent_step(plain, gradient, eta), descent_step(turned, rotated, eta)
    for before, image in ((gradient, rotated), (step, after)):
        equal(U @ before[0], image[0])
        equal(before[1] @ U.mT, image[1])
        equal(before[2], image[2])
