"""App. D: a latent dimension that neither the encoder nor the decoder uses, Proposition 4 and eq. (40)."""

from properties.dai2020.proofs.networks import (
    prove_back_propagation,
    prove_latent_slopes,
    prove_stationary_collapse,
    prove_stationary_relu,
)
from reference.arithmetic import absolute, greater, identity, maximum, pi, sqrt, where
from reference.dai2020.network import (
    backpropagated,
    energy,
    latent_slopes,
    network_errors,
    relu_errors,
    relu_unit_errors,
)
from reference.gaussian import kl_divergence, lattice_rule
from verify import Index, Matrix, OneOf, Positive, PositiveVector, Scalar, Vector, claim, equal, leq


def central_slope(function):
    """Return the derivative at 0 of a polynomial of degree ≤ 4, by its exact central difference."""
    return (8 * (function(1) - function(-1)) - (function(2) - function(-2))) / 12


def state_smooth_stationarity(X, H, M, a, b, V, O, c, tilt, bend, gamma, j, column, row):
    """State Proposition 4 for act(x) = tilt·x + bend·x², along any change of the column and of the rows.

    The loss is a polynomial of degree 4 in the column and in the means, and of degree 2 in σ_j². The terms of (4) that
    depend on none of these are left out.
    """
    n, k = len(X), len(b)
    e = identity(k, k, X)[j]
    M, V, deviations = M * (1 - e[:, None]), V * (1 - e), a[:, None] * b * (1 - e) + e

    def errors(V, M, deviations):
        return network_errors(X, V, O, c, lambda x: tilt * x + bend * x**2, H @ M.mT, deviations)

    def fit(V, M):
        return errors(V, M, deviations).sum() / (n * gamma) + ((H @ M.mT) ** 2).sum() / n

    equal(central_slope(lambda t: fit(V + t * column[:, None] * e, M)), 0)
    equal(central_slope(lambda t: fit(V, M + t * e[:, None] * row)), 0)
    # of degree 2 in σ_j², the errors at σ_j = 0, 1, 2 give their derivative in σ_j² at 1
    f = [errors(V, M, deviations * (1 - e) + t * e) for t in range(3)]
    in_variance = (-9 * f[0] + 8 * f[1] + f[2]) / (12 * gamma) + latent_slopes(0 * a, 1 + 0 * a)[1]
    equal(((H @ row) * in_variance).sum() / n, 0)


@claim(
    "dai2020/proposition-4",
    r"w^1_{\mu_x,j}=(w^\rho_{\mu_z,j})^T=(w^\rho_{\sigma_z^2,j})^T=0\;\Rightarrow\;"
    r"\frac{\partial\mathcal L}{\partial w^1_{\mu_x,j}}=\frac{\partial\mathcal L}{\partial w^\rho_{\mu_z,j}}"
    r"=\frac{\partial\mathcal L}{\partial w^\rho_{\sigma_z^2,j}}=0",
    label="Prop. 4",
    kind="identity",
    expected="refuted",
    reading="gradients as derivatives, not as back-propagation has them, with relu'(0) = 0",
    rests_on="dai2020/eq-40",
)
def test_networks_are_stationary_at_collapse(
    act: OneOf["relu", "smooth"],
    X: Matrix["n d", {"n": (1, 2), "d": (1, 2)}],
    H: Matrix["n p", {"p": (1, 2)}],
    M: Matrix["k p", {"k": (1, 2)}],
    a: PositiveVector["n"],
    b: PositiveVector["k"],
    V: Matrix["m k", {"m": (1, 2)}],
    O: Matrix["d m"],
    c: Vector["d"],
    tilt: Scalar,
    bend: Scalar,
    gamma: Positive,
    j: Index["k"],
    column: Vector["m"],
    row: Vector["p"],
):
    """False for ReLUs, which the paper's networks have ("followed by ReLU activations"): the proof needs act'(0), in
    eq. (45). With any number in its place, as back-propagation has one, proposition-4.back-propagation is true.

    The kink needs a unit with no weight ≠ 0 from another latent dimension: here no unit has one, so that the
    pre-activations vanish for all z. Along ``column`` times t ≥ 0 the loss is a polynomial of degree 2 in t, whose
    slope at t = 0 the forward difference gives exactly; a gradient of 0 would make it 0. For smooth activations
    proposition-4.corrected is stated.
    """
    if act == "smooth":
        state_smooth_stationarity(X, H, M, a, b, V, O, c, tilt, bend, gamma, j, column, row)
        return
    e = identity(len(b), len(b), X)[j]
    means, deviations = H @ (M * (1 - e[:, None])).mT, a[:, None] * b * (1 - e) + e
    losses = [energy(relu_errors(X, t * column, O, c), means, deviations, gamma, X.shape[-1]) for t in range(3)]
    equal((-3 * losses[0] + 4 * losses[1] - losses[2]) / 2, 0)


@claim(
    "dai2020/proposition-4.corrected",
    r"w^1_{\mu_x,j}=(w^\rho_{\mu_z,j})^T=(w^\rho_{\sigma_z^2,j})^T=0,\ \mu_x(z)=F(W^1_{\mu_x}z),\ "
    r"F\text{ locally Lipschitz with constants of polynomial growth, and differentiable at }W^1_{\mu_x}z"
    r"\text{ for almost all }z\;\Rightarrow\;\frac{\partial\mathcal L}{\partial w^1_{\mu_x,j}}"
    r"=\frac{\partial\mathcal L}{\partial w^\rho_{\mu_z,j}}"
    r"=\frac{\partial\mathcal L}{\partial w^\rho_{\sigma_z^2,j}}=0",
    label="Prop. 4",
    kind="identity",
    expected="proved",
    proof=prove_stationary_collapse,
    corrects="dai2020/proposition-4",
    implies="dai2020/proposition-4.relu",
    rests_on="dai2020/eq-40.corrected",
)
def test_smooth_networks_are_stationary_at_collapse(
    X: Matrix["n d", {"n": (1, 2), "d": (1, 2)}],
    H: Matrix["n p", {"p": (1, 2)}],
    M: Matrix["k p", {"k": (1, 2)}],
    a: PositiveVector["n"],
    b: PositiveVector["k"],
    V: Matrix["m k", {"m": (1, 2)}],
    O: Matrix["d m"],
    c: Vector["d"],
    tilt: Scalar,
    bend: Scalar,
    gamma: Positive,
    j: Index["k"],
    column: Vector["m"],
    row: Vector["p"],
):
    """F = act, then the other layers. With act(x) = exp(x⁴) the loss is infinite off the column 0. For one hidden layer
    of ReLUs it is enough that every unit has a weight ≠ 0 from another latent dimension: proposition-4.relu.

    Derivatives along any change of the column and of the rows. The encoder's last hidden layer takes any values H,
    the means are HMᵀ with row j of M 0, the other deviations are any, and act(x) = tilt·x + bend·x².
    """
    state_smooth_stationarity(X, H, M, a, b, V, O, c, tilt, bend, gamma, j, column, row)


@claim(
    "dai2020/proposition-4.relu",
    r"\mu_x(z)=o\max(wz_i+tz_j,0)+c,\ w\ne0,\ q(z_j|x)=p(z_j)\;\Rightarrow\;"
    r"\frac{\partial\mathcal L}{\partial t}\Big|_{t=0}=0",
    label="Prop. 4",
    kind="identity",
    expected="proved",
    proof=prove_stationary_relu,
)
def test_relu_with_another_input_is_stationary_at_collapse(
    X: Matrix["n d", {"n": (1, 2), "d": (1, 2)}],
    o: Vector["d"],
    c: Vector["d"],
    w: Positive,
    means: Vector["n"],
    deviations: PositiveVector["n"],
    gamma: Positive,
    step: Positive,
):
    """The column of proposition-4.corrected for a ReLU, which is differentiable at wz_i for almost all z. Stated is
    that the loss is that at t = 0 up to Kt², for every t. The pre-activation a ~ N(wμ, r²), r² = w²σ² + t², has
    ∂E a⁺/∂r² = φ(wμ/r)/(2r) ≤ 1/(2√(2π)wσ) and ∂E(a⁺)²/∂r² = P(a > 0) ≤ 1. For w < 0 exchange the sign of z_i.
    """

    def fit(t):
        return relu_unit_errors(X, o, c, w * means, sqrt(w**2 * deviations**2 + t**2)).sum() / (len(X) * gamma)

    rates = (o**2).sum() + absolute((X - c) @ o) / (sqrt(2 * pi(w)) * w * deviations)
    for t in (step, w / 2**10):
        leq(absolute(fit(t) - fit(0 * t)), t**2 * rates.sum() / (len(X) * gamma))


@claim(
    "dai2020/proposition-4.back-propagation",
    r"w^1_{\mu_x,j}=(w^\rho_{\mu_z,j})^T=(w^\rho_{\sigma_z^2,j})^T=0\;\Rightarrow\;"
    r"\text{back-propagation with any number for }act'(0)\text{, such as }relu'(0)=0\text{, gives }"
    r"\frac{\partial\mathcal L}{\partial w^1_{\mu_x,j}}=\frac{\partial\mathcal L}{\partial w^\rho_{\mu_z,j}}"
    r"=\frac{\partial\mathcal L}{\partial w^\rho_{\sigma_z^2,j}}=0",
    label="Prop. 4",
    kind="identity",
    expected="proved",
    proof=prove_back_propagation,
    rests_on="dai2020/eq-40.corrected",
)
def test_back_propagation_finds_collapse_stationary(
    X: Matrix["n d", {"n": (1, 2), "d": (1, 2)}],
    V: Matrix["m k", {"m": (1, 2), "k": (1, 2)}],
    O: Matrix["d m"],
    c: Vector["d"],
    others: Vector["k"],
    j: Index["k"],
    at_kink: Scalar,
):
    """The formulas of eqs. (43) to (51), for ReLUs whose slope at 0 is drawn, and is 0. The other latents have any
    value, and so any law; E over z_j, of which the slopes in column j are a multiple, is taken exactly. In z_j the
    slope is 0, and so it is in the two rows; that of the KL is 0 too (stated).
    """
    e = identity(len(others), len(others), X)[j]
    points, weights = lattice_rule(1, 1, X)
    z = others * (1 - e) + points * e
    for kink in (at_kink, 0 * at_kink):

        def slope(a, kink=kink):
            return where(greater(a, 0), 1 + 0 * a, where(greater(0, a), 0 * a, kink + 0 * a))

        for x in X:
            in_V, in_z = backpropagated(x, V * (1 - e), O, c, lambda a: maximum(a, 0), slope, z)
            equal((weights[:, None] * (in_V * e).sum(-1)).sum(0), 0)
            equal(in_z * e, 0)
    equal(latent_slopes(0 * c, 1 + 0 * c)[0], 0)
    equal(latent_slopes(0 * c, 1 + 0 * c)[1], 0)


@claim(
    "dai2020/eq-40",
    r"\mathrm{KL}=\tfrac12(\mu^2+\sigma^2-\log\sigma^2-1):\quad\frac{\partial\mathrm{KL}}{\partial\mu}=\mu,\quad"
    r"\frac{\partial\mathrm{KL}}{\partial\sigma}=1-\sigma^{-1}",
    label="eq. (40)",
    expected="refuted",
)
def test_printed_slopes_of_the_divergence(mean: Scalar, deviation: Positive, mean2: Scalar, deviation2: Positive):
    """False but at σ = 1: KL is convex in μ and in σ, so that tangents with its slopes lie below it."""
    attack_tangents(mean, deviation, (mean, 1 - 1 / deviation), mean2, deviation2)


def divergence(mean, deviation):
    """Return KL[N(μ, σ²) ‖ N(0, 1)]."""
    return kl_divergence(mean[None], deviation[None] ** 2, 1)


def attack_tangents(mean, deviation, slopes, mean2, deviation2):
    """State that the tangents of KL at (μ, σ) with these slopes are below it, at any μ' and at any σ'."""
    value = divergence(mean, deviation)
    leq(value + slopes[0] * (mean2 - mean), divergence(mean2, deviation))
    leq(value + slopes[1] * (deviation2 - deviation), divergence(mean, deviation2))


@claim(
    "dai2020/eq-40.corrected",
    r"\mathrm{KL}=\tfrac12(\mu^2+\sigma^2-\log\sigma^2-1):\quad\frac{\partial\mathrm{KL}}{\partial\mu}=\mu,\quad"
    r"\frac{\partial\mathrm{KL}}{\partial\sigma}=\sigma-\sigma^{-1}",
    label="eq. (40)",
    expected="proved",
    proof=prove_latent_slopes,
    corrects="dai2020/eq-40",
)
def test_slopes_of_the_divergence(mean: Scalar, deviation: Positive, mean2: Scalar, deviation2: Positive):
    """At any σ; the value 0 at σ = 1, which is all that Proposition 4 uses, is the printed one."""
    attack_tangents(mean, deviation, latent_slopes(mean, deviation), mean2, deviation2)
    equal(latent_slopes(mean, 1 + 0 * deviation)[1], 0)
