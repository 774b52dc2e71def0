"""All minima of a linear latent variable model with learnable Σ, and which rotations of Theorem 2 are among them.

Every β here is the square of a drawn number, so that thresholds are met exactly. A^{1/2} is drawn as S.
"""

import math

from properties.results.proofs.linear_minima import prove_cost_of_the_prior_variance, prove_rotation_with_best_variance
from properties.wang2022.claims.learned_minimum import learned_factors
from properties.wang2022.claims.minimality import fixed, rational_spectrum
from properties.wang2022.claims.setting import factors, mixing, padded, repeated, target
from properties.wang2022.proofs.learned_minimum import prove_minima, prove_rotation
from reference.arithmetic import (
    column_squared_norms,
    concatenate,
    determinant,
    diagonal,
    identity,
    log,
    maximum,
    rectangular_diagonal,
    solve,
    sqrt,
    squared_norm,
    trace,
    zeros,
)
from reference.shapes import Array
from reference.wang2022 import (
    Weights,
    alignment_excess,
    encoder_excess,
    factorization_loss,
    gradient_u,
    gradient_v,
    gram_plus_weight,
    learned_profile,
    rotation_excess,
    vae_loss,
    variance_excess,
)
from reference.wang2022.optima import learned_minimum, optimal_sigma
from verify import (
    Index,
    Matrix,
    NonNegative,
    OneOf,
    Orthogonal,
    Permutation,
    Positive,
    PositiveDefinite,
    PositiveVector,
    Spectrum,
    claim,
    equal,
    iff,
    leq,
)
from verify.judging.statements import Truth


@claim(
    "results/minima",
    r"2\eta_{dec}^2(L_{VAE}(U, W, \Sigma) - \min L_{VAE}) = \operatorname{Tr} D(U^\top U + cI)D^\top"
    r" + b\sum_j(r_j - 1 - \log r_j) + b\Big(\sum_j\log(\|u_j\|^2 + c) - \log\det(U^\top U + cI)\Big)"
    r" + p(U) - p^*, \text{ where no term is negative; } c = b/\eta_{enc}^2,\ "
    r"D = A^{1/2}W - Z^\top U(U^\top U + cI)^{-1},\ r_j = \sigma_j^2(\|u_j\|^2 + c)/b,"
    r"\ p(U) = \operatorname{Tr} ZZ^\top T^{-1} + b\log\det T,\ T = I + UU^\top/c,"
    r"\ p^* = \min p",
    label="Minima",
    kind="optimality",
    expected="proved",
    proof=prove_minima,
    sharpens=("wang2022/theorem-2.corrected", "wang2022/corollary-2.corrected"),
)
def test_the_excess_is_a_sum_of_four(
    family: OneOf["drawn", "best"],
    zeta: Spectrum["min(d0,d2)"],
    F: Orthogonal["d2", {"d2": (1, 2)}],
    G: Orthogonal["d0", {"d0": (1, 2)}],
    S: PositiveDefinite["d0"],
    residual: NonNegative,
    U: Matrix["d2 d1", {"d1": (1, 2)}],
    W: Matrix["d0 d1"],
    sigma: PositiveVector["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """The minimum, that of eq. (20), is p* and the residual E‖y‖² − ‖Z‖²; half of the instances are at U = FΛ, where p
    is p*. A^{1/2}W − D is the best V for U.
    """
    w, Z, d1 = Weights(root * root, eta_dec, eta_enc), target(F, zeta, G), U.shape[-1]
    if family == "best":
        U, _ = learned_factors(F, padded(zeta, d1), G, identity(d1, d1, F), w)
    loss = vae_loss(U, W, sigma, S @ S, Z @ S, squared_norm(Z) + residual, w)
    least, profile = 2 * eta_dec**2 * learned_minimum(zeta, d1, residual, w), learned_profile(U, Z, w)
    terms = encoder_excess(U, S @ W, Z, w), variance_excess(U, sigma, w), alignment_excess(U, w)
    for term in terms:
        leq(0, term)
    (equal if family == "best" else leq)(least - residual, profile)
    equal(2 * eta_dec**2 * loss, residual + profile + sum(terms))


def alignment(U: Array, w: Weights) -> Array:
    """Return Π_j(‖u_j‖² + c)/det(UᵀU + cI), a fraction, of whose logarithm ``alignment_excess`` is b times."""
    gram = gram_plus_weight(U, w)
    return math.prod(diagonal(gram)) / determinant(gram)


def is_diagonal(P: Array, modes: Array, w: Weights) -> Truth:
    """State that PᵀΣ*P is diagonal."""
    turned = (P.mT * optimal_sigma(modes, w) ** 2) @ P
    return equal(turned - rectangular_diagonal(diagonal(turned), *turned.shape), 0)


@claim(
    "results/minima.set",
    r"(U, W, \Sigma) \text{ minimises } L_{VAE} \iff U = F\Lambda\Pi,\ W = A^{-1/2}G\Theta\Pi,\ "
    r"\Sigma = \Pi^\top\Sigma^*\Pi \text{ for a singular value decomposition } Z = F\Sigma_ZG^\top"
    r" \text{ and a permutation matrix } \Pi",
    label="Minima, all of them",
    kind="equivalence",
    expected="proved",
    proof=prove_minima,
    sharpens="wang2022/theorem-2.corrected",
    rests_on="results/minima",
)
def test_the_minima_are_permuted_modes(
    family: OneOf["permuted", "rotated"],
    levels: Spectrum["m+1", {"m": (0, 1)}],
    place: Index["m+1"],
    Q: Orthogonal["n", {"n": (1, 2)}],
    flips: Index["m+n+1"],
    order: Permutation["m+n"],
    P: Orthogonal["m+n"],
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """At (FΛP, GΘP) with the best Σ for it, which is a minimum if and only if PᵀΣ*P is diagonal.

    It is so for a permutation of modes of which equal ones were mixed before, and signs changed: another singular value
    decomposition. Equal modes are drawn by repeating a level; modes past min(d0, d2) are 0, and those past d1 = m + n
    are as large as the last. Of the terms of results/minima, whose sum is the excess, the first two vanish; of the
    others what they are the logarithms of is judged, in fractions: the last vanishes, and the third alone tells.
    """
    w, d1, size = Weights(root * root, eta_dec, eta_enc), P.shape[0], min(F.shape[0], G.shape[0])
    if family == "permuted":
        P = mixing(d1, place, Q, flips) @ order
    modes = rational_spectrum(repeated(levels, place, Q.shape[0]), root * eta_dec)
    zeta = concatenate([modes, modes[-1] + zeros((size,), modes)])[:size]
    Z, modes = target(F, zeta, G), padded(zeta, d1)
    U, V = learned_factors(F, modes, G, P, w)
    equal(gradient_v(U, V, Z, w), 0)

    T = identity(F.shape[0], F.shape[1], F) + U @ U.mT / w.c
    equal(trace(solve(T, Z @ Z.mT)), (zeta**2).sum() - maximum(modes**2 - w.b, 0).sum())
    equal(determinant(T), math.prod(maximum(modes**2 / w.b, 1)))
    leq(1, alignment(U, w))
    iff(leq(alignment(U, w), 1), is_diagonal(P, modes, w))


@claim(
    "results/rotation",
    r"2\eta_{dec}^2(L_{VAE}(F\Lambda P, A^{-1/2}G\Theta P, \Sigma^*) - \min L_{VAE})"
    r" = b(\operatorname{Tr}\Sigma^{*-1}P\Sigma^*P^\top - d_1) \ge 0, \text{ and } = 0 \iff P\Sigma^* = \Sigma^*P",
    label="Rotations",
    kind="equivalence",
    expected="proved",
    proof=prove_rotation,
    sharpens="wang2022/theorem-2.corrected",
    rests_on="results/minima",
)
def test_what_a_rotation_costs(
    x: Spectrum["min(d0,d2)"],
    P: Orthogonal["d1", {"d1": (1, 4)}],
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """Any orthogonal P, permutations among them; ζ_i past d1 are not learned, and modes past min(d0, d2) are 0.

    The minimum is at P = I, by results/minima.set, with the same Σ*, so that 2η_dec² L_VAE differs by L(U, V) alone,
    which is rational. P is a minimum if and only if it is stationary, too.
    """
    w, zeta = Weights(root * root, eta_dec, eta_enc), rational_spectrum(x, root * eta_dec)
    Z, modes, one = target(F, zeta, G), padded(zeta, P.shape[0]), identity(P.shape[0], P.shape[1], P)
    sigma, cost = optimal_sigma(modes, w), rotation_excess(optimal_sigma(modes, w), P, w)
    points = [learned_factors(F, modes, G, rotation, w) for rotation in (P, one)]
    rotated, least = (factorization_loss(U, V, Z, sigma, w) for U, V in points)
    equal(rotated - least, cost)
    leq(0, cost)
    commutes = equal(P * (sigma[:, None] - sigma), 0)
    iff(leq(cost, 0), commutes)
    iff(equal(gradient_u(*points[0], Z, sigma), 0), commutes)
    equal(gradient_v(*points[0], Z, w), 0)


@claim(
    "results/rotation.best-variance",
    r"2\eta_{dec}^2(\min_\Sigma L_{VAE}(F\Lambda P, A^{-1/2}G\Theta P, \Sigma) - \min L_{VAE})"
    r" = b\Big(\sum_j\log\sum_i P_{ij}^2/\sigma_i^{*2} + \sum_i\log\sigma_i^{*2}\Big) \ge 0,"
    r" \text{ and } = 0 \iff P^\top\Sigma^*P \text{ is diagonal}",
    label="Rotations at the best variance",
    kind="equivalence",
    expected="proved",
    proof=prove_rotation_with_best_variance,
    rests_on="results/minima",
)
def test_what_a_rotation_costs_at_the_best_variance(
    family: OneOf["permuted", "rotated"],
    zeta: Spectrum["d1", {"d1": (1, 3)}],
    rotation: Orthogonal["d1"],
    order: Permutation["d1"],
    drawn: PositiveVector["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """F = G = I, A = I and d0 = d1 = d2. The best Σ is σ_j² = b/(‖u_j‖² + c), and a drawn one is not better.

    When the cost is 0 is judged in fractions by results/minima.set.
    """
    P = order if family == "permuted" else rotation
    w, size = Weights(root * root, eta_dec, eta_enc), P.shape[0]
    one = identity(size, size, P)
    U, V = learned_factors(one, zeta, one, P, w)
    Z = target(one, zeta, one)
    best = sqrt(w.b / (column_squared_norms(U) + w.c))
    losses = [vae_loss(U, V, sigma, one, Z, squared_norm(Z), w) for sigma in (best, drawn)]
    leq(*losses)
    variances = optimal_sigma(zeta, w) ** 2
    cost = w.b * (log((P**2 / variances[:, None]).sum(0)).sum() + log(variances).sum())
    equal(2 * eta_dec**2 * (losses[0] - learned_minimum(zeta, size, 0 * root, w)), cost)
    iff(leq(cost, 0), is_diagonal(P, zeta, w))


@claim(
    "results/prior-variance",
    r"2\eta_{dec}^2\Big(\min_{U, W} L_{VAE}(U, W, \eta_{enc}^2I) - \min L_{VAE}\Big)"
    r" = 2b\sum_{i \le d_1} (u_i - 1 - \log u_i), \quad u_i = \max(\zeta_i/\sqrt b, 1)",
    label="The cost of the prior variance",
    kind="optimality",
    expected="proved",
    proof=prove_cost_of_the_prior_variance,
    sharpens="wang2022/section-4.3.same-conditions",
    rests_on=("results/minima", "wang2022/corollary-1.corrected"),
)
def test_what_the_prior_variance_costs(
    zeta: Spectrum["min(d0,d2)"],
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 2)}],
    residual: NonNegative,
    U: Matrix["d2 d1", {"d1": (1, 3)}],
    W: Matrix["d0 d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """A = I. The first minimum is at the point of Theorem 1, and the drawn one is not below it."""
    w, Z, d1 = Weights(root * root, eta_dec, eta_enc), target(F, zeta, G), U.shape[-1]
    lam, theta, sigma = fixed(padded(zeta, d1), w)
    best = factors(F, lam, G, theta, identity(d1, d1, U))
    moments = identity(G.shape[0], G.shape[0], G), Z, squared_norm(Z) + residual, w
    least, drawn = (vae_loss(*point, sigma, *moments) for point in (best, (U, W)))
    leq(least, drawn)
    ratio = maximum(padded(zeta, d1) / (root * eta_dec), 1)
    cost = 2 * w.b * (ratio - 1 - log(ratio)).sum()
    equal(2 * eta_dec**2 * (least - learned_minimum(zeta, d1, residual, w)), cost)
