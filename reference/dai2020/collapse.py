"""When the trivial solution costs less: Proposition 2 of Dai, Wang, Wipf, *The usual suspects?* (2020), and beyond.

Conventions are those of :mod:`reference.dai2020.network`. The trivial solution is μ_x = x̄ and q = p. For a decoder μ_x,
h_i(z) = ‖x^{(i)} − μ_x(z)‖² and V = tr Cov_p μ_x, p the prior.
"""

from functools import reduce
from itertools import combinations

from reference.arithmetic import (
    column_squared_norms,
    exp,
    identity,
    maximum,
    number,
    sort_descending,
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


def moment_threshold(means: Array["n"], variances: Array["n"], total: Array[""]) -> Array[""]:
    """Return γ' = max(max_i E_p h_i, 2(√e − 3/2) mean_i Var_p h_i/V), of the moments of the h_i and V = ``total`` > 0.

    2(√e − 3/2) is ψ(½)/2, ψ being :func:`bennett_ratio`.
    """
    root = exp(number(1, total) / 2)
    average = variances.sum(-1) / variances.shape[-1]
    return maximum(sort_descending(means)[..., 0], 2 * (root - 3 / 2) * average / total)
