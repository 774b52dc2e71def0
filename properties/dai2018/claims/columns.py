"""How many columns of the optimal decoders are not zero: Theorem 2.3."""

from properties.dai2018.claims.principal import eigenvalues_about, signs, state_separable_minima
from reference.arithmetic import identity, nonzero_columns, rank
from reference.dai2018.minima import covariance, decoder_determinant, gradient, minimiser, separable_determinant
from verify import (
    Index,
    Matrix,
    Orthogonal,
    Permutation,
    Positive,
    Spectrum,
    claim,
    corner,
    equal,
    implies,
    leq,
)


def spreading(kappa, r, used, like):
    """Return an orthogonal κ × κ matrix H such that UΛH has ``used`` ≥ r non-zero columns if UΛ has the first r.

    It reflects the coordinates r, …, used by I − 2vvᵀ/‖v‖², v = (1, 2, …, 2), whose first row has no zero. For r = 0
    there is nothing to spread, and H = I.
    """
    one = identity(kappa, kappa, like)
    if r == 0:
        return one
    v = 2 * one[:, r - 1 : used].sum(1) - one[:, r - 1]
    return one - 2 * v[:, None] * v / (v * v).sum()


def state_columns(U, s, base, signals, lam, V, P, flips, used, W2):
    """State that those UΛV that are minima of (7) have at most r non-zero columns, and that UΛH is a minimum of (5).

    Return the number of non-zero columns of UΛH, which is to be ``used``.
    """
    kappa = len(V)
    ell, r = eigenvalues_about(lam, base + s[:signals], s), min(kappa, signals)
    S, best = covariance(U, ell), minimiser(U, ell, lam, kappa)
    equal(rank(best), r)
    permuted = best @ P * signs(kappa, flips, U)
    state_separable_minima(S, permuted, best, lam, W2)
    for W in (permuted, best @ V):
        least = equal(separable_determinant(W, lam), decoder_determinant(best, lam))
        implies(least, leq(nonzero_columns(W), r))
    W = best @ spreading(kappa, r, used, U)
    equal(W @ W.mT, best @ best.mT)
    equal(gradient(S, W, lam), 0)
    return nonzero_columns(W)


def number_of_columns(extra, signals, kappa):
    """Return r, and a number in {r, …, κ}."""
    r = min(kappa, signals)
    return r, r + extra % (kappa - r + 1)


@claim(
    "dai2018/theorem-2.3",
    r"W^{**}\text{ has at most }r\text{ non-zero columns, while }W^*\text{ can have any number in }\{r,\dots,\kappa\}",
    label="Theorem 2.3",
    kind="optimality",
    expected="refuted",
    corner="r = 0",
    rests_on="dai2018/theorem-2.2",
)
def test_decoders_have_any_number_of_nonzero_columns(
    U: Orthogonal["d", {"d": (1, 2)}],
    s: Spectrum["d"],
    base: Positive,
    signals: Index["d+1"],
    lam: Positive,
    V: Orthogonal["k", {"k": (1, 3)}],
    P: Permutation["k"],
    flips: Index["k+1"],
    extra: Index["k+1"],
    W2: Matrix["d k"],
):
    """False at r = 0, where no ℓ_i exceeds λ: then W* = 0 is the only minimum, and has no non-zero column.

    All W* have the same ‖W‖² = Σ_i max(ℓ_i − λ, 0), i ≤ κ, by section-2.subspace.corrected. For r ≥ 1 all is as in
    theorem-2.3.corrected.
    """
    r, used = number_of_columns(extra, signals, len(V))
    corner(equal(r, 0))
    equal(state_columns(U, s, base, signals, lam, V, P, flips, used, W2), used)


@claim(
    "dai2018/theorem-2.3.corrected",
    r"W^{**}\text{ has at most }r\text{ non-zero columns, while for }r\ge1\ "
    r"W^*\text{ can have any number in }\{r,\dots,\kappa\}",
    label="Theorem 2.3",
    kind="optimality",
    corrects="dai2018/theorem-2.3",
    rests_on=("dai2018/theorem-2.2", "dai2018/section-2.subspace.corrected"),
)
def test_decoders_of_positive_rank_have_any_number_of_nonzero_columns(
    U: Orthogonal["d", {"d": (1, 3)}],
    s: Spectrum["d"],
    base: Positive,
    signals: Index["d+1"],
    lam: Positive,
    V: Orthogonal["k", {"k": (1, 3)}],
    P: Permutation["k"],
    flips: Index["k+1"],
    extra: Index["k+1"],
    W2: Matrix["d k"],
):
    """Of the UΛV those that are minima of (7) have at most r non-zero columns; UΛP up to signs is one, at any r. For
    r ≥ 1 an explicit minimum W* = UΛH has each number of columns.

    It has the WWᵀ of UΛ, on which (5) depends alone; fewer than r columns are too few for its rank.
    """
    r, used = number_of_columns(extra, signals, len(V))
    equal(state_columns(U, s, base, signals, lam, V, P, flips, used, W2), used if r else 0)
