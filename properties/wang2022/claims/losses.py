"""The objective and its data: eqs. (3)–(5), the change of variables of Proposition 1, the matrix Z, and biases."""

from reference.arithmetic import determinant, inverse, squared_norm, trace
from reference.gaussian import expectation, kl_divergence, log_density
from reference.shapes import Array
from reference.wang2022 import Weights, biased_vae_loss, factorization_loss, vae_loss, variance_penalty
from verify import (
    Matrix,
    NonNegative,
    Positive,
    PositiveDefinite,
    PositiveVector,
    Scalar,
    Vector,
    assume,
    claim,
    equal,
    iff,
    leq,
    less,
)


def moments(X: Array, Y: Array) -> tuple[Array, Array, Array]:
    """Return E[xxᵀ], E[yxᵀ] and E[yᵀy] of the equally likely columns of X and Y."""
    n = X.shape[-1]
    return X @ X.mT / n, Y @ X.mT / n, squared_norm(Y) / n


def encoded_norm(A: Array, C: Array) -> Array:
    """Return ‖Z‖_F² = tr(C A^{-1} Cᵀ), for Z = C A^{-1/2}: no square root is needed."""
    return trace(C @ inverse(A) @ C.mT)


# --- eqs. (3)–(5) ---------------------------------------------------------------------------------------------------


@claim(
    "wang2022/eq-5",
    r"\mathbb{E}_x[-\mathbb{E}_{q(z|x)}\log p(y|z) + \beta D_{KL}(q(z|x)\|p(z))] = \frac{1}{2\eta_{dec}^2}"
    r"[\mathbb{E}_x\|UW^Tx-y\|^2 + \operatorname{Tr}(U\Sigma U^T) + \beta\frac{\eta_{dec}^2}{\eta_{enc}^2}"
    r"\operatorname{Tr}(W^TAW)] + \sum_i\frac\beta2(\frac{\sigma_i^2}{\eta_{enc}^2}-1-"
    r"\log\frac{\sigma_i^2}{\eta_{enc}^2})",
    label="eqs. (3)–(5)",
)
def test_objective_is_the_closed_form(
    X: Matrix["d0 n", {"d0": (1, 2), "n": (1, 2)}],
    Y: Matrix["d2 n", {"d2": (1, 2)}],
    W: Matrix["d0 d1", {"d1": (1, 2)}],
    U: Matrix["d2 d1"],
    sigma: PositiveVector["d1"],
    beta: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """E_x is over n equally likely pairs; the expectations over ε are exact cubatures of the log densities.

    The KL divergence is E_q[log q − log p], which is compared with its closed form at each data point, and (3) exceeds
    (5) by the constant (d₂/2) log(2πη_dec²), which the paper drops: it is that of the density of the decoder at its
    mean. The middle line, eq. (4), is stated too.
    """
    w = Weights(beta, eta_dec, eta_enc)
    n, d1 = X.shape[-1], U.shape[-1]
    means, targets = (W.mT @ X).mT[:, None, :], Y.mT[:, None, :]
    prior, decoder = eta_enc**2, eta_dec**2

    def divergence(noise: Array) -> Array:
        z = means + noise * sigma
        return log_density(z, means, sigma**2) - log_density(z, 0, prior + 0 * sigma)

    def integrand(noise: Array) -> Array:
        likelihood = log_density(targets, (means + noise * sigma) @ U.mT, decoder + 0 * Y[:, 0])
        return beta * divergence(noise) - likelihood

    def errors(noise: Array) -> Array:
        return ((((means + noise * sigma) @ U.mT) - targets) ** 2).sum(-1) + w.c * (means**2).sum(-1)

    closed = vae_loss(U, W, sigma, *moments(X, Y), w)
    constant = -log_density(0 * Y[:, 0], 0, decoder + 0 * Y[:, 0])
    equal(expectation(divergence, d1, sigma), kl_divergence(means[:, 0], sigma**2, prior))
    equal(expectation(integrand, d1, sigma).sum() / n, closed + constant)
    equal(expectation(errors, d1, sigma).sum() / (2 * decoder * n) + variance_penalty(sigma, w), closed)


@claim(
    "wang2022/proposition-1",
    r"(U^*,V^*) = \operatorname{argmin} L(U,V) \Rightarrow (U^*, A^{-1/2}V^*) \text{ minimises } "
    r"L_{VAE}(U,W,\Sigma) \text{ when } \Sigma \text{ is fixed}",
    label="Prop. 1",
    kind="equivalence",
    rests_on="wang2022/eq-35.norm",
)
def test_minimisers_correspond(
    S: PositiveDefinite["d0", {"d0": (1, 3)}],
    Z: Matrix["d2 d0", {"d2": (1, 3)}],
    residual: NonNegative,
    U: Matrix["d2 d1", {"d1": (1, 3)}],
    W: Matrix["d0 d1"],
    U2: Matrix["d2 d1"],
    W2: Matrix["d0 d1"],
    sigma: PositiveVector["d1"],
    beta: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """Two points (U, W) lie in the same order under L_VAE as (U, A^{1/2}W) under L, so both have the same minima.

    A^{1/2} = S is invertible, so that V = SW ranges over all matrices, and 2η_dec² L_VAE − L is one constant.
    """
    w = Weights(beta, eta_dec, eta_enc)
    A, C, y2 = S @ S, Z @ S, squared_norm(Z) + residual
    first, second = (vae_loss(u, v, sigma, A, C, y2, w) for u, v in ((U, W), (U2, W2)))
    one, two = (factorization_loss(u, S @ v, Z, sigma, w) for u, v in ((U, W), (U2, W2)))
    iff(leq(first, second), leq(one, two))
    equal(2 * eta_dec**2 * (first - second), one - two)


# --- the matrix Z ---------------------------------------------------------------------------------------------------


@claim(
    "wang2022/eq-35.norm",
    r"\|Z\|_F^2 = \mathbb{E}_{\tilde x}[y^Ty]",
    label="App. C.1",
    expected="refuted",
)
def test_z_holds_all_of_y(X: Matrix["d0 d0+k", {"d0": (1, 2), "k": (0, 2)}], Y: Matrix["d2 d0+k", {"d2": (1, 2)}]):
    """False unless y is a linear function of x; §3 lets y = f(x) be arbitrary.

    x is one of the columns of X with equal probability, A is of full rank, and the columns differ, so that any Y is a
    function of x.
    """
    A, C, y2 = moments(X, Y)
    assume(less(0, determinant(A)))
    for i in range(X.shape[-1]):
        for j in range(i):
            assume(less(0, ((X[:, i] - X[:, j]) ** 2).sum()))
    equal(encoded_norm(A, C), y2)


@claim(
    "wang2022/eq-35.norm.corrected",
    r"\|Z\|_F^2 = \mathbb{E}[y^Ty] - \min_M \mathbb{E}\|y-Mx\|^2",
    label="App. C.1",
    corrects="wang2022/eq-35.norm",
)
def test_z_holds_what_is_linear(
    X: Matrix["d0 d0+k", {"d0": (1, 2), "k": (0, 2)}], Y: Matrix["d2 d0+k", {"d2": (1, 2)}], M: Matrix["d2 d0"]
):
    """‖Z‖² is the part of E[yᵀy] that least squares explains, M* = E[yxᵀ]A^{-1}: all of it if y = Mx.

    The data need not be a function here, so that columns of X may repeat; A has full rank.
    """
    A, C, y2 = moments(X, Y)
    assume(less(0, determinant(A)))
    best, n = C @ inverse(A), X.shape[-1]
    equal(encoded_norm(A, C), y2 - squared_norm(Y - best @ X) / n)
    leq(y2 - squared_norm(Y - M @ X) / n, encoded_norm(A, C))
    _, C, y2 = moments(X, M @ X)
    equal(encoded_norm(A, C), y2)


def whitened(C: Array, S: Array) -> Array:
    """Return Z = E[yxᵀ]A^{-1/2} for A^{1/2} = S."""
    return C @ inverse(S)


@claim("wang2022/eq-9", r"y = \gamma Mx \Rightarrow ZZ^T = \gamma^2 M^TAM", label="eq. (9)", expected="refuted")
def test_signal_strength(S: PositiveDefinite["d", {"d": (1, 3)}], M: Matrix["d d"], gamma: Scalar):
    """The transpose is on the wrong factor; as printed, the equation is typed for square M alone.

    A = S², and E[yxᵀ] = γMA; both sides are quadratic in M, so that ‖M‖ = 1 restricts nothing.
    """
    A = S @ S
    Z = whitened(gamma * M @ A, S)
    equal(Z @ Z.mT, gamma**2 * M.mT @ A @ M)


@claim(
    "wang2022/eq-9.corrected",
    r"y = \gamma Mx \Rightarrow ZZ^T = \gamma^2 MAM^T",
    label="eq. (9)",
    corrects="wang2022/eq-9",
)
def test_signal_strength_transposed(S: PositiveDefinite["d0", {"d0": (1, 3)}], M: Matrix["d2 d0"], gamma: Scalar):
    """M may be of any shape; M = I, γ = 1 is the standard VAE, whose ZZᵀ is A."""
    A = S @ S
    Z = whitened(gamma * M @ A, S)
    equal(Z @ Z.mT, gamma**2 * M @ A @ M.mT)


# --- biases ---------------------------------------------------------------------------------------------------------


@claim(
    "wang2022/proposition-4",
    r"b_e^* = -W^T\mathbb{E}_x[x], \quad b_d^* = \mathbb{E}_x[y]",
    label="Prop. 4",
    kind="optimality",
)
def test_optimal_biases(
    X: Matrix["d0 n", {"d0": (1, 2), "n": (1, 3)}],
    Y: Matrix["d2 n", {"d2": (1, 2)}],
    U: Matrix["d2 d1", {"d1": (1, 3)}],
    W: Matrix["d0 d1"],
    b_e: Vector["d1"],
    b_d: Vector["d2"],
    sigma: PositiveVector["d1"],
    beta: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """For every U, W and Σ, over n equally likely pairs (x, y).

    The loss is quadratic in the biases, so its stationary points are where central differences vanish, which are exact;
    the excess over the minimum is spelt out as well, and vanishes at no other biases.
    """
    w = Weights(beta, eta_dec, eta_enc)
    n = X.shape[-1]
    best_e, best_d = -(W.mT @ X).sum(-1) / n, Y.sum(-1) / n

    def loss(e: Array, d: Array) -> Array:
        return biased_vae_loss(U, W, best_e + e, best_d + d, sigma, X, Y, w)

    drawn = biased_vae_loss(U, W, b_e, b_d, sigma, X, Y, w)
    away_e, away_d = b_e - best_e, b_d - best_d
    best = loss(0 * b_e, 0 * b_d)
    leq(best, drawn)
    equal(loss(b_e, b_d), loss(-b_e, -b_d))
    excess = ((U @ away_e + away_d) ** 2).sum() + w.c * (away_e**2).sum()
    equal(2 * eta_dec**2 * (drawn - best), excess)
