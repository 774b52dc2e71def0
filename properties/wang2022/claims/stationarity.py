"""The minimum of L(U, V) over V: eqs. (36) and (38), and the derivative of eq. (44), in which V is eliminated."""

from reference.arithmetic import identity, squared_norm
from reference.arithmetic.deferred import sympy
from reference.shapes import Array
from reference.wang2022 import Weights, factorization_loss, gradient_v, gram_plus_weight
from reference.wang2022.optima import optimal_v
from verify import Matrix, NonNegative, Positive, PositiveVector, claim, equal, leq
from verify.proving import show, vanishes


def slope_along(H: Array, U: Array, V: Array, Z: Array, sigma: Array, w: Weights) -> Array:
    """Return ⟨½ ∂L/∂V, H⟩: L is quadratic in V, so the central difference is exact."""
    ahead, behind = factorization_loss(U, V + H, Z, sigma, w), factorization_loss(U, V - H, Z, sigma, w)
    return (ahead - behind) / 4


@claim(
    "wang2022/eq-36",
    r"\frac12\frac{\partial L(U,V)}{\partial V} = VU^TU + Z^TU + \beta\frac{\eta_{dec}^2}{\eta_{enc}^2}V",
    label="eq. (36)",
    expected="refuted",
)
def test_gradient_in_v(
    Z: Matrix["d2 d0"],
    U: Matrix["d2 d1"],
    V: Matrix["d0 d1"],
    H: Matrix["d0 d1"],
    sigma: PositiveVector["d1"],
    beta: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """The sign of ZᵀU is wrong; eqs. (37) and (60) have it right."""
    w = Weights(beta, eta_dec, eta_enc)
    printed = V @ U.mT @ U + Z.mT @ U + w.c * V
    equal(slope_along(H, U, V, Z, sigma, w), (printed * H).sum())


@claim(
    "wang2022/eq-36.corrected",
    r"\frac12\frac{\partial L(U,V)}{\partial V} = VU^TU - Z^TU + \beta\frac{\eta_{dec}^2}{\eta_{enc}^2}V",
    label="eq. (36)",
    corrects="wang2022/eq-36",
)
def test_gradient_in_v_with_its_sign(
    Z: Matrix["d2 d0"],
    U: Matrix["d2 d1"],
    V: Matrix["d0 d1"],
    H: Matrix["d0 d1"],
    sigma: PositiveVector["d1"],
    beta: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """Along every direction H; the closed form of the reference is half of eq. (60)."""
    w = Weights(beta, eta_dec, eta_enc)
    corrected = V @ U.mT @ U - Z.mT @ U + w.c * V
    equal(slope_along(H, U, V, Z, sigma, w), (corrected * H).sum())
    equal(gradient_v(U, V, Z, w), 2 * corrected)


@claim(
    "wang2022/eq-38",
    r"V = Z^TU\left[\beta\frac{\eta_{dec}^2}{\eta_{enc}^2}I + U^TU\right]^{-1} = \operatorname{argmin}_V L(U,V)",
    label="eq. (38)",
    kind="optimality",
    rests_on="wang2022/eq-36.corrected",
)
def test_optimal_v(
    Z: Matrix["d2 d0"],
    U: Matrix["d2 d1"],
    V: Matrix["d0 d1"],
    sigma: PositiveVector["d1"],
    beta: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """The gradient vanishes, and every other V loses at least c‖V − V*‖², so that the minimiser is unique."""
    w = Weights(beta, eta_dec, eta_enc)
    best = optimal_v(U, Z, w)
    equal(best @ gram_plus_weight(U, w), Z.mT @ U)
    equal(slope_along(V, U, best, Z, sigma, w), 0)
    excess = factorization_loss(U, V, Z, sigma, w) - factorization_loss(U, best, Z, sigma, w)
    leq(w.c * squared_norm(V - best), excess)


# --- eq. (45) ---------------------------------------------------------------------------------------------------------


def reduced_loss(x: Array, sigma: Array, zeta: Array, w: Weights) -> Array:
    """Return σ²x − ζ²η_enc²x/(βη_dec² + η_enc²x), one term of eq. (44) at λ² = x."""
    return sigma**2 * x - zeta**2 * w.eta_enc**2 * x / (w.b + w.eta_enc**2 * x)


def printed_derivative(x: Array, sigma: Array, zeta: Array, w: Weights) -> Array:
    """Return the quotient that eq. (45) prints, at λ² = x."""
    beta, eta_dec, eta_enc = w.beta, w.eta_dec, w.eta_enc
    quadratic = sigma**2 * eta_enc**4 * x**2 + 2 * sigma**2 * eta_dec**2 * eta_enc**2 * beta * x
    constant = sigma**2 * eta_dec**4 * beta**2 - zeta**2 * eta_enc**2 * eta_dec**2 * beta
    return (quadratic + constant) / (beta * eta_dec**2 + eta_enc**2 * x) ** 2


def prove_derivative() -> None:
    """Eliminate V from the 1 x 1 loss at U = λ by eq. (38), and differentiate in λ²."""
    x, sigma, zeta, *weights = sympy.symbols("x sigma zeta beta eta_dec eta_enc", positive=True)
    w = Weights(*weights)
    one = identity(1, 1, x)
    U, Z = sympy.sqrt(x) * one, zeta * one
    loss = factorization_loss(U, optimal_v(U, Z, w), Z, sigma * one[0], w) - zeta**2
    show(vanishes(loss - reduced_loss(x, sigma, zeta, w)))
    show(vanishes(sympy.diff(loss, x) - printed_derivative(x, sigma, zeta, w)))


@claim(
    "wang2022/eq-45",
    r"\frac{\partial}{\partial(\lambda_i^2)}\left[\sigma_i^2\lambda_i^2 - \frac{\zeta_i^2\eta_{enc}^2\lambda_i^2}"
    r"{\beta\eta_{dec}^2+\eta_{enc}^2\lambda_i^2}\right] = \frac{\sigma_i^2\eta_{enc}^4(\lambda_i^2)^2 + "
    r"2\sigma_i^2\eta_{dec}^2\eta_{enc}^2\beta\lambda_i^2 + (\sigma_i^2\eta_{dec}^4\beta^2 - "
    r"\zeta_i^2\eta_{enc}^2\eta_{dec}^2\beta)}{(\beta\eta_{dec}^2+\eta_{enc}^2\lambda_i^2)^2}",
    label="eq. (45)",
    expected="proved",
    proof=prove_derivative,
    rests_on="wang2022/eq-38",
)
def test_derivative_of_the_reduced_loss(
    x: NonNegative,
    y: NonNegative,
    sigma: NonNegative,
    zeta: NonNegative,
    beta: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """J(x) of x = λ² ≥ 0 is convex, so p is its derivative if and only if every chord has a slope between p's ends."""
    w = Weights(beta, eta_dec, eta_enc)
    chord = reduced_loss(y, sigma, zeta, w) - reduced_loss(x, sigma, zeta, w)
    leq(printed_derivative(x, sigma, zeta, w) * (y - x), chord)
    leq(chord, printed_derivative(y, sigma, zeta, w) * (y - x))
