"""Probabilities, covariances, and what is learnt from data."""

from fractions import Fraction

from reference.arithmetic import absolute, diagonal, eigenvalues, identity, inverse, log, log_determinant, solve, trace
from reference.koehler2022 import simplified_loss
from verify import (
    Correlation,
    Matrix,
    Nonnegative,
    Positive,
    PositiveDefinite,
    PositiveSimplex,
    PositiveVector,
    Vector,
    assume,
    claim,
    leq,
)


@claim(
    "gallery/triangle",
    r"\mathrm{KL}(p\|q) \le \mathrm{KL}(p\|r) + \mathrm{KL}(r\|q)",
    label="KL as a distance",
    expected="refuted",
)
def test_triangle(p: PositiveSimplex["n"], q: PositiveSimplex["n"], r: PositiveSimplex["n"]):
    """It is a squared distance at heart.

    True: the root of the Jensen–Shannon divergence is a metric (Endres and Schindelin 2003).

    Source: asked again and again.
    """

    def divergence(a, b):
        return (a * log(a / b)).sum(-1)

    leq(divergence(p, q), divergence(p, r) + divergence(r, q))


@claim(
    "gallery/half-chi-square",
    r"\mathrm{KL}(p\|q) \le \tfrac12\chi^2(p\|q)",
    label="Half of χ²",
    expected="refuted",
)
def test_half_chi_square(p: PositiveSimplex["n"], q: PositiveSimplex["n"]):
    """Their expansions at p = q agree to second order and no further.

    True: KL ≤ log(1 + χ²) ≤ χ².

    Source: a slip of many proofs.
    """
    leq((p * log(p / q)).sum(-1), ((p - q) ** 2 / q).sum(-1) / 2)


@claim(
    "gallery/renyi",
    r"H_2(X, Y) \le H_2(X) + H_2(Y), \; H_2 = -\log\textstyle\sum p^2",
    label="Rényi's entropy of two",
    expected="refuted",
)
def test_renyi(P: Nonnegative["m n"]):
    """Subadditivity is what sets Shannon's entropy apart. P is the joint distribution, times a number.

    True: of Shannon's entropy, and of that of order 0.

    Source: J. Aczél, B. Forte and C. T. Ng, Why the Shannon and Hartley entropies are "natural", Adv. Appl. Probab. 6,
    1974.
    """
    rows, columns, total = P.sum(-1), P.sum(-2), P.sum(-1).sum(-1)
    leq((rows**2).sum(-1) * (columns**2).sum(-1), (P * P).sum(-1).sum(-1) * total**2)


@claim(
    "gallery/geometric-mixture",
    r"2H(Z) \le H(X) + H(Y), \; Z = \sqrt{XY}/\textstyle\sum\sqrt{XY}",
    label="The entropy of a geometric mean",
    expected="refuted",
)
def test_geometric_mixture(u: PositiveVector["n"], v: PositiveVector["n"]):
    """Where X and Y hardly overlap, what they share is small and may be spread evenly. X is u²/Σu², and Y is v²/Σv².

    True: perhaps 2K²H(Z) ≤ H(X) + H(Y) with K = Σ√(XY), which millions of samples have not refuted.

    Source: https://mathoverflow.net/questions/138275.
    """

    def entropy(weights):
        p = weights / weights.sum(-1)
        return -(p * log(p)).sum(-1)

    leq(2 * entropy(u * v), entropy(u * u) + entropy(v * v))


@claim(
    "gallery/transitive",
    r"r_{12}, r_{23} \ge \tfrac7{10} \Rightarrow r_{13} \ge 0",
    label="Correlations are transitive",
    expected="refuted",
)
def test_transitive(R: Correlation["d", {"d": (3, 3)}]):
    """Two variables may each agree with a third, and disagree.

    True: from r₁₂² + r₂₃² ≥ 1 on, that is from √½ = 0.7071… for both.

    Source: E. Langford, N. Schwertman and M. Owens, Is the property of being positively correlated transitive?, Amer.
    Statist. 55, 2001.
    """
    assume(leq(Fraction(7, 10), R[..., 0, 1]))
    assume(leq(Fraction(7, 10), R[..., 1, 2]))
    leq(0, R[..., 0, 2])


@claim(
    "gallery/marginals",
    r"\sum_i \mathrm{KL}(a_{ii}\|b_{ii}) \le \mathrm{KL}(N(0,A)\|N(0,B))",
    label="The KL of marginals",
    expected="refuted",
)
def test_marginals(A: PositiveDefinite["d"], B: PositiveDefinite["d"]):
    """Where B correlates the variables, what they share is counted twice on the left.

    True: of each marginal alone, and of all where B is diagonal, as it is for the prior of a VAE.

    Source: a slip, where a KL is summed over latents whose prior is learnt.
    """
    a, b = diagonal(A), diagonal(B)
    marginals = (a / b - 1 - log(a / b)).sum(-1)
    leq(marginals, trace(A @ inverse(B)) - A.shape[-1] - log_determinant(A) + log_determinant(B))


@claim(
    "gallery/standardised",
    r"\frac{\lambda_1(R)}{\operatorname{tr}R} \le \frac{\lambda_1(C)}{\operatorname{tr}C}, \; C = DRD",
    label="The first component of standardised data",
    expected="refuted",
)
def test_standardised(R: Correlation["d"], s: PositiveVector["d"]):
    """Standardising may raise the share of the first principal component: a variable of its own had the variance.

    True: for two variables.

    Source: folklore.
    """
    C = s[..., :, None] * R * s[..., None, :]
    leq(eigenvalues(R)[..., 0] * trace(C), eigenvalues(C)[..., 0] * R.shape[-1])


@claim(
    "gallery/ridge",
    r"|\beta_i(\lambda + \mu)| \le |\beta_i(\lambda)|",
    label="Ridge shrinks every coefficient",
    expected="refuted",
)
def test_ridge(X: Matrix["n p"], y: Vector["n"], lam: Positive, mu: Positive):
    """A coefficient may grow, and change its sign, where columns are correlated.

    True: ‖β(λ)‖ falls as λ grows, and with orthogonal columns every |β_i| does.

    Source: folklore; the traces of A. E. Hoerl and R. W. Kennard, Ridge regression, Technometrics 12, 1970, show it.
    """

    def coefficients(penalty):
        p = X.shape[-1]
        return solve(X.mT @ X + penalty * identity(p, p, X), (X.mT @ y)[..., None])[..., 0]

    leq(absolute(coefficients(lam + mu)), absolute(coefficients(lam)))


@claim(
    "gallery/tied",
    r"L_1(A, \tilde A, \tilde A^\top, \tilde\varepsilon) \le L_1(A, \tilde A, \tilde B, \tilde\varepsilon)",
    label="Tied weights",
    expected="refuted",
)
def test_tied(A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], eps: Positive):
    """The best encoder of a decoder is a ridge regression, not its transpose.

    True: B̃ = Ãᵀ up to a factor is best where the columns of Ã are orthogonal and of one length.

    Source: folklore; the loss is eq. (5) of koehler2022.
    """
    leq(simplified_loss(A, At, At.mT, eps), simplified_loss(A, At, Bt, eps))
