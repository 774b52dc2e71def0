"""Lemma 5 and Theorem 5 along ten thousand trajectories of the flow of L₁, the error of the integration included.

What ``flow`` judges as rates at a point is here judged in its integrated form, at ten times of each trajectory, up to
0.97 of its life: to where ε̃ = 1/100, or to t = 10.
"""

from properties.koehler2022.trajectories.adversaries import searched
from properties.koehler2022.trajectories.bounds import all_judged, decay
from properties.koehler2022.trajectories.starts import everywhere
from verify.registry.studies import simulated

THEOREM_5 = (
    r"W=\operatorname{colspan}(A),\ \max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le e^{-%st/K}\|P_{W^\perp}\tilde A(0)\|_F^2\quad\forall t\in[0,T]"
)
LEMMA_5 = (
    r"\max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K,\ A^{(i)}=0\;\Rightarrow\;"
    r"\|\tilde A^{(i)}(t)\|^2\le e^{-%st/K}\|\tilde A^{(i)}(0)\|^2\quad\forall t\in[0,T]"
)


def projections(seed):
    """Yield the decay of ‖P_{W⊥}Ã‖_F², shape by shape."""
    for start, found in everywhere(seed):
        yield decay(found, start.columns_off(found.At)[:, :-1])


def rows(seed):
    """Yield the decay of ‖Ã^{(i)}‖², for every row i that may be zero in A."""
    for start, found in everywhere(seed):
        for lengths in start.rows_off(found.At)[:, :-1].transpose(2, 0, 1):
            yield decay(found, lengths)


def singular_values(seed):
    """Yield the decay of Σ_{k > dim W} σ_k(Ã)² from ‖P_{W⊥}Ã(0)‖_F²."""
    for start, found in everywhere(seed):
        lengths = start.small_singular_values(found.At)[:, :-1]
        lengths[:, 0] = start.columns_off(found.At)[:, 0]
        yield decay(found, lengths)


@simulated("koehler2022/theorem-5.trajectories", THEOREM_5 % "", label="Theorem 5 (trajectories)", needs=("flow",))
def test_theorem_5_along_trajectories(seed):
    """With the span of the columns, as theorem-5.row-span.corrected."""
    return all_judged(projections(seed), 1)


@simulated(
    "koehler2022/theorem-5.trajectories.sharpened",
    THEOREM_5 % "2",
    label="Theorem 5 (trajectories)",
    sharpens="koehler2022/theorem-5.trajectories",
    needs=("flow",),
)
def test_theorem_5_along_trajectories_at_twice_the_rate(seed):
    """As theorem-5.row-span.sharpened. A quarter of the starts, of columns of equal norm, come near the rate 2."""
    return all_judged(projections(seed), 2)


@simulated("koehler2022/lemma-5.trajectories", LEMMA_5 % "", label="Lemma 5 (trajectories)", needs=("flow",))
def test_lemma_5_along_trajectories(seed):
    """For every zero row of A; half of the instances have such rows, where d exceeds the rank."""
    return all_judged(rows(seed), 1)


@simulated(
    "koehler2022/lemma-5.trajectories.sharpened",
    LEMMA_5 % "2",
    label="Lemma 5 (trajectories)",
    sharpens="koehler2022/lemma-5.trajectories",
    needs=("flow",),
)
def test_lemma_5_along_trajectories_at_twice_the_rate(seed):
    """As lemma-5.sharpened."""
    return all_judged(rows(seed), 2)


@simulated(
    "koehler2022/theorem-5.trajectories.singular-values",
    r"\max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K\;\Rightarrow\;"
    r"\sum_{k>\dim W}\sigma_k^2(\tilde A(t))\le e^{-2t/K}\|P_{W^\perp}\tilde A(0)\|_F^2\quad\forall t\in[0,T]",
    label="Theorem 5 (trajectories)",
    rests_on=("koehler2022/theorem-5.singular-values", "koehler2022/theorem-5.row-span.sharpened"),
    needs=("flow",),
)
def test_small_singular_values_along_trajectories(seed):
    """Eq. (6) from end to end, and eq. (2), with W the span of the columns of A, at twice the printed rate."""
    return all_judged(singular_values(seed), 2)


@simulated(
    "koehler2022/theorem-5.trajectories.adversaries",
    THEOREM_5 % "2",
    label="Theorem 5 (trajectories, adversaries)",
    needs=("flow",),
)
def test_theorem_5_from_initial_values_that_were_made_to_break_it(seed):
    """256 starts of each of nine shapes, which random local search has moved, in six rounds, to where
    min_t (K/t) log(‖P_{W⊥}Ã(0)‖²/‖P_{W⊥}Ã(t)‖²), over t from K(0)/32 to K(0), is least: 2 is never passed.
    """
    return all_judged(searched(seed), 2)
