"""The original loss L, with D̃ trained: "we believe our results should hold for the original loss L as well" (§3, §5).

The flow is Θ' = −∇L(Θ), and what is judged, at a point of it, is a rate, as in ``flow``. Lemma 4 has D̃_jj/ε̃² for L
where it has 1/(‖Ã_j‖² + ε̃²) for L₁, so that the rate is set by K' = max_j ε̃²/D̃_jj in place of K. For each j the two
terms are equal if and only if D̃_jj is optimal (Lemma 3); so K' = K if all are, and it can be by chance. Of ∇L just
∂L/∂Ã matters: D̃ may be followed as D̃ or as log D̃.
"""

from functools import reduce

from properties.koehler2022.claims.flow import largest_column, leading_projector, of_singular_vectors, zero_row
from properties.koehler2022.proofs.flow import prove_row_decay_of_the_original_loss
from reference.arithmetic import maximum, squared_norm
from reference.koehler2022 import loss_gradient
from verify import Index, Matrix, Orthogonal, Positive, PositiveVector, claim, equal, leq


def decoder_velocity(A, At, Bt, D, eps):
    """Return Ã' = −∂L/∂Ã along the flow of L."""
    return -loss_gradient(A, At, Bt, D, eps)[0]


def slowest_latent(D, eps):
    """Return max_j ε̃²/D̃_jj."""
    return eps**2 * reduce(maximum, 1 / D)


@claim(
    "koehler2022/section-3.original-loss",
    r"\Theta'=-\nabla L(\Theta),\ \max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K,\ A^{(i)}=0"
    r"\;\Rightarrow\;\|\tilde A^{(i)}(t)\|^2\le e^{-t/K}\|\tilde A^{(i)}(0)\|^2\quad\forall t\in[0,T]",
    label="§3 (original loss)",
    kind="flow",
    expected="refuted",
    reading="from arbitrary starts, as Theorem 5 has it, and not only while D̃ is near its optimum",
)
def test_rows_off_the_data_decay_under_the_original_loss(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], D: PositiveVector["r"], eps: Positive, i: Index["d"]
):
    """The paper "believes" that its results hold for L; Lemma 5 with the same K does not, from arbitrary starts:
    with a D̃ far below its optimum a latent is nearly free of noise, so that its column of Ã hardly decays. The belief
    is for descent that "succeeds to keep D well-tuned", against which nothing is said here.

    The speed at t = 0 exceeds the printed bound's strictly, so that the row exceeds e^{−t/K}‖Ã^{(i)}(0)‖² at all small
    t, K being continuous in T. Theorem 5 falls with it, at d = 1.
    """
    speed = 2 * (At * decoder_velocity(zero_row(A, i), At, Bt, D, eps))[i].sum()
    leq(speed, -(At[i] ** 2).sum() / largest_column(At, eps))


@claim(
    "koehler2022/section-3.original-loss.corrected",
    r"\Theta'=-\nabla L(\Theta),\ \max_{t\le T}\max_j\tilde\varepsilon(t)^2/\tilde D(t)_{jj}\le K',\ "
    r"W=\operatorname{colspan}(A)\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le e^{-2t/K'}\|P_{W^\perp}\tilde A(0)\|_F^2\quad\forall t\in[0,T],\ "
    r"\text{and so for a row}",
    label="§3 (original loss)",
    kind="flow",
    expected="proved",
    corrects="koehler2022/section-3.original-loss",
    proof=prove_row_decay_of_the_original_loss,
    rests_on=("koehler2022/lemma-4.loss", "koehler2022/lemma-6.flow"),
)
def test_decoder_decays_off_the_data_under_the_original_loss(
    F: Orthogonal["d", {"d": (1, 3)}],
    s: PositiveVector["min(d,k)"],
    G: Orthogonal["k", {"k": (1, 3)}],
    q: Index["min(d,k)+1"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    D: PositiveVector["r"],
    eps: Positive,
    i: Index["d"],
):
    """Theorem 5 for L and for the span of the columns, and Lemma 5, with the rate 2 of both. It is attained (stated) at
    B̃ = 0 where all D̃_jj are equal.
    """
    A, K = of_singular_vectors(F, s, G, q), slowest_latent(D, eps)
    projected = At - leading_projector(F, q) @ At
    leq(2 * (projected * decoder_velocity(A, At, Bt, D, eps)).sum(), -2 * squared_norm(projected) / K)
    speeds = 2 * At * decoder_velocity(zero_row(A, i), At, Bt, D, eps)
    leq(speeds[i].sum(), -2 * (At[i] ** 2).sum() / K)
    even = 0 * D + D[0]
    speed = 2 * (projected * decoder_velocity(A, At, 0 * Bt, even, eps)).sum()
    equal(speed, -2 * squared_norm(projected) / slowest_latent(even, eps))
