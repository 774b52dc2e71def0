"""The losses of §4 and App. A–B: eqs. (3) to (5), what they are, and their minimisers in ε and in D."""

from properties.koehler2022.proofs.losses import (
    prove_kl_bound,
    prove_lower_bound,
    prove_optimal_d,
    prove_optimal_deviation,
    prove_simplified_loss,
)
from reference.arithmetic import concatenate, log, number, pi, sqrt
from reference.gaussian import expectation, log_density
from reference.koehler2022 import (
    loss,
    optimal_decoder_deviation,
    optimal_encoder_variance,
    simplified_loss,
    vae_loss,
)
from verify import (
    Dimension,
    Matrix,
    NonNegative,
    Positive,
    PositiveVector,
    Vector,
    claim,
    corner,
    equal,
    implies,
    leq,
    less,
)


@claim(
    "koehler2022/eq-3",
    r"\mathbb E_x\mathbb E_{z'}\left[\tfrac1{2\varepsilon^2}\|x-f(g(x)+D^{1/2}z')\|^2+\tfrac12\|g(x)\|^2\right]"
    r"+d\log\varepsilon+\tfrac12\operatorname{Tr}D-\tfrac12\sum_i\log D_{ii}"
    r"=-\mathbb E_x\mathbb E_{z\sim q}[\log p(x|z)+\log p(z)-\log q(z|x)]+c(d,r)",
    label="eq. (3)",
)
def test_loss_is_the_negative_evidence_lower_bound(
    X: Matrix["n d", {"n": (1, 2), "d": (1, 2)}],
    G: Matrix["n r", {"r": (1, 2)}],
    W: Matrix["d r"],
    Q: Matrix["d r"],
    c: Vector["d"],
    D: PositiveVector["r"],
    eps: Positive,
):
    """The data are n equally likely points (the rows of X), g is any function on them (its values are the rows of G),
    and f(z) = Wz + Q(z∘z) + c, whose squared error is quartic in z': the cubature is exact. The right side is made of
    log densities with all their constants, and c(d, r) = r/2 − (d/2) log 2π.
    """
    (n, d), r = X.shape, D.shape[-1]
    x, g = X[:, None, :], G[:, None, :]

    def decode(z):
        return z @ W.mT + (z * z) @ Q.mT + c

    def squared_error(points):
        return ((x - decode(g + sqrt(D) * points)) ** 2).sum(-1)

    def evidence(points):
        z = g + sqrt(D) * points
        return log_density(x, decode(z), eps**2) + log_density(z, 0, one) - log_density(z, g, D)

    one = number(1, X)
    printed = vae_loss(expectation(squared_error, r, X).sum() / n, (G * G).sum() / n, D, eps, d)
    bound = expectation(evidence, r, X).sum() / n
    equal(printed, -bound + (r - d * log(2 * pi(X))) / 2)


@claim(
    "koehler2022/eq-4",
    r"L=\tfrac1{2\tilde\varepsilon^2}\|A-\tilde A\tilde BA\|_F^2+\tfrac12\|\tilde BA\|_F^2+d\log\tilde\varepsilon"
    r"+\tfrac12\sum_i(\tilde D_{ii}\|\tilde A_i\|^2/\tilde\varepsilon^2+\tilde D_{ii}-\log\tilde D_{ii})",
    label="eq. (4)",
    rests_on="koehler2022/eq-3",
)
def test_linear_loss_is_the_general_loss_of_linear_maps(
    A: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    At: Matrix["d r", {"r": (1, 2)}],
    Bt: Matrix["r d"],
    D: PositiveVector["r"],
    eps: Positive,
):
    """Eq. (3) with x = Az, f = Ã, g = B̃: the expectations over (z, z') in R^{k+r}, of quadratics, are exact."""
    (d, k), r = A.shape, D.shape[-1]

    def squared_error(points):
        x, noise = points[:, :k] @ A.mT, sqrt(D) * points[:, k:]
        return ((x - (x @ Bt.mT + noise) @ At.mT) ** 2).sum(-1)

    def squared_code(points):
        return ((points @ A.mT @ Bt.mT) ** 2).sum(-1)

    general = vae_loss(expectation(squared_error, k + r, A), expectation(squared_code, k, A), D, eps, d)
    equal(general, loss(A, At, Bt, D, eps))


@claim(
    "koehler2022/section-b1.kl-bound",
    r"\tfrac12\operatorname{Tr}D-\tfrac12\sum_i\log D_{ii}\ge\tfrac r2",
    label="App. B.1",
    kind="inequality",
    expected="proved",
    proof=prove_kl_bound,
)
def test_encoder_terms_are_at_least_half_the_latent_dimension(D: PositiveVector["r"]):
    """The left side is the loss of eq. (3) without its other terms: no error, no code, ε = 1."""
    leq(D.shape[-1] / 2, vae_loss(0, 0, D, number(1, D), 1))


@claim(
    "koehler2022/lemma-1.epsilon",
    r"L(f_t,g_t,D_t,\varepsilon_t)\to-\infty\;\Rightarrow\;\varepsilon_t\to0",
    label="Lemma 1 (1)",
    kind="limit",
    expected="proved",
    proof=prove_lower_bound,
    rests_on="koehler2022/section-b1.kl-bound",
)
def test_loss_bounds_the_decoder_deviation(
    R: NonNegative, code: NonNegative, D: PositiveVector["r"], eps: Positive, d: Dimension["d"]
):
    """The finite form that the proof uses, d log ε + r/2 ≤ L, so that log ε_t ≤ (L_t − r/2)/d → −∞.

    f and g enter L only through R = E‖x − f(g(x) + D^{1/2}z')‖² and E‖g(x)‖², here any numbers ≥ 0.
    """
    leq(d * log(eps) + D.shape[-1] / 2, vae_loss(R, code, D, eps, d))


@claim(
    "koehler2022/lemma-1.reconstruction",
    r"L(f_t,g_t,D_t,\varepsilon_t)\to-\infty\;\Rightarrow\;"
    r"\mathbb E_x\mathbb E_{z'}\|x-f_t(g_t(x)+D_t^{1/2}z')\|^2\to0",
    label="Lemma 1 (2)",
    kind="limit",
    expected="proved",
    proof=prove_lower_bound,
    rests_on=("koehler2022/section-b1.kl-bound", "koehler2022/lemma-1.epsilon"),
)
def test_loss_bounds_the_reconstruction_error(
    R: NonNegative, code: NonNegative, D: PositiveVector["r"], eps: Positive, d: Dimension["d"]
):
    """The finite form R ≤ 2ε²(L − d log ε − r/2), with R as in lemma-1.epsilon. As soon as L ≤ r/2, R is at most
    2dε² log(1/ε), which vanishes with ε. A small ε makes L ≤ r/2 frequent, if the error is of
    its size.
    """
    r = D.shape[-1]
    leq(R, 2 * eps**2 * (vae_loss(R, code, D, eps, d) - d * log(eps) - r / 2))
    for scale in (eps / 16, eps / 2**12):
        square = R * scale**2 / 4
        for norm, variance in ((code, D), (code / 4, 1 + D / 4)):
            value = vae_loss(square, norm, variance, scale, d)
            leq(square, 2 * scale**2 * (value - d * log(scale) - r / 2))
            implies(leq(value, r / 2), leq(square, -2 * d * scale**2 * log(scale)))


def falls_towards_the_best_deviation(R, eps, s, code, D, d):
    """State that ε* > 0 and that L decreases strictly on the way to it from any ε: there is no other minimiser."""
    best = optimal_decoder_deviation(R, d)
    less(0, best)
    for rival in (eps, best + eps / 2**10):
        nearer = best + s / (1 + s) * (rival - best)
        before, after = vae_loss(R, code, D, rival, d), vae_loss(R, code, D, nearer, d)
        leq(after, before)
        if rival is eps:
            implies(~equal(d * eps**2, R), less(after, before))


@claim(
    "koehler2022/lemma-2",
    r"\operatorname{argmin}_{\varepsilon}L(f,g,D,\varepsilon)"
    r"=\sqrt{\tfrac1d\mathbb E_x\mathbb E_{z'}\|x-f(g(x)+D^{1/2}z')\|^2}",
    label="Lemma 2",
    kind="optimality",
    expected="refuted",
    corner="R = 0",
)
def test_optimal_decoder_deviation(
    R: NonNegative, eps: Positive, s: Positive, code: NonNegative, D: PositiveVector["r"], d: Dimension["d"]
):
    """Of a perfect reconstruction there is no minimiser: L falls without end as ε → 0, and the formula gives ε = 0.

    R = E‖x − …‖² is any number ≥ 0; the minimum is over ε > 0 ("ε² > 0 is the decoder variance").
    """
    corner(equal(R, 0))
    falls_towards_the_best_deviation(R, eps, s, code, D, d)


@claim(
    "koehler2022/lemma-2.corrected",
    r"R=\mathbb E_x\mathbb E_{z'}\|x-f(g(x)+D^{1/2}z')\|^2>0\;\Rightarrow\;"
    r"\operatorname{argmin}_{\varepsilon>0}L(f,g,D,\varepsilon)=\sqrt{R/d},\quad "
    r"R=0\;\Rightarrow\;\inf_{\varepsilon>0}L(f,g,D,\varepsilon)=-\infty",
    label="Lemma 2",
    kind="optimality",
    expected="proved",
    corrects="koehler2022/lemma-2",
    proof=prove_optimal_deviation,
)
def test_optimal_decoder_deviation_of_an_imperfect_reconstruction(
    R: Positive, eps: Positive, s: Positive, code: NonNegative, D: PositiveVector["r"], d: Dimension["d"]
):
    """With R = 0, L falls as much from 2ε to ε as from ε to ε/2: halved often enough, ε gives less than any number."""
    falls_towards_the_best_deviation(R, eps, s, code, D, d)
    above, value, below = (vae_loss(0 * R, code, D, scale, d) for scale in (2 * eps, eps, eps / 2))
    less(below, value)
    equal(value - below, above - value)


@claim(
    "koehler2022/lemma-3.optimal-d",
    r"\operatorname{argmin}_{\tilde D}L=\tilde\varepsilon^2/(\|\tilde A_i\|^2+\tilde\varepsilon^2)",
    label="Lemma 3",
    kind="optimality",
    expected="proved",
    proof=prove_optimal_d,
    rests_on="koehler2022/eq-4",
)
def test_optimal_encoder_variance(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], D: PositiveVector["r"], eps: Positive
):
    """The only minimiser: better than any other D, and than one near it. The proof has the first-order condition."""
    best = optimal_encoder_variance(At, eps)
    rows = concatenate([best[None], D[None], best[None] * (1 + D / 2**10)], axis=0)
    losses = loss(A, At, Bt, rows, eps)
    equal(D, best) | less(losses[0], losses[1])
    less(losses[0], losses[2])


@claim(
    "koehler2022/lemma-3.l1",
    r"\min_{\tilde D}L=\tfrac1{2\tilde\varepsilon^2}\|A-\tilde A\tilde BA\|_F^2+\tfrac12\|\tilde BA\|_F^2"
    r"+(d-r)\log\tilde\varepsilon+\tfrac12\sum_i(1+\log(\|\tilde A_i\|^2+\tilde\varepsilon^2))",
    label="eq. (5)",
    expected="proved",
    proof=prove_simplified_loss,
    rests_on="koehler2022/lemma-3.optimal-d",
)
def test_simplified_loss_is_the_least_loss(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], D: PositiveVector["r"], eps: Positive
):
    """The printed value is attained at the minimiser of Lemma 3, and no D goes below it."""
    least = simplified_loss(A, At, Bt, eps)
    equal(least, loss(A, At, Bt, optimal_encoder_variance(At, eps), eps))
    leq(least, loss(A, At, Bt, D, eps))
