"""Lemma 6 along whole trajectories of gradient descent, in balls."""

from reference.arithmetic import squared_norm
from reference.koehler2022 import descent_step, simplified_loss, simplified_loss_gradient
from verify import Matrix, Orthogonal, Positive, claim, equal

STEPS = 8


@claim(
    "koehler2022/lemma-6.descent",
    r"\Theta_{n+1}=\Theta_n-\eta\nabla L_1(\Theta_n),\ \Theta_{U,0}=(U\tilde A_0,\tilde B_0U^T,\tilde\varepsilon_0)"
    r"\;\Rightarrow\;\Theta_{U,n}=(U\tilde A_n,\tilde B_nU^T,\tilde\varepsilon_n),\ n\le8",
    label="Lemma 6 (descent)",
    kind="flow",
)
def test_descent_rotates(
    A: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    At: Matrix["d r", {"r": (1, 2)}],
    Bt: Matrix["r d"],
    eps: Positive,
    U: Orthogonal["d"],
    s: Positive,
):
    """Descent is exact but for rounding, which balls bound: eight steps from exact instances, all results enclosed.

    Fractions would have a hundred thousand digits by then; the loss, which is compared as well, has logarithms, and so
    the engine takes balls. The step size is small beside the gradient, as it is in use.
    """
    one, other = (At, Bt, eps), (U @ At, Bt @ U.mT, eps)
    size = 1 + squared_norm(A) + squared_norm(At) + squared_norm(Bt) + 1 / eps**2
    eta = s / (1 + s) / 64 / size**3
    equal(simplified_loss(A, *one), simplified_loss(U @ A, *other))
    for _ in range(STEPS):
        one = descent_step(one, simplified_loss_gradient(A, *one), eta)
        other = descent_step(other, simplified_loss_gradient(U @ A, *other), eta)
        equal(U @ one[0], other[0])
        equal(one[1] @ U.mT, other[1])
        equal(one[2], other[2])
