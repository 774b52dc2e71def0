"""Autoencoders and VAEs with general decoders: eqs. (8) and (10), §5.1 and Proposition 2.

Costs are eq. (4): twice the negative evidence lower bound, averaged over the data. The decoders judged are quadratic
in the latents, μ_x(z) = Wz + Q(z∘z) + c, and affine for Q = 0, so that expectations are exact fractions.
"""

import numpy as np

from properties.dai2020.proofs.networks import (
    prove_average_is_no_less,
    prove_flat_at_zero_deviation,
    prove_optimal_decoder_variance,
    prove_trivial_solution,
    prove_trivial_solution_beats_any_decoder,
)
from reference.arithmetic import (
    absolute,
    column_squared_norms,
    greater,
    identity,
    log,
    sqrt,
    where,
)
from reference.dai2018 import optimal_encoder_means, optimal_encoder_variances
from reference.dai2020.network import (
    any_decoder_threshold,
    collapse_threshold,
    energy,
    least_affine_cost,
    least_parabola_error,
    optimal_decoder_variance,
    quadratic_decoder,
    quadratic_error,
    quadratic_moments,
)
from reference.gaussian import lattice_rule
from verify import (
    Index,
    Matrix,
    NonNegative,
    Orthogonal,
    Positive,
    PositiveVector,
    Scalar,
    Spectrum,
    Vector,
    assume,
    claim,
    corner,
    equal,
    implies,
    leq,
    less,
)

# --- reconstruction errors ------------------------------------------------------------------------------------------


def affine_errors(U, B, r, c, codes, off, means, deviations):
    """Return the least errors of the affine decoder W = U diag(1, …, 1, 0, …, 0) B over all codes, those at the given
    codes and at the means, and E_q.

    The data are Wz + c at the codes z, plus what lies along the last d − r columns of U: ⊥ W, and so what no code can
    reconstruct. Every x is of this form.
    """
    reached = (np.arange(len(U)) < r).astype(int)
    W, missed = U * reached @ B, off * (1 - reached)
    X = codes @ W.mT + missed @ U.mT + c
    return (missed**2).sum(-1), *errors_of(X, W, 0 * W, c, codes, means, deviations)


def parabola_errors(x, w, q, c, means, deviations):
    """Return the least errors of the decoder wz + qz² + c over all z, those at its vertex and at the means, and E_q."""
    X, W, Q = x[:, None], w * identity(1, 1, x), q * identity(1, 1, x)
    vertex = -w / (2 * where(greater(absolute(q), 0), q, 1)) + 0 * means
    return least_parabola_error(x - c, w, q), *errors_of(X, W, Q, c, vertex, means, deviations)


def errors_of(X, W, Q, c, codes, means, deviations):
    """Return the errors, for each data point, at the codes and at the means, and E_q."""
    at_codes, at_means = (((X - quadratic_decoder(z, W, Q, c)) ** 2).sum(-1) for z in (codes, means))
    return at_codes, at_means, quadratic_error(X, W, Q, c, means, deviations)


@claim(
    "dai2020/eq-8",
    r"\frac1{nd}\sum_i\min_{\mu_z}\|x^{(i)}-\mu_x(\mu_z;\theta)\|^2"
    r"\le\frac1{nd}\sum_i\mathbb E_{q_\phi(z|x^{(i)})}\|x^{(i)}-\mu_x(z;\theta)\|^2",
    label="eq. (8)",
    kind="inequality",
    expected="proved",
    proof=prove_average_is_no_less,
)
def test_autoencoder_reconstructs_no_worse(
    U: Orthogonal["d", {"d": (1, 3)}],
    B: Matrix["d k", {"k": (1, 2)}],
    r: Index["d+1"],
    c: Vector["d"],
    codes: Matrix["n k", {"n": (1, 2)}],
    off: Matrix["n d"],
    means: Matrix["n k"],
    a: PositiveVector["n"],
    b: PositiveVector["k"],
    x: Vector["n"],
    w: Scalar,
    q: Scalar,
):
    """For a given decoder and unrestricted encoder means. The minimum over all codes is stated in closed form, for
    affine decoders of every rank and for parabolas: it is attained, or 0 where x = wz + qz² + c has a root, and no more
    than the error at any other code.

    The error at the encoder's mean is not: it exceeds E_q for x = 1, μ_x = z², μ = 0 and σ² < 2/3. Nor does "<" hold:
    the decoder may be constant. For the best decoder of each side (8) follows. Of those that training finds it is said
    to "typically follow", which is not judged.
    """
    deviations = a[:, None] * b
    least, attained, elsewhere, expected = affine_errors(U, B, r, c, codes, off, means, deviations)
    equal(attained, least)
    leq(least, elsewhere)
    leq(least.sum(), expected.sum())
    means, deviations = means[:, :1], deviations[:, :1]
    least, at_vertex, elsewhere, expected = parabola_errors(x, w, q, c[:1], means, deviations)
    rootless = greater(0, w**2 + 4 * q * (x - c[0]))
    equal(least, where(rootless, at_vertex, where(greater(absolute(w) + absolute(q), 0), 0, 1) * (x - c[0]) ** 2))
    leq(least, elsewhere)
    leq(least.sum(), expected.sum())


@claim(
    "dai2020/eq-10",
    r"\operatorname{argmin}_\gamma\mathcal L(\theta,\phi)"
    r"=\frac1{nd}\sum_i\mathbb E_{q_\phi(z|x^{(i)})}\|x^{(i)}-\mu_x(z;\theta)\|^2",
    label="eq. (10)",
    kind="optimality",
    expected="refuted",
    corner="perfect reconstruction",
)
def test_optimal_decoder_variance(
    errors: Spectrum["n"],
    means: Matrix["n k", {"k": (1, 2)}],
    a: PositiveVector["n"],
    b: PositiveVector["k"],
    X: Matrix["n d"],
    gamma: Positive,
    s: Positive,
):
    """False where the reconstructions are perfect, as those of equal data points by a constant decoder: the cost falls
    without end as γ → 0, and no γ > 0 is a minimiser.

    Stated is that the minimiser is positive, and what eq-10.corrected states. Of the data only d matters.
    """
    best = optimal_decoder_variance(errors, X.shape[-1])
    corner(equal(best, 0))
    less(0, best)
    attack_variance(errors, means, a[:, None] * b, X.shape[-1], gamma, s)


def attack_variance(errors, means, deviations, d, gamma, s):
    """State that the cost decreases strictly on the way from any γ to γ*, which is the only minimiser, if positive."""
    best = optimal_decoder_variance(errors, d)
    for rival in (gamma, best + gamma / 2**10):
        nearer = best + s / (1 + s) * (rival - best)
        before, after = (energy(errors, means, deviations, g, d) for g in (rival, nearer))
        leq(after, before)
        if rival is gamma:
            implies(~equal(gamma, best), less(after, before))


@claim(
    "dai2020/eq-10.corrected",
    r"R=\frac1{nd}\sum_i\mathbb E_{q_\phi(z|x^{(i)})}\|x^{(i)}-\mu_x(z;\theta)\|^2:\quad"
    r"\operatorname{argmin}_{\gamma>0}\mathcal L(\theta,\phi)=\{R\}\text{ if }R>0;\quad"
    r"\inf_{\gamma>0}\mathcal L(\theta,\phi)=-\infty\text{, not attained, if }R=0",
    label="eq. (10)",
    kind="optimality",
    expected="proved",
    proof=prove_optimal_decoder_variance,
    corrects="dai2020/eq-10",
)
def test_optimal_decoder_variance_of_imperfect_reconstructions(
    errors: Spectrum["n"],
    means: Matrix["n k", {"k": (1, 2)}],
    a: PositiveVector["n"],
    b: PositiveVector["k"],
    X: Matrix["n d"],
    gamma: Positive,
    s: Positive,
):
    """The cost decreases strictly on the way from any γ to R, R = 0 included; then it is d log γ up to a constant
    (stated), and falls to −∞.
    """
    d, deviations = X.shape[-1], a[:, None] * b
    attack_variance(errors, means, deviations, d, gamma, s)
    perfect, other = (energy(0 * errors, means, deviations, g, d) for g in (gamma, gamma * s))
    equal(other - perfect, d * log(s))


# --- increasing the encoder's deviation from 0 ----------------------------------------------------------------------


def slope_at_zero_deviation(x, W, Q, c, mean, deviation, j):
    """Return ∂f/∂σ_j at σ_j = 0, f = E_q‖x − μ_x(z)‖²: of degree 4 in σ_j, so that the forward difference is exact."""
    e = identity(len(mean), len(mean), x)[j]
    f = [quadratic_error(x, W, Q, c, mean, deviation * (1 - e) + t * e) for t in range(5)]
    return (-25 * f[0] + 48 * f[1] - 36 * f[2] + 16 * f[3] - 3 * f[4]) / 12


@claim(
    "dai2020/section-5.non-degenerate",
    r"\exists\mu_x\ \exists c>0\ \forall\sigma_z\ge0:\quad\nabla_{\sigma_z}f(\mu_z,\sigma_z,\theta,x)\ge c",
    label="§5.1",
    kind="inequality",
    expected="refuted",
    universal="dai2020/section-5.non-degenerate.corrected",
)
def test_errors_increase_with_every_deviation(
    x: Vector["d", {"d": (1, 2)}],
    W: Matrix["d k", {"k": (1, 2)}],
    Q: Matrix["d k"],
    c: Vector["d"],
    mean: Vector["k"],
    deviation: PositiveVector["k"],
    j: Index["k"],
):
    """False: f is even in σ, so that ∇_σ f = 0 at σ = 0 for every differentiable decoder, and the class is empty.

    Judged is what a member of the class must satisfy at σ_j = 0. What refutes that there is one is the proof of
    section-5.non-degenerate.corrected; the certificate is an instance of it, a linear decoder.
    """
    less(0, slope_at_zero_deviation(x, W, Q, c, mean, deviation, j))


@claim(
    "dai2020/section-5.non-degenerate.corrected",
    r"\sigma_z=0\;\Rightarrow\;\nabla_{\sigma_z}f(\mu_z,\sigma_z,\theta,x)=0"
    r"\text{ for every differentiable decoder with }f<\infty;\quad"
    r"\sigma_{z,j}=0\;\Rightarrow\;\frac{\partial f}{\partial\sigma_{z,j}}(\mu_z,\sigma_z,\theta,x)=0"
    r"\text{ if }\nabla\mu_x\text{ grows at most polynomially}",
    label="§5.1",
    expected="proved",
    proof=prove_flat_at_zero_deviation,
    corrects="dai2020/section-5.non-degenerate",
)
def test_errors_are_stationary_at_zero_deviation(
    x: Vector["d", {"d": (1, 2)}],
    W: Matrix["d k", {"k": (1, 2)}],
    Q: Matrix["d k"],
    c: Vector["d"],
    mean: Vector["k"],
    deviation: PositiveVector["k"],
    j: Index["k"],
):
    """No decoder has ∇_σ f ≥ c > 0 at all σ ≥ 0: f is even in σ_j, because ε_j and −ε_j have the same law. What is left
    of the definition is that f increases with σ > 0, as it does for affine decoders with columns ≠ 0
    (proposition-2.affine). f < ∞ excludes μ_x = exp(z⁴). The growth of ∇μ_x matters: for μ_x = y/√(1 + y²) with
    y = z_1 exp(z_2²), smooth and bounded, f has an infinite slope in σ_1 at x = 0, μ = 0, σ = (0, 1).
    """
    for others in (deviation, 0 * deviation):
        equal(slope_at_zero_deviation(x, W, Q, c, mean, others, j), 0)


# --- Proposition 2 --------------------------------------------------------------------------------------------------


def trivial_cost(X, kappa, gamma):
    """Return the cost of μ_x = x̄ and q = p, for data in the rows of X."""
    spread, none = ((X - X.sum(0) / len(X)) ** 2).sum(-1), 0 * X[:, :1] * identity(1, kappa, X)
    return energy(spread, none, none + 1, gamma, X.shape[-1])


@claim(
    "dai2020/proposition-2",
    r"V=\operatorname{tr}\operatorname{Cov}_{p(z)}\mu_x>0,\ h_i(z)=\|x^{(i)}-\mu_x(z)\|^2,\ "
    r"\gamma\ge\gamma'=\frac{\sum_i\mathbb E_ph_i^2}{4nV}<\infty\;\Rightarrow\;\forall q_\phi:\ "
    r"\mathcal L(\mu_x\equiv\bar x,\ q=p)<\mathcal L(\mu_x(\cdot;\tilde\theta),\ q_\phi)",
    label="Prop. 2",
    kind="inequality",
    expected="proved",
    proof=prove_trivial_solution_beats_any_decoder,
)
def test_trivial_solution_beats_any_decoder_that_is_not_constant(
    X: Matrix["n d", {"n": (1, 2), "d": (1, 2)}],
    W: Matrix["d k", {"k": (1, 2)}],
    Q: Matrix["d k"],
    c: Vector["d"],
    more: NonNegative,
    means: Matrix["n k"],
    s: PositiveVector["n"],
    t: PositiveVector["k"],
):
    """Literally the class of decoders is empty (section-5.non-degenerate.corrected). Of its conditions none is needed
    but that the decoder is not constant, and E_p h_i² < ∞, which Lipschitz gradients of f imply: h_i = f at σ = 0 then
    grows at most quadratically.

    By Jensen's inequality E_q h/γ + 2 KL ≥ −2 log E_p e^{−h/(2γ)}, which is at least E_p h/γ − E_p h²/(4γ²), by
    e^{−x} ≤ 1 − x + x²/2 and −log(1 − y) ≥ y; and the mean of the E_p h_i is V + mean ‖x_i − E_p μ_x‖² ≥
    V + mean ‖x_i − x̄‖². Judged for quadratic decoders, whose h² have degree 8, and for data that they decode from the
    encoder's means, with the posterior of the decoder that is linear at these: the optimum if Q = 0.
    """
    d, k = X.shape[-1], len(t)
    points, weights = lattice_rule(4, k, X)
    variance = quadratic_moments(W, Q, c, 0 * t, 1 + 0 * t)[1]
    assume(less(0, variance))
    decoded, slopes = quadratic_decoder(means, W, Q, c), W + 2 * Q * means[:, None, :]
    for data in (X, decoded, decoded + X / 2**10):
        h = ((data[:, None, :] - quadratic_decoder(points, W, Q, c)) ** 2).sum(-1)
        gamma = any_decoder_threshold((weights * h**2).sum(-1), variance) + (more if data is X else 0)
        # for every data point, of x = decoded + slopes (z − mean)
        base = decoded - (slopes @ means[..., None])[..., 0]
        posterior = optimal_encoder_means(data[..., None], slopes, base, gamma)[..., 0]
        narrow = sqrt(optimal_encoder_variances(slopes, gamma + 0 * means[:, :1]))
        trivial = trivial_cost(data, k, gamma)
        for m, deviations in ((means, s[:, None] * t), (0 * means, 1 + 0 * means), (posterior, narrow)):
            less(trivial, energy(quadratic_error(data, W, Q, c, m, deviations), m, deviations, gamma, d))


@claim(
    "dai2020/proposition-2.affine",
    r"\mu_x=Wz+b,\ w_j\ne0\ \forall j,\ \gamma\ge\gamma'=\frac{\sum_i\|W^T(x^{(i)}-b)\|^2+\frac n2\sum_j\|w_j\|^4}"
    r"{n\sum_j\|w_j\|^2}\;\Rightarrow\;\forall q_\phi:\ "
    r"\mathcal L(\mu_x\equiv\bar x,\ q=p)<\mathcal L(\mu_x,\ q_\phi)",
    label="Prop. 2",
    kind="inequality",
    expected="proved",
    proof=prove_trivial_solution,
)
def test_trivial_solution_wins_at_large_decoder_variances(
    X: Matrix["n d", {"n": (1, 3), "d": (1, 3)}],
    W: Matrix["d k", {"k": (1, 3)}],
    b: Vector["d"],
    more: NonNegative,
    means: Matrix["n k"],
    s: PositiveVector["n"],
    t: PositiveVector["k"],
):
    """The condition on the decoder "ensures that f is an increasing function of σ_z", and affine decoders Wz + b
    satisfy that if and only if no column of W is 0; f has a Lipschitz gradient for them. Against the best encoder and
    any other.
    """
    d = X.shape[-1]
    W = W + identity(d, d, W)[:, :1] * where(greater(column_squared_norms(W), 0), 0, 1)
    gamma = collapse_threshold(X, W, b) + more
    best = least_affine_cost(X, W, b, gamma)
    less(trivial_cost(X, len(t), gamma), best)

    def cost(m, deviations):
        return energy(quadratic_error(X, W, 0 * W, b, m, deviations), m, deviations, gamma, d)

    optimal, variances = optimal_encoder_means(X.mT, W, b, gamma).mT, optimal_encoder_variances(W, gamma)
    leq(best, cost(means, s[:, None] * t))
    leq(best, cost(optimal + means / 2**10, sqrt(variances) * (1 + t / 2**10) + 0 * means))
