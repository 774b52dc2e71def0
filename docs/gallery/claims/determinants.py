"""Determinants and permanents."""

from itertools import permutations
from math import prod

import numpy as np

from reference.arithmetic import (
    concatenate,
    determinant,
    identity,
    inverse,
    log_determinant,
    singular_values,
    trace,
    zeros,
)
from verify import DoublyStochastic, Matrix, MMatrix, PositiveDefinite, PositiveSemidefinite, assume, claim, leq, less


@claim(
    "gallery/m-matrices",
    r"A, B \text{ M-matrices} \Rightarrow \det(A + B) \ge 0",
    label="Sums of M-matrices",
    expected="refuted",
)
def test_m_matrices(A: MMatrix["d"], B: MMatrix["d"]):
    """M-matrices are no convex cone, though the triangular ones of one shape are.

    True: an M-matrix plus a diagonal of numbers ≥ 0 is one.

    Source: A. Berman and R. J. Plemmons, Nonnegative Matrices in the Mathematical Sciences, 1979, chapter 6.
    """
    leq(0, determinant(A + B))


@claim(
    "gallery/fischer",
    r"D + D^\top \succ 0, \; D = \begin{bmatrix}A&C\\C^\top&B\end{bmatrix} \Rightarrow \det D \le \det A\det B",
    label="Fischer without symmetry",
    expected="refuted",
)
def test_fischer(S: PositiveDefinite["n+m"], K: Matrix["n n"], L: Matrix["m m"]):
    """A and B have skew parts here, of K and L, and B may lose CᵀA⁻¹C without its determinant getting smaller.

    True: for symmetric D (Fischer 1908).

    Source: asked of matrices with xᵀDx > 0, where "positive definite" does not say symmetric.
    """
    n, m = K.shape[-1], L.shape[-1]
    skew = [concatenate([K - K.mT, zeros((n, m), S)]), concatenate([zeros((m, n), S), L - L.mT])]
    D = S + concatenate(skew, axis=-2)
    leq(determinant(D), determinant(D[..., :n, :n]) * determinant(D[..., n:, n:]))


@claim(
    "gallery/permanent",
    r"A \text{ doubly stochastic} \Rightarrow \operatorname{per} A^2 \le \operatorname{per} A",
    label="Squares of doubly stochastic matrices",
    expected="refuted",
)
def test_permanent(A: DoublyStochastic["d"]):
    """Powers of a positive one tend to the matrix of least permanent, but do not fall all the way.

    True: per A ≥ n!/nⁿ, which is that of the limit (Egorychev 1981, Falikman 1981).

    Source: https://mathoverflow.net/questions/422029, where random matrices met no counterexample.
    """

    def permanent(X):
        n = X.shape[-1]
        return sum(prod(X[..., i, order[i]] for i in range(n)) for order in permutations(range(n)))

    leq(permanent(A @ A), permanent(A))


@claim(
    "gallery/handbook",
    r"\log\det Z \le \log\det X + \sum_{i\le j} G_{ij}(Z - X)_{ij}, \; G = 2X^{-1} + X^{-1}\circ I",
    label="A gradient with a wrong sign",
    expected="refuted",
)
def test_handbook(X: PositiveDefinite["d"], Z: PositiveDefinite["d"]):
    """The derivative of log det X by the entries on and above the diagonal of a symmetric X; the sign is wrong.

    A concave function lies below its tangents, which G would be the slope of.

    True: G = 2X⁻¹ − X⁻¹∘I.

    Source: asked of a formula in a handbook, as the gradient did not agree with differences.
    """
    d, Y = X.shape[-1], inverse(X)
    slope = (2 * Y + Y * identity(d, d, X)) * (Z - X) * np.triu(np.ones((d, d), dtype=int))
    leq(log_determinant(Z), log_determinant(X) + slope.sum(-1).sum(-1))


@claim(
    "gallery/energy",
    r"f(W + B) - f(W + B + C) \le f(W) - f(W + C), \; f = \operatorname{tr} W^{-1}, \; B, C \succeq 0",
    label="The energy of control",
    expected="refuted",
)
def test_energy(W: PositiveDefinite["d"], B: PositiveSemidefinite["d"], C: PositiveSemidefinite["d"]):
    """Gramians add, and greedy choices of actuators were justified by diminishing returns that are not there.

    True: log det W has them.

    Source: A. Olshevsky, On (non)supermodularity of average control energy, IEEE Trans. Control Netw. Syst. 5, 2018,
    arXiv:1609.08706, which corrects the literature.
    """

    def energy(X):
        return trace(inverse(X))

    leq(energy(W + B) - energy(W + B + C), energy(W) - energy(W + C))


@claim(
    "gallery/condition",
    r"\kappa(AB) \le \kappa(A)\kappa(B), \; A \in \mathbb R^{d\times(d+e)}, B \in \mathbb R^{(d+e)\times d}",
    label="Condition numbers of rectangular matrices",
    expected="refuted",
)
def test_condition(A: Matrix["d d+e"], B: Matrix["d+e d"]):
    """AB is nearly singular where the range of B comes close to the kernel of A, however well either is conditioned.

    True: for square matrices, and where A has no kernel or B is onto.

    Source: asked again and again, of κ = ‖A‖‖A⁺‖.
    """
    a, b, c = singular_values(A), singular_values(B), singular_values(A @ B)
    assume(less(0, c[..., -1]))
    leq(c[..., 0] * a[..., -1] * b[..., -1], a[..., 0] * b[..., 0] * c[..., -1])
