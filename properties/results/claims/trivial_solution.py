"""When the trivial solution costs less than a decoder, whatever the encoder: Proposition 2 of dai2020, sharpened.

Costs are eq. (4) of dai2020. The trivial solution is μ_x = x̄ and q = p.
"""

from properties.dai2020.claims.affine import symmetric_data
from properties.dai2020.claims.trivial_solution import attack_threshold, costs, posterior
from properties.results.proofs.trivial_solution import (
    prove_affine_decoders,
    prove_any_decoder,
    prove_moments,
    prove_variance_per_nat,
)
from reference.arithmetic import concatenate, greater, identity, log, maximum, sort_descending, where
from reference.dai2020.collapse import (
    any_decoder_threshold,
    best_values,
    expected_error,
    explained_variance,
    least_affine_cost,
    likelihood_ratios,
    mean_divergence,
    moment_gain,
    moment_threshold,
    spread,
    trivial_cost,
    two_valued_excess,
)
from reference.dai2020.network import quadratic_decoder, quadratic_moments
from reference.gaussian import lattice_rule
from verify import (
    Matrix,
    NonNegative,
    Orthogonal,
    Positive,
    PositiveVector,
    Vector,
    assume,
    claim,
    equal,
    iff,
    implies,
    leq,
    less,
)


@claim(
    "results/any-decoder",
    r"\forall\mu_x\ \forall q:\ \mathcal L(\mu_x\equiv\bar x,\ q=p)\le\mathcal L(\mu_x,\ q)\quad\iff\quad"
    r"\forall t\in\mathbb R^d:\ \frac1n\sum_ie^{\langle x^{(i)}-\bar x,\,t\rangle}\le e^{\gamma\|t\|^2/2}",
    kind="equivalence",
    expected="proved",
    proof=prove_any_decoder,
    sharpens="dai2020/proposition-2",
)
def test_collapse_is_best_if_the_data_are_sub_gaussian(
    X: Matrix["n d", {"n": (1, 3), "d": (1, 2)}],
    y: Vector["d"],
    gamma: Positive,
    t: Positive,
    odds: PositiveVector["n"],
    W: Matrix["d k", {"k": (1, 2)}],
    Q: Matrix["d k"],
    c: Vector["d"],
    x: Vector["d"],
    more: NonNegative,
    means: Matrix["3 k"],
    s: PositiveVector["3"],
    u: PositiveVector["k"],
):
    """μ_x is any measurable decoder of κ ≥ 1 latents, q any distribution. Where the right side fails at t = (y − x̄)/γ,
    and only there, a decoder that is y with a small probability, and else x̄, costs less with its posterior. That no q
    has a lower cost is stated of such decoders with any probability, for any data. The other direction is judged with
    quadratic decoders on data −x, 0, x, whose right side holds if and only if γ ≥ ⅔‖x‖² (shown in the proof).
    """
    ratios, p = likelihood_ratios(X, y, gamma), t / (1 + t)
    gain = (ratios - 1).sum() / len(X)
    iff(less(0, gain), less(0, log(1 + witness(ratios, gain) * (ratios - 1)).sum()))
    best = -2 * log(1 - p + p * ratios).sum() / len(X)
    implies(leq(gain, 0), leq(0, best))
    leq(best, two_valued_excess(ratios, p, odds))
    data = concatenate([-x[None], 0 * x[None], x[None]], axis=-2)
    level = 2 * (x**2).sum() / 3
    level = where(greater(level, 0), level, 1) + more
    decoded = quadratic_decoder(means, W, Q, c)
    narrow = posterior(data, decoded, W + 2 * Q * means[:, None, :], means, level)
    for cost in costs(data, W, Q, c, level, ((means, s[:, None] * u), narrow)):
        leq(trivial_cost(data, len(u), level), cost)
    implies(~equal(x, 0), less(trivial_cost(data, 1, level), least_affine_cost(data, x[:, None] / 8, 0 * x, level)))


def witness(ratios, gain):
    """Return a probability p ≤ ½ at which the mean of log(1 + p(r − 1)) ≥ p(r − 1) − p²(r − 1)² is positive if gain is.

    It is gain/(2(‖r − 1‖²/n + |gain| + 1)) in size.
    """
    gain = maximum(gain, -gain)
    return gain / (2 * (((ratios - 1) ** 2).sum() / len(ratios) + gain + 1))


@claim(
    "results/variance-per-nat",
    r"\min_{\mu_x}\mathcal L(\mu_x,\ q)-\mathcal L(\mu_x\equiv\bar x,\ q=p)"
    r"=\frac2n\sum_i\mathrm{KL}[q(\cdot|x^{(i)})\|p]-\frac1\gamma\operatorname{tr}\operatorname{Cov}\mathbb E[x|z],"
    r"\quad\text{which is }\ge0\iff\gamma\ge\gamma'_q="
    r"\frac{\operatorname{tr}\operatorname{Cov}\mathbb E[x|z]}{\frac2n\sum_i\mathrm{KL}[q(\cdot|x^{(i)})\|p]}"
    r"\ \text{ if }q\ne p",
    kind="equivalence",
    expected="proved",
    proof=prove_variance_per_nat,
    sharpens="dai2020/proposition-2",
)
def test_collapse_is_best_by_the_variance_that_encoders_explain_per_nat(
    X: Matrix["n d", {"n": (1, 3), "d": (1, 2)}],
    p: PositiveVector["m", {"m": (1, 3)}],
    A: Matrix["n m"],
    Y: Matrix["m d"],
    t: Positive,
):
    """(x, z) is distributed as a data point drawn at random and its q. Judged for any latent with up to three values,
    such as a partition of R^κ, any encoder that is positive on all, and γ = t. As no γ'_q is above a threshold for all
    decoders, E[x|z] varies by at most ½ max ‖x_i − x_j‖² for each nat: this is stated for the aggregate posterior as
    prior, which makes the divergences least.
    """
    prior, weights = p / p.sum(), p * (1 + A**2)
    encoder = weights / weights.sum(-1)[:, None]
    explained, divergence = explained_variance(X, encoder), mean_divergence(encoder, prior)
    leq(explained, 2 * any_decoder_threshold(X) * mean_divergence(encoder, encoder.sum(0) / len(X)))

    def excess(values):
        return (expected_error(X, encoder, values) - spread(X).sum() / len(X)) / t + 2 * divergence

    best = excess(best_values(X, encoder))
    equal(expected_error(X, encoder, best_values(X, encoder)), spread(X).sum() / len(X) - explained)
    leq(best, excess(Y))
    iff(leq(0, best), leq(explained, 2 * t * divergence))


@claim(
    "results/collapse-by-moments",
    r"h_i(z)=\|x^{(i)}-\mu_x(z)\|^2,\ V=\operatorname{tr}\operatorname{Cov}_p\mu_x>0,\ "
    r"\psi(\tau)=\frac{e^\tau-1-\tau}{\tau^2}:\quad"
    r"2\gamma V\ge\frac1n\sum_i\psi\Big(\frac{\mathbb E_ph_i}{2\gamma}\Big)\operatorname{Var}_ph_i\;\Rightarrow\;"
    r"\forall q:\ \mathcal L(\mu_x\equiv\bar x,\ q=p)<\mathcal L(\mu_x,\ q);\quad"
    r"\text{so for all }\gamma\ge\max\Big(\max_i\mathbb E_ph_i,\ 2\big(\sqrt e-\tfrac32\big)"
    r"\frac{\sum_i\operatorname{Var}_ph_i}{nV}\Big)",
    kind="inequality",
    expected="proved",
    proof=prove_moments,
    sharpens="dai2020/proposition-2",
)
def test_collapse_is_better_by_two_moments_of_the_errors(
    X: Matrix["n d", {"n": (1, 2), "d": (1, 2)}],
    W: Matrix["d k", {"k": (1, 2)}],
    Q: Matrix["d k"],
    c: Vector["d"],
    more: NonNegative,
    t: Positive,
    means: Matrix["n k"],
    s: PositiveVector["n"],
    u: PositiveVector["k"],
):
    """For quadratic decoders, whose h_i² have degree 8. Whether the premise holds at a fraction of the explicit γ' is
    judged, and if it does, the conclusion too; and below 2‖x‖² for data ±x and the decoder xz_1/64, which costs less
    than the trivial solution up to ‖x‖², nearly.
    """
    decoder, none, rule = (W, Q, c), 0 * u, lattice_rule(4, len(u), X)
    total = quadratic_moments(*decoder, none, 1 + none)[1]
    assume(less(0, total))

    def threshold(data):
        first, variances = error_moments(data, decoder, rule)
        gamma = moment_threshold(first, variances, total) + more
        leq(0, moment_gain(first, variances, total, gamma))
        return gamma

    deviations, part = s[:, None] * u, t / (1 + t)
    attack_threshold(threshold, X, *decoder, means, deviations)
    first, variances = error_moments(X, decoder, rule)
    for fraction in ((1 + part) / 2, (3 + part) / 4):
        smaller = moment_threshold(first, variances, total) * fraction
        premise = leq(0, moment_gain(first, variances, total, smaller))
        for cost in costs(X, *decoder, smaller, ((means, deviations), (0 * means, 1 + 0 * means))):
            implies(premise, less(trivial_cost(X, len(u), smaller), cost))
    pair, level = concatenate([u[None], -u[None]], axis=-2), 2 * (u**2).sum() * part
    column = u[:, None] / 64 * identity(1, len(u), u)
    first, variances = error_moments(pair, (column, 0 * column, none), rule)
    premise = leq(0, moment_gain(first, variances, (column**2).sum(), level))
    implies(premise, less(trivial_cost(pair, len(u), level), least_affine_cost(pair, column, none, level)))


def error_moments(X, decoder, rule):
    """Return E_p h_i and Var_p h_i of a quadratic decoder for the rows of X."""
    points, weights = rule
    h = ((X[:, None, :] - quadratic_decoder(points, *decoder)) ** 2).sum(-1)
    first = (weights * h).sum(-1)
    return first, (weights * h**2).sum(-1) - first**2


@claim(
    "results/affine-collapse",
    r"\mu_x=Wz+b,\ (W,b)\ne(0,\bar x),\ \Delta(\gamma)=\min_q\mathcal L(\mu_x,\ q)-\mathcal L(\mu_x\equiv\bar x,\ q=p):"
    r"\quad\gamma\Delta(\gamma)\text{ increases, strictly if }W\ne0;\quad"
    r"\gamma\ge\ell_1\Rightarrow\Delta(\gamma)>0;\quad"
    r"0<\varepsilon^2\le\ell_1-\gamma,\ b=\bar x,\ W=\varepsilon u_1e_1^\top\Rightarrow\Delta(\gamma)<0",
    kind="inequality",
    expected="proved",
    proof=prove_affine_decoders,
    sharpens="dai2020/proposition-2.affine",
)
def test_affine_decoders_collapse_above_the_largest_eigenvalue(
    U: Orthogonal["d", {"d": (1, 2)}],
    roots: PositiveVector["d"],
    shift: Vector["d"],
    W: Matrix["d k", {"k": (1, 2)}],
    b: Vector["d"],
    gamma: Positive,
    more: NonNegative,
    t: Positive,
):
    """(u_1, ℓ_1) is the first eigenpair of the covariance. q is Gaussian with a diagonal covariance here, and may be
    any distribution: the proof has both. γ ≥ ℓ_1 is judged at ℓ_1, and for small W too.
    """
    scales = sort_descending(roots)
    X, first = symmetric_data(U, scales).mT + shift, len(U) * scales[0] ** 2

    def excess(W, b, gamma):
        return least_affine_cost(X, W, b, gamma) - trivial_cost(X, W.shape[-1], gamma)

    for offset in (b, shift):
        before, after = (level * excess(W, offset, level) for level in (gamma, gamma * (1 + t)))
        leq(before, after)
        implies(~equal(W, 0), less(before, after))
        for decoder in (W, W / 2**10):
            implies(~(equal(W, 0) & equal(offset, shift)), less(0, excess(decoder, offset, first + more)))
    size = scales[0] * t / (1 + t)
    column = size * U[:, :1] * identity(1, W.shape[-1], W)
    less(excess(column, shift, (first - size**2) / (1 + more)), 0)
