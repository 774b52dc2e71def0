"""A decoder that outputs training points alone: eq. (96) and Theorem 6.

n = m + 1 centres on the line are distinct, as App. G has it, "a unique value for every sample"; for Theorem 6 samples
may coincide, and their centres with them. They are listed in ascending order, on which nothing depends.
"""

import numpy as np

from properties.dai2018.proofs.tails import prove_misquantisation_bounds
from reference.arithmetic import concatenate, exp, log
from reference.dai2018.tails import half_least_distance, largest_quantisation_error, misquantisation, quantiser_cost
from reference.gaussian import upper_tail
from verify import Index, Matrix, Positive, PositiveVector, Scalar, Vector, claim, equal, leq


def ascending_centres(first, gaps):
    """Return the m + 1 centres that begin at ``first`` and have these m gaps."""
    return first + concatenate([0 * gaps[:1], np.cumsum(gaps)])


@claim(
    "dai2018/eq-96",
    r"\rho=\max_{i\ne j}\tfrac12\|\hat\mu_z^{(i)}-\hat\mu_z^{(j)}\|_2^2\;\Rightarrow\;"
    r"P(\epsilon\notin\mathcal S^{(i)})\le\frac{\lambda_z}{\rho^2}",
    label="eqs. (95), (96)",
    kind="inequality",
    expected="refuted",
)
def test_misquantisation_is_bounded_by_the_largest_squared_distance(
    first: Scalar, gaps: PositiveVector["m", {"m": (1, 3)}], i: Index["m+1"], root: Positive
):
    """False: ρ is to be "half the minimum distance", and eq. (95) prints a maximum, of squares. λ_z = root²."""
    centres = ascending_centres(first, gaps)
    rho = (centres[-1] - centres[0]) ** 2 / 2
    leq(misquantisation(centres, root)[i], root**2 / rho**2)


@claim(
    "dai2018/eq-96.corrected",
    r"\rho=\min_{i\ne j}\tfrac12|\hat\mu_z^{(i)}-\hat\mu_z^{(j)}|\;\Rightarrow\;"
    r"P(\epsilon\notin\mathcal S^{(i)})\le\frac{\lambda_z}{\rho^2}",
    label="eqs. (95), (96)",
    kind="inequality",
    expected="proved",
    corrects="dai2018/eq-96",
    proof=prove_misquantisation_bounds,
)
def test_misquantisation_is_bounded_by_the_least_distance(
    first: Scalar, gaps: PositiveVector["m", {"m": (1, 3)}], root: Positive
):
    """For every i at once. λ_z = root²; ρ is that of eq. (54).

    A third of the bound would do; ``eq-96.sharpened`` has the bound that cannot be improved.
    """
    centres = ascending_centres(first, gaps)
    leq(misquantisation(centres, root), root**2 / half_least_distance(centres) ** 2)


@claim(
    "dai2018/eq-96.sharpened",
    r"\rho=\min_{i\ne j}\tfrac12|\hat\mu_z^{(i)}-\hat\mu_z^{(j)}|\;\Rightarrow\;"
    r"P(\epsilon\notin\mathcal S^{(i)})\le2P(\sqrt{\lambda_z}\epsilon>\rho)\le e^{-\rho^2/(2\lambda_z)}",
    label="eqs. (95), (96)",
    kind="inequality",
    expected="proved",
    proof=prove_misquantisation_bounds,
    sharpens="dai2018/eq-96.corrected",
)
def test_misquantisation_is_at_most_two_tails(
    first: Scalar, gaps: PositiveVector["m", {"m": (1, 3)}], gap: Positive, root: Positive
):
    """The first bound is attained by the middle one of three centres at equal distances (stated), so that the one
    tail P(√λ_z ε > ρ) that eq. (96) prints in between is too small by half.
    """
    centres = ascending_centres(first, gaps)
    width = half_least_distance(centres) / root
    leq(misquantisation(centres, root), 2 * upper_tail(width))
    leq(2 * upper_tail(width), exp(-(width**2) / 2))
    even = ascending_centres(first, gap + 0 * concatenate([gaps, gaps])[:2])
    equal(misquantisation(even, root)[1], 2 * upper_tail(half_least_distance(even) / root))


def expected_error(X, centres, root, i):
    """Return E‖x^{(i)} − x^{(h(μ_i + root ε))}‖², summed by parts: what each border adds, times the tail beyond it."""
    squares = ((X[:, i : i + 1] - X) ** 2).sum(0)
    jumps = squares[1:] - squares[:-1]  # in the error, from the cell on the left of a border to that on its right
    borders = (centres[1:] + centres[:-1]) / 2
    right = (upper_tail((borders[i:] - centres[i]) / root) * jumps[i:]).sum()
    return right - (upper_tail((centres[i] - borders[:i]) / root) * jumps[:i]).sum()


@claim(
    "dai2018/theorem-6",
    r"\kappa=1,\ \hat\mu_z^{(i)}=a^\top x^{(i)},\ \Sigma_z=\lambda_z,\ \Sigma_x=\lambda_xI,\ "
    r"\mu_x(z)=x^{(h(z))}:\ \inf_{\lambda_x,\lambda_z>0}\mathcal L(\theta,\phi)=-\infty",
    label="Theorem 6",
    kind="limit",
    rests_on="dai2018/eq-96.sharpened",
)
def test_cost_of_a_decoder_of_training_points_is_unbounded_below(
    Y: Matrix["d n", {"d": (1, 3), "n": (1, 3)}],
    tilt: Vector["d"],
    scale: Positive,
    start: Scalar,
    gaps: PositiveVector["n"],
    copied: Index["n"],
    root: Positive,
    log_lam_x: Scalar,
):
    """The cost (91) at log λ_x = −ρ²/(4λ_z), ρ half the least distance of two different μ_z^{(i)}, in three steps:
    𝓛 ≤ n[ηe^{−ρ²/(4λ_z)} − dρ²/(4λ_z) + λ_z − log λ_z] + Σ(μ_z^{(i)})²
    ≤ n[η + λ_z − c/λ_z − log c − 1] + Σ(μ_z^{(i)})² with c = dρ²/8, which tends to −∞ as λ_z = root² → 0.
    This holds for every d ≥ 1. The paper's λ_x = λ_z gives, with this ρ, 𝓛 ≤ n[η/ρ² + (d − 1) log λ_z + λ_z] +
    Σ(μ_z^{(i)})², eq. (97), which tends to −∞ for d ≥ 2 alone. If all samples coincide no ρ is defined: the decoder is
    constant, the errors are 0, and the cost stated first, which is exact for every X, tends to −∞ as λ_x → 0.

    a₁ is positive, and the first row of X such that aᵀX are the centres: up to the signs of a and z and the order of
    the coordinates, every X with distinct aᵀx^{(i)} is such a one. Then one sample may become a copy of that before it,
    which App. G excludes and the theorem does not. All entries are dyadic, so that their distance is exactly 0.
    """
    first = np.arange(len(Y)) == 0
    rest = tilt * ~first
    a, distinct = scale * (rest + first), start + np.cumsum(gaps)
    X = Y * ~first[:, None] + (distinct - (rest[None] @ Y)[0]) * first[:, None]
    d, n = X.shape
    samples = np.maximum(np.arange(n) - (np.arange(n) == copied), 0)
    X, centres, distinct = X[:, samples], scale * distinct[samples], scale * distinct[np.unique(samples)]
    lam, means = root**2, (centres**2).sum()
    errors = sum((expected_error(X, centres, root, i) for i in range(n)), 0 * lam)
    exact = errors * exp(-log_lam_x) + n * (d * log_lam_x + lam - log(lam)) + means
    equal(quantiser_cost(X, a, root, log_lam_x), exact)
    if len(distinct) == 1:
        equal(errors, 0)
        return
    rho, eta = half_least_distance(distinct), largest_quantisation_error(X)
    decay = rho**2 / (4 * lam)
    bound = n * (eta * exp(-decay) - d * decay + lam - log(lam)) + means
    leq(quantiser_cost(X, a, root, -decay), bound)
    c = d * rho**2 / 8
    leq(bound, n * (eta + lam - c / lam - log(c) - 1) + means)
    leq(quantiser_cost(X, a, root, log(lam)), n * (eta / rho**2 + (d - 1) * log(lam) + lam) + means)
