"""When the trivial solution costs less: Proposition 2 of Dai, Wang, Wipf, *The usual suspects?* (2020), and beyond.

Conventions are those of :mod:`reference.dai2020.network`. The trivial solution is μ_x = x̄ and q = p. For a decoder μ_x,
h_i(z) = ‖x^{(i)} − μ_x(z)‖² and V = tr Cov_p μ_x, p the prior.
"""

from functools import reduce
from itertools import combinations

from reference.arithmetic import (
    as_vector,
    column_squared_norms,
    exp,
    identity,
    log,
    maximum,
    number,
    squared_norm,
)
from reference.dai2018.affine import separable_cost
from reference.dai2020.network import energy
from reference.shapes import Array


def spread(X: Array["n d"]) -> Array["n"]:
    """Return the vector (n) of ‖x^{(i)} − x̄‖²."""
    return ((X - (X.sum(-2) / X.shape[-2])[..., None, :]) ** 2).sum(-1)


def trivial_cost(X: Array["n d"], kappa: int, gamma: Array[""]) -> Array[""]:
    """Return the cost (4) of the trivial solution, with κ latents."""
    none = 0 * X[..., :1] * identity(1, kappa, X)
    return energy(spread(X), none, 1 + none, gamma, X.shape[-1])


def any_decoder_threshold(X: Array["n d"]) -> Array[""]:
    """Return γ' = ¼ max_ij ‖x^{(i)} − x^{(j)}‖²: for γ ≥ γ', γ > 0, the trivial solution costs less than any other."""
    pairs = combinations(range(X.shape[-2]), 2)
    return reduce(maximum, (((X[..., i, :] - X[..., j, :]) ** 2).sum(-1) for i, j in pairs), 0 * X[..., 0, 0]) / 4


# --- decoders with two values -----------------------------------------------------------------------------------------


def likelihood_ratios(X: Array["n d"], y: Array["d"], gamma: Array[""]) -> Array["n"]:
    """Return the vector (n) of e^{−(‖x^{(i)} − y‖² − ‖x^{(i)} − x̄‖²)/(2γ)}: of the densities N(y, γI) and N(x̄, γI)."""
    at_y = ((X - y[..., None, :]) ** 2).sum(-1)
    return exp((spread(X) - at_y) / (2 * as_vector(gamma)))


def two_valued_excess(ratios: Array["n"], p: Array[""], odds: Array["n"]) -> Array[""]:
    """Return by how much a decoder with two values exceeds the trivial cost (4): y with probability p, and else x̄.

    The encoder q is the prior on either value, times a number: its probabilities of y have the ``odds`` (n) o, as any
    other with these has a larger divergence. 0 < p < 1, and ``ratios`` (n) are the likelihood ratios of y.
    """
    chosen, p = odds / (1 + odds), as_vector(p)
    divergence = chosen * log(chosen / p) - log((1 + odds) * (1 - p)) / (1 + odds)
    return 2 * (divergence - chosen * log(ratios)).sum(-1) / ratios.shape[-1]


def posterior_odds(ratios: Array["n"], p: Array[""]) -> Array["n"]:
    """Return the odds (n) of y that minimise :func:`two_valued_excess`: pr_i/(1 − p)."""
    return as_vector(p / (1 - p)) * ratios


# --- any encoder of a latent with finitely many values ----------------------------------------------------------------


def best_values(X: Array["n d"], encoder: Array["n m"]) -> Array["m d"]:
    """Return E[x|z] (m × d) for the m values of z, of which ``encoder`` (n × m) has the probabilities, all > 0."""
    return encoder.mT @ X / encoder.sum(-2)[..., :, None]


def explained_variance(X: Array["n d"], encoder: Array["n m"]) -> Array[""]:
    """Return tr Cov E[x|z], where x is one of the n data points, and z of the encoder's distribution."""
    centre = (X.sum(-2) / X.shape[-2])[..., None, :]
    distances = ((best_values(X, encoder) - centre) ** 2).sum(-1)
    return (encoder.sum(-2) * distances).sum(-1) / X.shape[-2]


def expected_error(X: Array["n d"], encoder: Array["n m"], Y: Array["m d"]) -> Array[""]:
    """Return the mean over i of E_q‖x^{(i)} − μ_x(z)‖², where μ_x has the m values in the rows of Y."""
    squares = ((X[..., :, None, :] - Y[..., None, :, :]) ** 2).sum(-1)
    return (encoder * squares).sum(-1).sum(-1) / X.shape[-2]


def mean_divergence(encoder: Array["n m"], prior: Array["m"]) -> Array[""]:
    """Return the mean over i of KL[q_i ‖ p], for the probabilities of m values in the rows of ``encoder``, and p's."""
    return (encoder * log(encoder / prior[..., None, :])).sum(-1).sum(-1) / encoder.shape[-2]


# --- affine decoders ------------------------------------------------------------------------------------------------


def least_affine_cost(X: Array["n d"], W: Array["d kappa"], b: Array["d"], gamma: Array[""]) -> Array[""]:
    """Return the minimum of eq. (4) over all encoder moments for the affine decoder Wz + b: dai2018's eq. (7)."""
    return separable_cost(X.mT, W, b, gamma) / X.shape[-2] + W.shape[-1]


def collapse_threshold(X: Array["n d"], W: Array["d kappa"], b: Array["d"]) -> Array[""]:
    """Return a γ' for Proposition 2 and the affine decoder Wz + b, where W has a column that is not 0.

    γ' = [Σ_i‖Wᵀ(x_i − b)‖² + (n/2)Σ_j‖w_j‖⁴]/(nΣ_j‖w_j‖²), from (γI + WWᵀ)⁻¹ ⪰ (I − WWᵀ/γ)/γ and
    log(1 + u) > u − u²/2 in the least cost over all encoders.
    """
    n, squares = X.shape[-2], column_squared_norms(W)
    return (squared_norm((X - b[..., None, :]) @ W) + n * (squares**2).sum(-1) / 2) / (n * squares.sum(-1))


# --- by the first two moments of the errors ---------------------------------------------------------------------------


def bennett_ratio(t: Array[""]) -> Array[""]:
    """Return ψ(t) = (eᵗ − 1 − t)/t² for t > 0, entry by entry: ½ at 0, and increasing."""
    return (exp(t) - 1 - t) / t**2


def moment_gain(means: Array["n"], variances: Array["n"], total: Array[""], gamma: Array[""]) -> Array[""]:
    """Return V − mean_i ψ(E_p h_i/(2γ)) Var_p h_i/(2γ): γ times what a decoder costs more than the trivial solution.

    At least, by Bennett's inequality; of the moments of the h_i and V = ``total``, ψ being :func:`bennett_ratio`.
    """
    terms = bennett_ratio(means / (2 * gamma[..., None])) * variances
    return total - terms.sum(-1) / (2 * gamma * variances.shape[-1])


def moment_threshold(means: Array["n"], variances: Array["n"], total: Array[""]) -> Array[""]:
    """Return γ' = max(max_i E_p h_i, 2(√e − 3/2) mean_i Var_p h_i/V), of the moments of the h_i and V = ``total`` > 0.

    2(√e − 3/2) is ψ(½)/2, ψ being :func:`bennett_ratio`.
    """
    root = exp(number(1, total) / 2)
    average = variances.sum(-1) / variances.shape[-1]
    largest = reduce(maximum, (means[..., i] for i in range(means.shape[-1])))
    return maximum(largest, (2 * root - 3) * average / total)
