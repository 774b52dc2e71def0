"""Autoencoders and VAEs with general decoders: eqs. (8) and (10), and §5.1.

Costs are eq. (4): twice the negative evidence lower bound, averaged over the data. The decoders judged are quadratic
in the latents, μ_x(z) = Wz + Q(z∘z) + c, and affine for Q = 0, so that expectations are exact fractions.
"""

import numpy as np

from properties.dai2020.proofs.networks import (
    prove_average_is_no_less,
    prove_flat_at_zero_deviation,
    prove_optimal_decoder_variance,
)
from reference.arithmetic import (
    absolute,
    greater,
    identity,
    log,
    where,
)
from reference.dai2020.network import (
    energy,
    least_parabola_error,
    optimal_decoder_variance,
    quadratic_decoder,
    quadratic_error,
)
from verify import (
    Index,
    Matrix,
    Orthogonal,
    Positive,
    PositiveVector,
    Scalar,
    Spectrum,
    Vector,
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
