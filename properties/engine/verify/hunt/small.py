"""Descents over small numbers: how many starts and steps, and what counts as a gain."""

from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from verify import Matrix, Vector, leq
from verify.hunt import downhill
from verify.hunt.downhill import adam, lattice
from verify.hunt.strata import Stratum


def of_vectors(v: Vector["d"]):
    leq(v.sum(), 1)


def of_matrices(A: Matrix["d d"]):
    leq(A.sum(), 1)


def stratum_of(body, **sizes):
    claim = claim_of(body)
    return claim, Stratum(claim.signature, sizes, dict.fromkeys(claim.signature.domains, "plain"), {})


def told(monkeypatch, gains):
    """Let the points of each batch be as low as these numbers say, one after the other: of the last one, on and on."""
    left = list(gains)

    def score(claim, stratum, raw):
        level = left.pop(0) if len(left) > 1 else left[0]
        return SimpleNamespace(pull=np.full(raw.shape[1], level), objective=np.full(raw.shape[1], level))

    monkeypatch.setattr(downhill, "score", score)


@pytest.mark.parametrize(
    ("gains", "steps"),
    [
        (np.arange(0.0, -50, -1), 20), ([5, 4, 4], 3), ([5, 5], 2), ([1, 1 - 2e-9, 1 - 2e-9], 3), ([1, 1 - 5e-10], 2),
        ([np.inf], 1), ([3, 7], 2),
    ],
)  # fmt: skip
def test_it_goes_on_for_twenty_steps_where_each_gains_more_than_rounding(gains, steps, monkeypatch):
    told(monkeypatch, gains)
    claim, stratum = stratum_of(of_vectors, d=2)
    assert sum(1 for _ in lattice(claim, stratum, np.zeros((2, 3)))) == steps


@pytest.mark.parametrize(("size", "starts"), [(2, 315), (7, 90), (315, 2), (316, 2)])
def test_eight_thousand_neighbours_are_looked_at_but_those_of_two_starts_always(size, starts, monkeypatch):
    told(monkeypatch, [np.inf])
    claim, stratum = stratum_of(of_vectors, d=size)
    ((raw, _),) = lattice(claim, stratum, np.zeros((size, 400)))
    assert raw.shape == (size, starts * size * 13)


def test_numbers_begin_at_the_closest_small_ones(monkeypatch):
    told(monkeypatch, [np.inf])
    claim, stratum = stratum_of(of_vectors, d=1)
    for start, beside in ((0.7, 0.5), (0.8, 1), (-2.4, -2), (100.0, 4), (0.3, 0.25), (1.3, 1.5), (-0.6, -0.5)):
        claim, stratum = stratum_of(of_vectors, d=2)
        ((raw, _),) = lattice(claim, stratum, np.array([[start], [0.0]]))
        assert set(raw[0, 13:]) == {beside}
        assert sorted(raw[0, :13]) == sorted((0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 4, -4, 0.25, 1.5))


@pytest.mark.parametrize(("size", "points"), [(1, 1024), (2, 1020), (3, 1020), (11, 976), (12, 8 * 145)])
def test_a_thousand_points_are_evaluated_for_one_gradient_but_those_of_eight_starts_always(size, points, monkeypatch):
    told(monkeypatch, [1.0])
    claim, stratum = stratum_of(of_matrices, d=size)
    raw, _ = next(adam(claim, stratum, np.ones((size * size, 600)), 1))
    assert raw.shape == (size * size, points)
