"""Wrong statements that are like those of dai2020: the domains of its claims refute each of them."""

import pytest

from properties.dai2020.claims.autoencoder import affine_errors, parabola_errors
from properties.engine.helpers.claims import claim_of
from verify import Index, Matrix, Orthogonal, PositiveVector, Scalar, Vector, leq, less
from verify.claims.attack import attack
from verify.claims.counterexample import Refutation
from verify.running.runner import search_settings


def refuted(body):
    """Whether a search of the length of a run ends in a counterexample."""
    try:
        attack(claim_of(body), lambda *_: None, search_settings(100), seed=0)()
    except Refutation:
        return True
    return False


# --- eq. (8) --------------------------------------------------------------------------------------------------------


def error_at_the_mean(
    x: Vector["n"], w: Scalar, q: Scalar, c: Vector["1"], means: Matrix["n 1"], deviations: PositiveVector["n"]
):
    _, _, at_means, expected = parabola_errors(x, w, q, c, means, deviations[:, None])
    leq(at_means.sum(), expected.sum())


def strictly_better(
    U: Orthogonal["d"], B: Matrix["d k"], r: Index["d+1"], c: Vector["d"], codes: Matrix["n k"], off: Matrix["n d"],
    a: PositiveVector["n"], b: PositiveVector["k"],
):  # fmt: skip
    least, *_, expected = affine_errors(U, B, r, c, codes, off, codes, a[:, None] * b)
    less(least.sum(), expected.sum())


@pytest.mark.parametrize("wrong", [error_at_the_mean, strictly_better])
def test_wrong_statements_are_refuted(wrong):
    assert refuted(wrong)
