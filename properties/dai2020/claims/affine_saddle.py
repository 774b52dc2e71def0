"""The collapsed solution of the affine decoder: a saddle (Section 5), unless the data are isotropic."""

from properties.dai2020.proofs.affine import prove_affine_saddle
from reference.arithmetic import concatenate, identity, zeros
from reference.dai2020 import (
    affine_reconstruction,
    collapsed_hessian,
    collapsed_variance,
    covariance,
    sample_mean,
)
from reference.shapes import Array
from verify import (
    Dimension,
    Matrix,
    Orthogonal,
    Positive,
    Vector,
    assume,
    claim,
    corner,
    equal,
    iff,
    less,
    positive_semidefinite,
)
from verify.judging.statements import Truth


def varying(X: Array, W: Array, b: Array, gamma: Array, mu: Array) -> Array:
    """Return the energy at σ = 1 without the terms of γ and σ alone, which is rational."""
    return affine_reconstruction(X, W, b, mu, 1 + 0 * mu) / gamma + (mu**2).sum()


def is_isotropic(X: Array) -> Truth:
    """State that S = γ̄I."""
    return equal(covariance(X), collapsed_variance(X) * identity(len(X), len(X), X))


@claim(
    "dai2020/section-5.affine-saddle",
    r"W_x=0,\ b_x=\bar x,\ \gamma=\bar\gamma:\ \nabla^2\mathcal L\text{ has a negative eigenvalue}",
    label="§5",
    expected="refuted",
    corner="S = γ̄I",
)
def test_collapsed_solution_of_the_affine_decoder_is_a_saddle(
    X: Matrix["d n+1", {"d": (1, 2), "n": (1, 2)}], kappa: Dimension["k", {"k": (1, 2)}]
):
    """False for isotropic data: for S = γ̄I, always so if d = 1, no direction lowers the energy to second order. The
    collapsed solution is then even a global optimum, as M = γI + WWᵀ = S there.
    """
    assume(less(0, collapsed_variance(X)))
    corner(is_isotropic(X))
    ~positive_semidefinite(collapsed_hessian(X, kappa))


@claim(
    "dai2020/section-5.affine-saddle.corrected",
    r"W_x=0,\ b_x=\bar x,\ \gamma=\bar\gamma>0:\ \nabla^2\mathcal L\text{ has a negative eigenvalue}"
    r"\iff S\ne\bar\gamma I",
    label="§5",
    kind="equivalence",
    expected="proved",
    proof=prove_affine_saddle,
    corrects="dai2020/section-5.affine-saddle",
)
def test_collapsed_solution_is_a_saddle_unless_the_data_are_isotropic(
    X: Matrix["d n+1", {"d": (1, 3), "n": (1, 2)}],
    kappa: Dimension["k", {"k": (1, 2)}],
    Q: Orthogonal["d"],
    scale: Positive,
    W: Matrix["d 2"],
    b: Vector["d"],
    mu: Matrix["2 n+1"],
):
    """With S the covariance. Isotropic data are added by construction. In (W, b, μ) the Hessian is judged against the
    energy, whose even part along a line is h²H/2 + h⁴c: two steps give H exactly. The proof has the other blocks.
    """
    n = X.shape[-1]
    isotropic = scale * concatenate([Q, -Q])
    positive_semidefinite(collapsed_hessian(isotropic, kappa))
    best = collapsed_variance(X)
    assume(less(0, best))
    iff(positive_semidefinite(collapsed_hessian(X, kappa)), is_isotropic(X))

    def second_difference(step: int) -> Array:
        ends = [varying(X, h * W, sample_mean(X) + h * b, best, h * mu) for h in (step, -step, 0)]
        return ends[0] + ends[1] - 2 * ends[2]

    rows = [concatenate([W.mT, mu])[k] for k in (0, 1)]
    vector = concatenate([*rows, b, zeros((2 * n + 1,), X)])
    form = (vector[None] @ collapsed_hessian(X, 2) @ vector[:, None])[0, 0]
    equal(12 * form, 16 * second_difference(1) - second_difference(2))
