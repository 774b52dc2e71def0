"""Gradient flow of the linear VAE: Lemma 5, Theorem 5 and Lemma 6 in continuous time.

The flow is Θ' = −∇L₁(Θ), eq. (1). What is judged, exactly, is the derivative of a quantity along it at an arbitrary
point Θ. A rate q' ≤ −cq/K that holds at every point, with K no less than the maximum there, gives
q(t) ≤ e^{−ct/K}q(0) by Grönwall's inequality. Conversely such a bound on every [0, T], with K the maximum over it,
which is continuous in T, gives q'(0) ≤ −cq(0)/K(0) as T → 0: a point that violates the rate refutes the bound.
"""

from functools import reduce

from properties.koehler2022.claims.symmetry import row_indicator
from properties.koehler2022.proofs.flow import prove_column_decay, prove_rotations, prove_row_decay
from reference.arithmetic import (
    column_squared_norms,
    leading_identity,
    maximum,
    rectangular_diagonal,
    squared_norm,
)
from reference.koehler2022 import loss_gradient, simplified_loss_gradient
from verify import Index, Matrix, Orthogonal, Positive, PositiveVector, claim, equal, leq


def largest_column(At, eps):
    """Return max_j ‖Ã_j‖² + ε̃², the least K of Lemma 5 at this point."""
    return reduce(maximum, column_squared_norms(At)) + eps**2


def decoder_velocity(A, At, Bt, eps):
    """Return Ã' = −∂L₁/∂Ã along the flow."""
    return -simplified_loss_gradient(A, At, Bt, eps)[0]


def zero_row(A, i):
    """Return A with row i set to 0."""
    return A * (1 - row_indicator(len(A), i, A))


def leading_projector(U, q):
    """Return the orthogonal projector on the span of the first q columns of U."""
    first = U @ leading_identity(len(U), len(U), q, U)
    return first @ first.mT


def of_singular_vectors(F, s, G, q):
    """Return the d × r matrix of rank q with singular values s_1, …, s_q and singular vectors the columns of F, G."""
    used = leading_identity(len(F), len(G), q, F)
    return F @ (used * rectangular_diagonal(s, len(F), len(G))) @ G.mT


@claim(
    "koehler2022/lemma-5",
    r"\max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K,\ A^{(i)}=0\;\Rightarrow\;"
    r"\|\tilde A^{(i)}(t)\|^2\le e^{-t/K}\|\tilde A^{(i)}(0)\|^2\quad\forall t\in[0,T]",
    label="Lemma 5",
    kind="flow",
    expected="proved",
    proof=prove_row_decay,
    implies="koehler2022/lemma-5.trajectories",
    rests_on="koehler2022/lemma-4.l1",
)
def test_rows_off_the_data_decay(A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], eps: Positive, i: Index["d"]):
    """The pointwise form d/dt ‖Ã^{(i)}‖² ≤ −‖Ã^{(i)}‖²/K at every point of the flow, which gives the claim."""
    speed = 2 * (At * decoder_velocity(zero_row(A, i), At, Bt, eps))[i].sum()
    leq(speed, -(At[i] ** 2).sum() / largest_column(At, eps))


@claim(
    "koehler2022/lemma-5.sharpened",
    r"\max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K,\ A^{(i)}=0\;\Rightarrow\;"
    r"\|\tilde A^{(i)}(t)\|^2\le e^{-2t/K}\|\tilde A^{(i)}(0)\|^2\quad\forall t\in[0,T]",
    label="Lemma 5",
    kind="flow",
    expected="proved",
    proof=prove_row_decay,
    sharpens="koehler2022/lemma-5",
    implies="koehler2022/lemma-5.trajectories.sharpened",
    rests_on="koehler2022/lemma-4.l1",
)
def test_rows_off_the_data_decay_twice_as_fast(
    A: Matrix["d k"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
    i: Index["d"],
    U: Orthogonal["d", {"d": (1, 3)}],
    s: Positive,
):
    """The proof's d‖Ã^{(i)}‖²/dt = 2⟨Ã^{(i)}, dÃ^{(i)}/dt⟩ loses its factor 2. With B̃ = 0 and columns of equal norm,
    Ã = sU, the rate is attained (stated), so that no e^{−ct/K} with c > 2 is true for all T.
    """
    A = zero_row(A, i)
    speed = 2 * (At * decoder_velocity(A, At, Bt, eps))[i].sum()
    leq(speed, -2 * (At[i] ** 2).sum() / largest_column(At, eps))
    even = s * U
    speed = 2 * (even * decoder_velocity(A, even, 0 * U, eps))[i].sum()
    equal(speed, -2 * (even[i] ** 2).sum() / largest_column(even, eps))


@claim(
    "koehler2022/theorem-5.row-span",
    r"W=\operatorname{rowspan}(A),\ \max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)^T\|_F^2\le e^{-t/K}\|P_{W^\perp}\tilde A(0)^T\|_F^2\quad\forall t\in[0,T]",
    label="Theorem 5",
    kind="flow",
    expected="refuted",
    rests_on=("koehler2022/lemma-5", "koehler2022/lemma-6.flow"),
)
def test_decoder_rows_decay_off_the_row_span(
    F: Orthogonal["d", {"d": (1, 3)}],
    s: PositiveVector["min(d,r)"],
    G: Orthogonal["r", {"r": (1, 3)}],
    q: Index["min(d,r)+1"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
):
    """False, already at t = 0: the rows of A live in the space of the ground truth's latents, and those of Ã in that of
    the model's, which have nothing to do with one another. A = FSGᵀ is d × r ("A : d × r be arbitrary") of any rank q.
    """
    A, off = of_singular_vectors(F, s, G, q), 1 - leading_identity(len(G), len(G), q, G).sum(0)
    projected = At @ (G * off) @ G.mT  # (P_{W⊥}Ãᵀ)ᵀ
    speed = 2 * (projected * decoder_velocity(A, At, Bt, eps)).sum()
    leq(speed, -squared_norm(projected) / largest_column(At, eps))


@claim(
    "koehler2022/theorem-5.row-span.corrected",
    r"W=\operatorname{colspan}(A),\ \max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le e^{-t/K}\|P_{W^\perp}\tilde A(0)\|_F^2\quad\forall t\in[0,T]",
    label="Theorem 5",
    kind="flow",
    expected="proved",
    corrects="koehler2022/theorem-5.row-span",
    proof=prove_column_decay,
    implies="koehler2022/theorem-5.trajectories",
    rests_on=("koehler2022/lemma-5", "koehler2022/lemma-6.flow"),
)
def test_decoder_columns_decay_off_the_column_span(
    F: Orthogonal["d", {"d": (1, 3)}],
    s: PositiveVector["min(d,k)"],
    G: Orthogonal["k", {"k": (1, 3)}],
    q: Index["min(d,k)+1"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
):
    """W is the span of the columns of A, the subspace of the data, for any number k of ground-truth latents: what the
    proof's Lemmas 5 and 6 give after the rotation by the left singular vectors of A.
    """
    A = of_singular_vectors(F, s, G, q)
    projected = At - leading_projector(F, q) @ At
    speed = 2 * (projected * decoder_velocity(A, At, Bt, eps)).sum()
    leq(speed, -squared_norm(projected) / largest_column(At, eps))


@claim(
    "koehler2022/theorem-5.row-span.sharpened",
    r"W=\operatorname{colspan}(A),\ \max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le e^{-2t/K}\|P_{W^\perp}\tilde A(0)\|_F^2\quad\forall t\in[0,T]",
    label="Theorem 5",
    kind="flow",
    expected="proved",
    proof=prove_column_decay,
    sharpens="koehler2022/theorem-5.row-span.corrected",
    implies=(
        "koehler2022/theorem-5.trajectories.sharpened",
        "koehler2022/theorem-5.trajectories.adversaries",
        "koehler2022/theorem-5.seen",
    ),
    rests_on=("koehler2022/lemma-5.sharpened", "koehler2022/lemma-6.flow"),
)
def test_decoder_columns_decay_twice_as_fast_off_the_column_span(
    F: Orthogonal["d", {"d": (1, 3)}],
    s: PositiveVector["min(d,k)"],
    G: Orthogonal["k", {"k": (1, 3)}],
    q: Index["min(d,k)+1"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
    scale: Positive,
):
    """The corrected claim at the rate of lemma-5.sharpened, which is attained at B̃ = 0 and Ã = scale · F (stated)."""
    A, off = of_singular_vectors(F, s, G, q), F @ F.mT - leading_projector(F, q)
    projected = off @ At
    speed = 2 * (projected * decoder_velocity(A, At, Bt, eps)).sum()
    leq(speed, -2 * squared_norm(projected) / largest_column(At, eps))
    even = scale * F
    speed = 2 * (off @ even * decoder_velocity(A, even, 0 * F, eps)).sum()
    equal(speed, -2 * squared_norm(off @ even) / largest_column(even, eps))


@claim(
    "koehler2022/lemma-6.flow",
    r"\Theta(t)=(\tilde A,\tilde B,\tilde D,\tilde\varepsilon)(t)\text{ is the gradient flow of }L_A\;\Rightarrow\;"
    r"(U\tilde A,\tilde BU^T,\tilde D,\tilde\varepsilon)(t)\text{ is that of }L_{UA}\text{, and so for }L_1",
    label="Lemma 6 (flow)",
    kind="flow",
    expected="proved",
    proof=prove_rotations,
    implies="koehler2022/lemma-6.trajectories",
    rests_on=("koehler2022/lemma-6.gradient-a", "koehler2022/lemma-6.gradient-b", "koehler2022/lemma-6.l1"),
)
def test_gradient_flow_rotates(
    A: Matrix["d k"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    D: PositiveVector["r"],
    eps: Positive,
    U: Orthogonal["d", {"d": (1, 3)}],
):
    """The rotation, which is linear, maps the velocity −∇L_A at every point to that of L_{UA} at its image. So the
    image of a solution is a solution, and the only one with its initial values: the velocities are smooth where
    D̃, ε̃ > 0.
    """
    plain, turned = (At, Bt, D, eps), (U @ At, Bt @ U.mT, D, eps)
    velocity, image = loss_gradient(A, *plain), loss_gradient(U @ A, *turned)
    equal(-(U @ velocity[0]), -image[0])
    equal(-(velocity[1] @ U.mT), -image[1])
    equal(-velocity[2], -image[2])
    equal(-velocity[3], -image[3])
    velocity, image = (  # type: ignore[assignment]
        simplified_loss_gradient(X, *p[:2], eps) for X, p in ((A, plain), (U @ A, turned))
    )
    equal(-(U @ velocity[0]), -image[0])
    equal(-(velocity[1] @ U.mT), -image[1])
    equal(-velocity[2], -image[2])
