"""Proposition 2: the trivial solution costs less than a given decoder with any encoder, if γ is large enough.

Costs are eq. (4). The decoders judged are quadratic in the latents, μ_x(z) = Wz + Q(z∘z) + c, and affine for Q = 0.
"""

from properties.dai2020.proofs.trivial_solution import (
    prove_trivial_solution,
    prove_trivial_solution_beats_any_decoder,
)
from reference.arithmetic import column_squared_norms, concatenate, greater, identity, sqrt, where
from reference.dai2018 import optimal_encoder_means, optimal_encoder_variances
from reference.dai2020.collapse import any_decoder_threshold, collapse_threshold, least_affine_cost, trivial_cost
from reference.dai2020.network import energy, quadratic_decoder, quadratic_error, quadratic_moments
from verify import (
    Matrix,
    NonNegative,
    Positive,
    PositiveVector,
    Vector,
    claim,
    equal,
    implies,
    leq,
    less,
)


def posterior(data, decoded, slopes, means, gamma):
    """Return the means and deviations of the posterior of the decoder that is linear at these means: the optimum if it
    is affine.
    """
    base = decoded - (slopes @ means[..., None])[..., 0]
    optimal = optimal_encoder_means(data[..., None], slopes, base, gamma)[..., 0]
    return optimal, sqrt(optimal_encoder_variances(slopes, gamma + 0 * means[:, :1]))


def costs(X, W, Q, c, gamma, encoders):
    """Return the costs of this decoder with each of these encoders (means, deviations)."""
    return [energy(quadratic_error(X, W, Q, c, m, s), m, s, gamma, X.shape[-1]) for m, s in encoders]


def attack_threshold(threshold, X, W, Q, c, means, deviations):
    """State that the trivial solution costs less at the γ that ``threshold`` gives for X and this decoder, unless both
    are the same.

    For any data X, and for such as the decoder makes of codes of mean 0: themselves, and X/2¹⁰ off. The encoder has any
    moments, q = p, or the posterior of a linear decoder.
    """
    none = 0 * means[0]
    centre, variance = quadratic_moments(W, Q, c, none, 1 + none)
    codes = means - means.sum(0) / len(means)
    decoded, slopes = quadratic_decoder(codes, W, Q, c), W + 2 * Q * codes[:, None, :]
    for data in (X, decoded, decoded + X / 2**10):
        gamma = threshold(data)
        narrow, trivial = posterior(data, decoded, slopes, codes, gamma), trivial_cost(data, W.shape[-1], gamma)
        same = equal(variance, 0) & equal(centre, data.sum(0) / len(data))
        for cost in costs(data, W, Q, c, gamma, ((means, deviations), (0 * means, 1 + 0 * means), narrow)):
            leq(trivial, cost)
            implies(~same, less(trivial, cost))


@claim(
    "dai2020/proposition-2",
    r"\text{No decoder is non-degenerate. For every other that is not }\bar x\text{ almost surely, }"
    r"\gamma>0,\ \gamma\ge\gamma'=\tfrac14\max_{i,j}\|x^{(i)}-x^{(j)}\|^2\;\Rightarrow\;\forall q_\phi:\ "
    r"\mathcal L(\mu_x\equiv\bar x,\ q=p)<\mathcal L(\mu_x(\cdot;\tilde\theta),\ q_\phi)",
    label="Prop. 2",
    kind="inequality",
    expected="proved",
    proof=prove_trivial_solution_beats_any_decoder,
    rests_on=(
        "dai2020/section-5.non-degenerate.corrected",
        "dai2020/eq-20",
        "dai2020/eq-27",
        "dai2020/eq-28.corrected",
        "dai2020/eq-35",
    ),
)
def test_trivial_solution_beats_any_decoder_that_is_not_constant(
    X: Matrix["n d", {"n": (1, 3), "d": (1, 2)}],
    W: Matrix["d k", {"k": (1, 2)}],
    Q: Matrix["d k"],
    c: Vector["d"],
    more: NonNegative,
    level: Positive,
    means: Matrix["n k"],
    s: PositiveVector["n"],
    t: PositiveVector["k"],
):
    """As printed it says nothing: the class of decoders of §5.1 is empty (section-5.non-degenerate.corrected). Instead
    it holds for every decoder, and none of the conditions is needed, nor need γ' depend on the decoder.

    With r_i = e^{−(h_i − ‖x_i − x̄‖²)/(2γ)}, h_i(z) = ‖x_i − μ_x(z)‖², the costs differ by the mean over i of
    E_q[−2 log r_i] + 2 KL ≥ −2 log E_p r_i, by Jensen's inequality, and so by at least −2 log E_p[mean_i r_i], as the
    logarithm is concave. At μ_x(z) = y the mean of the r_i is that of e^{⟨x_i − x̄, t⟩} times e^{−γ‖t‖²/2} for
    t = (y − x̄)/γ, and so less than 1 for y ≠ x̄ by Hoeffding's lemma. Where all data are equal γ' is 0. For data ±x,
    judged too, no smaller γ' does: decoders εxz win for γ < ‖x‖² and small ε.
    """

    def threshold(data):
        least = any_decoder_threshold(data)
        return where(greater(least, 0), least, level) + more

    attack_threshold(threshold, X, W, Q, c, means, s[:, None] * t)
    x = X[:1]
    pair = concatenate([x, -x], axis=-2)
    gamma = threshold(pair)
    rival = least_affine_cost(pair, x.mT / 8, 0 * x[0], gamma)
    implies(~equal(x, 0), less(trivial_cost(pair, 1, gamma), rival))


@claim(
    "dai2020/proposition-2.affine",
    r"\mu_x=Wz+b,\ w_j\ne0\ \forall j,\ \gamma\ge\gamma'=\frac{\sum_i\|W^T(x^{(i)}-b)\|^2+\frac n2\sum_j\|w_j\|^4}"
    r"{n\sum_j\|w_j\|^2}\;\Rightarrow\;\forall q_\phi:\ "
    r"\mathcal L(\mu_x\equiv\bar x,\ q=p)<\mathcal L(\mu_x,\ q_\phi)",
    label="Prop. 2",
    kind="inequality",
    expected="proved",
    proof=prove_trivial_solution,
    rests_on="dai2018/lemma-1.separable",
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
