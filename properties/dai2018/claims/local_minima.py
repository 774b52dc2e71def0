"""The costs (5) and (7) have no bad local minima: §2 and Corollary 3.

All are stated exactly, by descent: at every point that is not a global minimum a direction is given in which the cost
falls, to first or second order or for arbitrarily small steps. For fixed b and λ all is rational.
"""

from properties.dai2018.claims.principal import eigenvalues_about, subset
from properties.dai2018.proofs.minima import (
    prove_no_bad_joint_minima,
    prove_no_bad_minima,
    prove_no_bad_separable_minima,
)
from reference.arithmetic import column_squared_norms, identity, rectangular_diagonal
from reference.dai2018 import decoder_covariance, mahalanobis
from reference.dai2018.minima import (
    covariance,
    covariance_cost,
    curvature,
    data_fit,
    discarded_excess,
    gradient,
    minimiser,
    minimum,
    optimal_variance,
    sample_covariance,
    separable_curvature,
    separable_determinant,
    separable_gradient,
    stationary_point,
    variance_slope,
)
from verify import (
    Index,
    Matrix,
    Orthogonal,
    Permutation,
    Positive,
    Spectrum,
    Vector,
    claim,
    equal,
    implies,
    leq,
    less,
)


def state_data_fit(X, b, W, lam):
    """State that Σ_i Ω^{(i)}, the term of (5) and (7) in which X and b enter, is n tr[S(λI + WWᵀ)⁻¹]."""
    equal(mahalanobis(X, W, b, lam), X.shape[-1] * data_fit(sample_covariance(X, b), W, lam))


def state_descent(second, S, W, U, R, ell, chosen, signals, lam):
    """State that the cost with second derivative ``second`` falls at WR unless W has the largest eigenvalues.

    W has the columns of the chosen i, then zeros. The direction is u_j vᵀR for each j that is not chosen, ℓ_j > λ: v
    is a zero column of W if there is one, where the second derivative is negative; and else any column, of an ℓ_i,
    where it is 2(ℓ_i − ℓ_j)/(λℓ_i), negative if ℓ_i < ℓ_j. If none exists, W is a global minimum: the chosen ℓ_i are
    the κ largest, or all above λ.
    """
    kappa = W.shape[-1]
    for j in range(signals):
        if j not in chosen and len(chosen) < kappa:
            less(second(S, W @ R, lam, U[:, [j]] @ R[[len(chosen)]]), 0)
        elif j not in chosen:
            for c, i in enumerate(chosen):
                equal(second(S, W @ R, lam, U[:, [j]] @ R[[c]]), 2 * (ell[i] - ell[j]) / (lam * ell[i]))


@claim(
    "dai2018/section-2.no-bad-minima",
    r"b,\lambda\text{ fixed}:\ W\text{ is a local minimum of (5)}\;\Rightarrow\;W\text{ is a global minimum of (5)}",
    label="§2",
    kind="optimality",
    expected="proved",
    proof=prove_no_bad_minima,
    rests_on="dai2018/section-2.subspace.corrected",
)
def test_stationary_points_that_are_not_global_have_negative_curvature(
    U: Orthogonal["d", {"d": (1, 3)}],
    s: Spectrum["d"],
    base: Positive,
    signals: Index["d+1"],
    lam: Positive,
    R: Orthogonal["k", {"k": (1, 3)}],
    which: Index["8"],
    W2: Matrix["d k"],
    X: Matrix["d n", {"n": (1, 2)}],
    b: Vector["d"],
):
    """A stationary point satisfies SW = W(λI + WᵀW), so that it is U_I(L_I − λI)^{1/2}R for a set I of eigenvalues
    above λ and an orthogonal R (Tipping and Bishop 1999, App. A). The first is stated at any W, the second at such
    points, and that u_jvᵀ is a direction of negative curvature there unless I has the largest eigenvalues, and as many
    as fit. Those points are global minima by section-2.subspace.corrected; no drawn curvature there is negative.

    S stands for the data about b, on which (5) depends by its first term alone.
    """
    kappa = len(R)
    ell = eigenvalues_about(lam, base + s[:signals], s)
    S, chosen = covariance(U, ell), subset(which, signals, kappa)
    state_data_fit(X, b, W2, lam)
    inner = lam * identity(kappa, kappa, R) + W2.mT @ W2
    equal(decoder_covariance(W2, lam) @ gradient(S, W2, lam) @ inner, 2 * (W2 @ inner - S @ W2))
    W = stationary_point(U, ell, lam, chosen, kappa)
    equal(gradient(S, W @ R, lam), 0)
    state_descent(curvature, S, W, U, R, ell, chosen, signals, lam)
    leq(0, curvature(S, minimiser(U, ell, lam, kappa) @ R, lam, W2))


@claim(
    "dai2018/section-2.no-bad-minima.joint",
    r"(W,b,\lambda)\text{ is a local minimum of (5)}\;\Rightarrow\;(W,b,\lambda)\text{ is a global minimum of (5)}",
    label="§2",
    kind="optimality",
    expected="proved",
    proof=prove_no_bad_joint_minima,
    rests_on=("dai2018/section-2.no-bad-minima", "dai2018/section-2.bias"),
)
def test_profile_over_the_variance_falls_towards_its_least_value(
    U: Orthogonal["d", {"d": (1, 3)}],
    s: Spectrum["d"],
    floor: Positive,
    R: Orthogonal["k", {"k": (1, 3)}],
    lam: Positive,
    step: Positive,
    base: Positive,
    signals: Index["d+1"],
    shift: Vector["d"],
    W2: Matrix["d k"],
):
    """“Any minimum of this objective” is read with b and λ free, as the next sentence fixes them: at a local minimum
    W is a minimum for its b and λ, by section-2.no-bad-minima, and b is the mean, by section-2.bias. Both may follow λ
    continuously, so that λ is a local minimum of g(λ) = min (5)/n. λ²g′ is the sum of λ − ℓ_i over the discarded i,
    which does not decrease in λ: g falls, is constant, and rises, and λ is a global minimum of g.

    The slope of g is that of the cost at UΛR, and λ²g′ is monotone and changes sign at the best λ, if this is not 0,
    as for ℓ = s + floor: else, as may be for ℓ = s, it is positive for every λ > 0, and there is no local minimum. The
    minimum is compared with drawn (W, b, λ); b at distance c from the mean adds ccᵀ to S.
    """
    kappa, ell = len(R), floor + s
    S, best = covariance(U, ell), optimal_variance(ell, kappa)
    for spectrum in (s, ell):
        leq(discarded_excess(spectrum, lam, kappa), discarded_excess(spectrum, lam + step, kappa))
    implies(equal(optimal_variance(s, kappa), 0), less(0, discarded_excess(s, lam, kappa)))
    equal(discarded_excess(ell, best, kappa), 0)
    leq(0, (lam - best) * discarded_excess(ell, lam, kappa))
    about = eigenvalues_about(lam, base + s[:signals], s)
    W = minimiser(U, about, lam, kappa) @ R
    equal(lam**2 * variance_slope(covariance(U, about), W, lam), discarded_excess(about, lam, kappa))
    least = minimum(ell, best, kappa)
    equal(covariance_cost(S, minimiser(U, ell, best, kappa) @ R, best), least)
    off = S + shift[:, None] * shift
    for other, variance in ((W2, lam), (minimiser(U, ell, lam, kappa), lam), (W2, best)):
        leq(least, covariance_cost(off, other, variance))


def plane_rotation(size, i, j, x):
    """Return the rotation of coordinates i and j by θ = 2 arctan x in ``size`` dimensions."""
    one = identity(size, size, x)
    diagonal, skew = one[:, [i]] * one[i] + one[:, [j]] * one[j], one[:, [j]] * one[i] - one[:, [i]] * one[j]
    return one - diagonal + ((1 - x**2) * diagonal + 2 * x * skew) / (1 + x**2)


@claim(
    "dai2018/corollary-3",
    r"b,\lambda\text{ fixed}:\ W\text{ is a local minimum of (7)}\;\Rightarrow\;W\text{ is a global minimum of (7)}",
    label="Corollary 3",
    kind="optimality",
    expected="proved",
    proof=prove_no_bad_separable_minima,
    rests_on=("dai2018/section-2.no-bad-minima", "dai2018/eq-8", "dai2018/eq-36.corrected", "dai2018/eq-43.corrected"),
)
def test_separable_cost_falls_wherever_it_is_not_least(
    U: Orthogonal["d", {"d": (1, 3)}],
    s: Spectrum["d"],
    base: Positive,
    signals: Index["d+1"],
    lam: Positive,
    P: Permutation["k", {"k": (1, 3)}],
    which: Index["8"],
    W2: Matrix["d k"],
    y: Positive,
    norms: Vector["min(d,k)"],
    X: Matrix["d n", {"n": (1, 2)}],
    b: Vector["d"],
):
    """A local minimum of (7) has orthogonal columns: any two others can be turned, by an arbitrarily small angle to the
    one side or the other, so that Σ_j log(λ + ‖w_j‖²) falls strictly, while WWᵀ stays.

    At orthogonal columns the gradients of (7) and (5) are the same, and so are the stationary points; there each is a
    set I of eigenvalues above λ, in any order of the columns. Unless I has the largest, and as many as fit, (7) has
    negative curvature along u_j e_cᵀ. With the list of stationary points in section-2.no-bad-minima this is the proof.
    """
    kappa = len(P)
    ell = eigenvalues_about(lam, base + s[:signals], s)
    S = covariance(U, ell)
    state_data_fit(X, b, W2, lam)
    squares, gram, penalty = column_squared_norms(W2), W2.mT @ W2, separable_determinant(W2, lam)
    for j in range(kappa):
        for i in range(j):
            g2, gap2 = gram[i, j] ** 2, (squares[i] - squares[j]) ** 2
            x = y / (1 + y) * g2 / (1 + g2 + gap2) / 2  # tan θ < 2|g|/|‖w_i‖² − ‖w_j‖²|, and below any bound
            turned = [W2 @ plane_rotation(kappa, i, j, angle) for angle in (x, -x)]
            for W in turned:
                equal(data_fit(S, W, lam), data_fit(S, W2, lam))
            first, second = (less(separable_determinant(W, lam), penalty) for W in turned)
            implies(less(0, g2), first | second)
    orthogonal = U @ rectangular_diagonal(norms, len(U), kappa) @ P
    equal(separable_gradient(S, orthogonal, lam), gradient(S, orthogonal, lam))
    chosen = subset(which, signals, kappa)
    W = stationary_point(U, ell, lam, chosen, kappa)
    equal(separable_gradient(S, W @ P, lam), 0)
    state_descent(separable_curvature, S, W, U, P, ell, chosen, signals, lam)
    leq(0, separable_curvature(S, minimiser(U, ell, lam, kappa) @ P, lam, W2))
