"""The minima of L(U, V) for fixed Σ: Proposition 2, Theorem 1 and Corollary 1.

Every β drawn here is a square, β = root², so that √β is rational and losses and thresholds are exact fractions.
"""

from properties.wang2022.claims.setting import factors, mixing, padded, repeated, target
from properties.wang2022.proofs.landscape import (
    prove_minimum_at_the_prior_variance,
    prove_rotations_for_fixed_variance,
    prove_ways_down,
)
from reference.arithmetic import greater, maximum, sort_descending, sqrt, where, zeros
from reference.shapes import Array
from reference.wang2022 import Weights, factorization_loss, gradient_u, gradient_v
from reference.wang2022.optima import (
    decoder_singular_values,
    encoder_singular_values,
    fixed_variance_minimum,
    optimal_u,
    optimal_v,
    shrunk,
)
from verify import (
    Index,
    Matrix,
    OneOf,
    Orthogonal,
    Permutation,
    Positive,
    PositiveVector,
    Spectrum,
    claim,
    equal,
    iff,
    leq,
)

# --- global minima --------------------------------------------------------------------------------------------------


def claimed_minimiser(
    F: Array, zeta: Array, G: Array, P: Array, sigma: Array, w: Weights
) -> tuple[Array, Array, Array]:
    """Return Z, and U = FΛP and V = GΘP with λ_i and θ_i of eq. (8)."""
    modes = padded(zeta, P.shape[0])
    lam, theta = decoder_singular_values(modes, sigma, w), encoder_singular_values(modes, sigma, w)
    return target(F, zeta, G), *factors(F, lam, G, theta, P)


def attack_minimum(U: Array, V: Array, Z: Array, value: Array, sigma: Array, w: Weights, U2: Array, V2: Array) -> None:
    """State that L(U, V) has this value and is stationary, and that three competitors made of (U2, V2) lose.

    They are (U2, V2) itself, the best V for U2 and then the best U for that V, and a point close to (U, V).
    """
    best = factorization_loss(U, V, Z, sigma, w)
    equal(best, value)
    equal(gradient_u(U, V, Z, sigma), 0)
    equal(gradient_v(U, V, Z, w), 0)
    V3 = optimal_v(U2, Z, w)
    for u, v in ((U2, V2), (optimal_u(V3, Z, sigma), V3), (U + U2 / 1024, V + V2 / 1024)):
        leq(best, factorization_loss(u, v, Z, sigma, w))


def minimum_value(zeta: Array, sigma: Array, w: Weights) -> Array:
    """Return the right-hand side of eq. (11) as it is printed, the ζ_i past d* being 0: right for ascending sigma."""
    d1 = sigma.shape[-1]
    modes = padded(zeta, d1)
    gap = modes - sqrt(w.beta) * sigma * w.eta_dec / w.eta_enc
    return (modes**2 - where(greater(gap, 0), gap**2, 0)).sum() + (zeta[d1:] ** 2).sum()


def ascending(sigma: Array) -> Array:
    """Return σ_(1) ≤ σ_(2) ≤ …"""
    return sort_descending(sigma)[::-1]


@claim(
    "wang2022/proposition-2",
    r"\forall\Sigma\ \forall P \in O(d_1): (U^*,V^*) = (F\Lambda P, G\Theta P) \text{ of eq. (8) minimises } L(U,V)",
    label="Prop. 2",
    kind="optimality",
    expected="refuted",
    rests_on=("wang2022/eq-38", "wang2022/eq-45"),
)
def test_every_rotation_is_optimal(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    P: Orthogonal["d1", {"d1": (1, 3)}],
    P2: Orthogonal["d1"],
    zeta: Spectrum["min(d0,d2)"],
    sigma: PositiveVector["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """False: a second such point, that of P2, may have a smaller loss, "P is an arbitrary orthogonal matrix".

    Tr(UΣUᵀ) prefers latent dimensions of little noise for the strong modes, so that P may neither mix nor permute
    different σ_i, and even P = I fails unless these ascend: eq. (43) writes Tr[ΛPΣPᵀΛᵀ] without P.
    """
    w = Weights(root * root, eta_dec, eta_enc)
    Z, U, V = claimed_minimiser(F, zeta, G, P, sigma, w)
    _, U2, V2 = claimed_minimiser(F, zeta, G, P2, sigma, w)
    leq(factorization_loss(U, V, Z, sigma, w), factorization_loss(U2, V2, Z, sigma, w))


@claim(
    "wang2022/proposition-2.corrected",
    r"\forall\Sigma\ \forall P \in O(d_1): (F\Lambda P, G\Theta P) \text{ of eq. (8), with }"
    r" \sigma_{(1)} \le \dots \le \sigma_{(d_1)} \text{ for } \sigma_i, \text{ minimises } L(U,V) \iff"
    r" \Lambda P\Sigma = \Lambda\operatorname{diag}(\sigma_{(i)}^2)P",
    label="Prop. 2",
    kind="optimality",
    expected="proved",
    corrects="wang2022/proposition-2",
    proof=prove_rotations_for_fixed_variance,
    rests_on="wang2022/corollary-1.corrected",
)
def test_rotations_of_equal_noise_are_optimal(
    family: OneOf["sorting", "any"],
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    Q: Orthogonal["n", {"n": (1, 2)}],
    zeta: Spectrum["min(d0,d2)"],
    levels: PositiveVector["m+1", {"m": (0, 1)}],
    place: Index["m+1"],
    order: Permutation["m+n"],
    flips: Index["m+n+1"],
    rotation: Orthogonal["m+n"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    U2: Matrix["d2 m+n"],
    V2: Matrix["d0 m+n"],
):
    """For every Σ: the sorted σ_(i) ascend while ζ_i descends, and P sorts what is learned, d₁ = m + n.

    One level is repeated n times, Σ is the sorted diag(σ_(i)²) in any order, and P is that permutation, followed by a
    mixing of the n dimensions of equal σ_i and by changes of sign, or by any orthogonal matrix. P is free where modes
    are collapsed. The minimum has three competitors made of (U2, V2); this is one as well.
    """
    w = Weights(root * root, eta_dec, eta_enc)
    n, d1 = Q.shape[-1], order.shape[-1]
    up = repeated(ascending(levels), place, n)
    sigma = (up[None] @ order)[0]
    P = (mixing(d1, place, Q, flips) if family == "sorting" else rotation) @ order
    Z, U, V = claimed_minimiser(F, zeta, G, P, up, w)
    sorts = equal(shrunk(padded(zeta, d1), up, w)[:, None] * (P * sigma**2 - (up**2)[:, None] * P), 0)
    value = minimum_value(zeta, up, w)
    iff(leq(factorization_loss(U, V, Z, sigma, w), value), sorts)
    _, U, V = claimed_minimiser(F, zeta, G, order, up, w)
    attack_minimum(U, V, Z, value, sigma, w, U2, V2)


@claim(
    "wang2022/theorem-1",
    r"\sigma_i = \eta_{enc}: \text{the global minimum has } \lambda_i = \sqrt{\max(0, \frac{\sqrt\beta\eta_{dec}}"
    r"{\eta_{enc}^2}(\zeta_i-\sqrt\beta\eta_{dec}))},\ \theta_i = \sqrt{\max(0, \frac{\eta_{enc}^2}"
    r"{\sqrt\beta\eta_{dec}}(\zeta_i-\sqrt\beta\eta_{dec}))}",
    label="Theorem 1",
    kind="optimality",
    expected="proved",
    proof=prove_minimum_at_the_prior_variance,
    rests_on="wang2022/proposition-2.corrected",
)
def test_minimum_at_the_prior_variance(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    P: Orthogonal["d1", {"d1": (1, 4)}],
    zeta: Spectrum["min(d0,d2)"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    U2: Matrix["d2 d1"],
    V2: Matrix["d0 d1"],
):
    """For every P, which here commutes with Σ; λ_i and θ_i are those that eq. (10) prints."""
    w = Weights(root * root, eta_dec, eta_enc)
    Z, sigma = target(F, zeta, G), eta_enc + zeros((P.shape[0],), zeta)
    scale, gap = root * eta_dec / eta_enc**2, padded(zeta, P.shape[0]) - root * eta_dec
    U, V = factors(F, sqrt(maximum(scale * gap, 0)), G, sqrt(maximum(gap / scale, 0)), P)
    attack_minimum(U, V, Z, minimum_value(zeta, sigma, w), sigma, w, U2, V2)


@claim(
    "wang2022/corollary-1",
    r"\min_{U,V} L(U,V) = \sum_{i=1}^{d_1}\zeta_i^2 - \left(\zeta_i-\frac{\sqrt\beta\sigma_i\eta_{dec}}{\eta_{enc}}"
    r"\right)^2 1_{\zeta_i > \sqrt\beta\sigma_i\eta_{dec}/\eta_{enc}} + \sum_{i=d_1+1}^{d^*}\zeta_i^2",
    label="eq. (11)",
    kind="optimality",
    expected="refuted",
    same_as="wang2022/proposition-2",
    rests_on=("wang2022/proposition-2", "wang2022/eq-49"),
)
def test_minimum_value_in_any_order(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    V: Matrix["d0 d1", {"d1": (1, 3)}],
    zeta: Spectrum["min(d0,d2)"],
    sigma: PositiveVector["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """False, with Proposition 2, where σ_i does not ascend: some (U, V) lie below the value printed.

    For a drawn V, with the best U.
    """
    w, Z = Weights(root * root, eta_dec, eta_enc), target(F, zeta, G)
    leq(minimum_value(zeta, sigma, w), factorization_loss(optimal_u(V, Z, sigma), V, Z, sigma, w))


@claim(
    "wang2022/corollary-1.corrected",
    r"\sigma_{(1)} \le \dots \le \sigma_{(d_1)} \Rightarrow \min_{U,V} L(U,V) = \sum_{i=1}^{d_1}\zeta_i^2 - \left("
    r"\zeta_i-\frac{\sqrt\beta\sigma_{(i)}\eta_{dec}}{\eta_{enc}}\right)^2 "
    r"1_{\zeta_i > \sqrt\beta\sigma_{(i)}\eta_{dec}/\eta_{enc}} + \sum_{i=d_1+1}^{d^*}\zeta_i^2",
    label="eq. (11)",
    kind="optimality",
    expected="proved",
    corrects="wang2022/corollary-1",
    proof=prove_ways_down,
)
def test_minimum_value_with_sorted_noise(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    zeta: Spectrum["min(d0,d2)"],
    levels: PositiveVector["d1", {"d1": (1, 4)}],
    order: Permutation["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    U2: Matrix["d2 d1"],
    V2: Matrix["d0 d1"],
):
    """For σ in any order, as ``order`` makes it of the sorted one, which it restores as P.

    (FΛP, GΘP) attains the value; no drawn (U, V), nor the best V for its U and the best U for that V, lies below it.
    """
    w = Weights(root * root, eta_dec, eta_enc)
    sigma = (ascending(levels)[None] @ order)[0]
    up = ascending(sigma)
    value = minimum_value(zeta, up, w)
    Z, U, V = claimed_minimiser(F, zeta, G, order, up, w)
    equal(factorization_loss(U, V, Z, sigma, w), value)
    equal(fixed_variance_minimum(padded(zeta, max(zeta.shape[-1], up.shape[-1])), up, w), value)
    V3 = optimal_v(U2, Z, w)
    U3 = optimal_u(V3, Z, sigma)
    equal(gradient_u(U3, V3, Z, sigma), 0)
    leq(value, factorization_loss(U2, V2, Z, sigma, w))
    leq(value, factorization_loss(U3, V3, Z, sigma, w))
