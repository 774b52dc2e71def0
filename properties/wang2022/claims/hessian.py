"""The Hessian of L(U, V), eqs. (61)-(64), and of L_VAE at the origin, Theorem 3 and App. C.5.

Second derivatives are judged against exact differences of the loss: L is quadratic in U and in V, and quartic along a
line. Every β here is the square of a drawn number, so that thresholds are met exactly.
"""

from properties.wang2022.claims.setting import padded, target
from properties.wang2022.proofs.hessian import prove_hessian_uu, prove_hessian_vu_and_uv, prove_hessian_vv
from properties.wang2022.proofs.landscape import prove_origin
from reference.arithmetic import concatenate, squared_norm
from reference.shapes import Array
from reference.wang2022 import (
    Weights,
    factorization_loss,
    hessian_at_origin,
    hessian_uu,
    hessian_uv,
    hessian_vu,
    hessian_vv,
)
from reference.wang2022.optima import fixed_variance_minimum, origin_form, origin_form_minimum
from verify import (
    Matrix,
    NonNegative,
    OneOf,
    Orthogonal,
    Positive,
    PositiveDefinite,
    PositiveVector,
    Scalar,
    Spectrum,
    claim,
    equal,
    iff,
    leq,
    positive_semidefinite,
)

# --- the blocks -----------------------------------------------------------------------------------------------------


def contracted(block: Array, first: Array, second: Array) -> Array:
    """Return Σ_rspq block[r, s, p, q] first[r, s] second[p, q]."""
    return (block * first[:, :, None, None] * second).sum()


@claim(
    "wang2022/eq-61",
    r"\frac{\partial^2 L(U,V)}{\partial U_{rs}\partial U_{pq}}"
    r" = 2\delta_{pr}\Big(\sum_{k=1}^{d_0} V_{ks}V_{kq} + \delta_{qs}\sigma_q^2\Big)",
    label="eq. (61)",
    expected="proved",
    proof=prove_hessian_uu,
)
def test_second_derivative_in_u(
    U: Matrix["d2 d1", {"d1": (1, 3), "d2": (1, 3)}],
    V: Matrix["d0 d1", {"d0": (1, 3)}],
    Z: Matrix["d2 d0"],
    sigma: PositiveVector["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    H: Matrix["d2 d1"],
    K: Matrix["d2 d1"],
):
    """Contracted with two directions: L is quadratic in U, so its mixed second difference is the bilinear form."""
    w = Weights(root * root, eta_dec, eta_enc)
    corners = [factorization_loss(U + step, V, Z, sigma, w) for step in (H + K, H, K, 0)]
    equal(contracted(hessian_uu(U, V, sigma), H, K), corners[0] - corners[1] - corners[2] + corners[3])


@claim(
    "wang2022/eq-62",
    r"\frac{\partial^2 L(U,V)}{\partial V_{rs}\partial U_{pq}}"
    r" = 2\Big[U_{ps}V_{rq} + \Big(\sum_{j=1}^{d_1} U_{pj}V_{rj} - Z_{pr}\Big)\delta_{qs}\Big], \quad"
    r" \frac{\partial^2 L(U,V)}{\partial U_{rs}\partial V_{pq}}"
    r" = 2\Big[V_{ps}U_{rq} + \Big(\sum_{j=1}^{d_1} U_{rj}V_{pj} - Z_{rp}\Big)\delta_{qs}\Big]",
    label="eqs. (62), (63)",
    expected="proved",
    proof=prove_hessian_vu_and_uv,
)
def test_mixed_second_derivative(
    U: Matrix["d2 d1", {"d1": (1, 3), "d2": (1, 3)}],
    V: Matrix["d0 d1", {"d0": (1, 3)}],
    Z: Matrix["d2 d0"],
    sigma: PositiveVector["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    H: Matrix["d2 d1"],
    K: Matrix["d0 d1"],
):
    """Both orders, along H in U and K in V: the central difference is exact, as L is quadratic in either step."""
    w = Weights(root * root, eta_dec, eta_enc)
    signs = (1, 1), (1, -1), (-1, 1), (-1, -1)
    mixed = sum(a * b * factorization_loss(U + a * H, V + b * K, Z, sigma, w) for a, b in signs) / 4
    equal(contracted(hessian_vu(U, V, Z), K, H), mixed)
    equal(contracted(hessian_uv(U, V, Z), H, K), mixed)


@claim(
    "wang2022/eq-64",
    r"\frac{\partial^2 L(U,V)}{\partial V_{rs}\partial V_{pq}} = 2\delta_{pr}\Big(\sum_{i=1}^{d_2} U_{is}U_{iq}"
    r" + \beta\frac{\eta_{\mathrm{dec}}^2}{\eta_{\mathrm{enc}}^2}\delta_{qs}\Big)",
    label="eq. (64)",
    expected="proved",
    proof=prove_hessian_vv,
)
def test_second_derivative_in_v(
    U: Matrix["d2 d1", {"d1": (1, 3), "d2": (1, 3)}],
    V: Matrix["d0 d1", {"d0": (1, 3)}],
    Z: Matrix["d2 d0"],
    sigma: PositiveVector["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    H: Matrix["d0 d1"],
    K: Matrix["d0 d1"],
):
    """Contracted with two directions, as in eq. (61)."""
    w = Weights(root * root, eta_dec, eta_enc)
    corners = [factorization_loss(U, V + step, Z, sigma, w) for step in (H + K, H, K, 0)]
    equal(contracted(hessian_vv(U, V, w), H, K), corners[0] - corners[1] - corners[2] + corners[3])


# --- the origin -----------------------------------------------------------------------------------------------------


@claim(
    "wang2022/theorem-3",
    r"\nabla^2 L_{\mathrm{VAE}}(0, 0) \succeq 0 \iff (0, 0) \text{ is the global minimum}, \quad"
    r" \sigma_i = \eta_{\mathrm{enc}}",
    label="Theorem 3",
    kind="equivalence",
    expected="proved",
    proof=prove_origin,
    rests_on=("wang2022/theorem-1", "wang2022/eq-61", "wang2022/eq-62", "wang2022/eq-64", "wang2022/eq-76.corrected"),
)
def test_hessian_at_origin_decides_global_minimality(
    family: OneOf["drawn", "threshold"],
    zeta: Spectrum["min(d0,d2)"],
    F: Orthogonal["d2", {"d2": (1, 2)}],
    G: Orthogonal["d0", {"d0": (1, 2)}],
    S: PositiveDefinite["d0"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    U: Matrix["d2 d1", {"d1": (1, 2)}],
    W: Matrix["d0 d1"],
):
    """Global minimality by the minimum value of corollary-1, here for equal σ_i; half the instances have ζ_1 = √b.

    The Hessian in (U, W) is that of 2η_dec² L_VAE = L(U, A^{1/2}W) + constants, along (U, W), where L is quartic: the
    five-point second difference is exact. No drawn (U, W) is below the minimum value.
    """
    if family == "threshold":
        zeta = root * eta_dec * (zeta + 1) / (zeta[0] + 1)
    w, Z, d1 = Weights(root * root, eta_dec, eta_enc), target(F, zeta, G), U.shape[-1]
    sigma = eta_enc + 0 * U[0]
    hessian = hessian_at_origin(S @ S, Z @ S, sigma, w)
    least = fixed_variance_minimum(padded(zeta, max(d1, zeta.shape[0])), sigma, w)
    iff(positive_semidefinite(hessian), leq(squared_norm(Z), least))

    weighted = zip((-1, 16, -30, 16, -1), (2, 1, 0, -1, -2), strict=True)
    losses = sum(k * factorization_loss(t * U, t * (S @ W), Z, sigma, w) for k, t in weighted)
    direction = concatenate([U.reshape(-1), W.reshape(-1)])
    equal(2 * eta_dec**2 * (hessian * direction[:, None] * direction).sum(), losses / 12)
    leq(least, factorization_loss(U, S @ W, Z, sigma, w))


@claim(
    "wang2022/eq-76",
    r"\min_\alpha \Big[\sigma^2\alpha^2 - 2\sqrt{\alpha^2(1-\alpha^2)}\,\zeta_{\max}"
    r" + \beta\frac{\eta_{\mathrm{dec}}^2}{\eta_{\mathrm{enc}}^2}(1-\alpha^2)\Big] \ge 0"
    r" \iff \zeta_{\max}^2 \ge \sigma^2\beta\frac{\eta_{\mathrm{dec}}^2}{\eta_{\mathrm{enc}}^2}",
    label="after eq. (76)",
    kind="equivalence",
    expected="refuted",
)
def test_printed_sign_of_minimal_curvature(
    zeta: NonNegative, sigma: Positive, root: Positive, eta_dec: Positive, eta_enc: Positive
):
    """The inequality points the wrong way, against the two sentences that follow it in the paper."""
    w = Weights(root * root, eta_dec, eta_enc)
    iff(leq(0, origin_form_minimum(zeta, sigma, w)), leq(sigma**2 * w.c, zeta**2))


@claim(
    "wang2022/eq-76.corrected",
    r"\min_\alpha \Big[\sigma^2\alpha^2 - 2\sqrt{\alpha^2(1-\alpha^2)}\,\zeta_{\max}"
    r" + \beta\frac{\eta_{\mathrm{dec}}^2}{\eta_{\mathrm{enc}}^2}(1-\alpha^2)\Big] \ge 0"
    r" \iff \zeta_{\max}^2 \le \sigma^2\beta\frac{\eta_{\mathrm{dec}}^2}{\eta_{\mathrm{enc}}^2}",
    label="after eq. (76)",
    kind="equivalence",
    corrects="wang2022/eq-76",
)
def test_sign_of_minimal_curvature(
    family: OneOf["drawn", "threshold"],
    zeta: NonNegative,
    sigma: Positive,
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    t: Scalar,
):
    """Half the instances have ζ² = σ²βη_dec²/η_enc², where all is rational.

    The form is the quadratic part of L(α, γ) in one dimension. Its closed form m is the minimum: no point
    α = (1 − t²)/(1 + t²) of the circle is below it, and it is attained, as the form less m(α² + γ²) is singular.
    """
    w = Weights(root * root, eta_dec, eta_enc)
    if family == "threshold":
        zeta = sigma * root * eta_dec / eta_enc
    least = origin_form_minimum(zeta, sigma, w)
    iff(leq(0, least), leq(zeta**2, sigma**2 * w.c))
    alpha, gamma = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    form = origin_form(alpha, gamma, zeta, sigma, w)
    U, V, Z = (x[None, None] for x in (alpha, gamma, zeta))
    equal(form, factorization_loss(U, V, Z, sigma[None], w) - (alpha * gamma) ** 2 - zeta**2)
    leq(least, form)
    equal((sigma**2 - least) * (w.c - least), zeta**2)
