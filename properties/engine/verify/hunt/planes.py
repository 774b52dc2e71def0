"""Structured samples of complex matrices have the structures that they are called by, and meet what no density does."""

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.domains import signature
from reference.arithmetic import squared_norm, trace
from verify import ComplexMatrix, assume, equal
from verify.hunt import planes
from verify.hunt.sampling import structured
from verify.hunt.strata import Stratum, score

BY_NAME = {recipe.__name__: recipe for recipe in planes.RECIPES}


def made(name, size, count=200):
    return BY_NAME[name](size, count, np.random.default_rng(0))


def is_scaled_unitary(m):
    gram = m.conj().mT @ m
    return np.allclose(gram, gram[:, :1, :1] * np.eye(m.shape[-1]))


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_each_recipe_makes_what_it_is_called_by(size):
    m = made("_hermitian", size)
    assert np.array_equal(m, m.conj().mT) or np.array_equal(m, -m.conj().mT)
    assert is_scaled_unitary(made("_units", size))
    assert size == 3 or is_scaled_unitary(made("_fourier", size))
    pauli = made("_pauli", size)
    assert np.array_equal(pauli @ pauli, np.broadcast_to(np.eye(size), pauli.shape))
    for k in range(0, size - 1, 2):
        assert len(np.unique(pauli[:, k : k + 2, k : k + 2].reshape(200, -1), axis=0)) == 4
    assert not np.linalg.matrix_power(made("_nilpotent", size), size).any()
    for name in BY_NAME:
        parts = np.stack([made(name, size).real, made(name, size).imag])
        assert np.array_equal(2 * parts, np.round(2 * parts))
        assert size == 1 or parts[1].any()


def test_paulis_matrices_are_these():
    found = {str(m.tolist()) for m in made("_pauli", 2)}
    turned = [[0, -1j], [1j, 0]]
    expected = ([[1, 0], [0, 1]], [[0, 1], [1, 0]], turned, [[1, 0], [0, -1]])
    assert found == {str(np.array(m, dtype=complex).tolist()) for m in expected}


def test_numbers_are_drawn_as_often_as_they_should_be():
    m = made("_integers", 3, 4000)
    for parts in (m.real, m.imag):
        for number, share in ((0, 0.3), (1, 0.2), (-1, 0.2), (2, 0.1), (-2, 0.1), (3, 0.1)):
            assert abs((parts == number).mean() - share) < 0.01
    assert not (m.real == m.imag).all()
    factors = [planes._hermitian(2, 4, np.random.default_rng(seed)) for seed in range(200)]
    skew = [np.array_equal(m, -m.conj().mT) and m.any() for m in factors]
    assert 0.35 < np.mean(skew) < 0.65
    for name in ("_units", "_fourier"):
        corner = made(name, 4, 2000)[:, 0] if name == "_fourier" else made(name, 4, 2000).sum(1)
        for unit in (1, 1j, -1, -1j):
            assert abs((corner == unit).mean() - 0.25) < 0.03
    np.testing.assert_array_equal(
        planes._nilpotent(3, 500, np.random.default_rng(0)) != 0,
        np.triu(planes._integers(3, 500, np.random.default_rng(0)), 1) != 0,
    )


def test_raw_entries_are_those_of_the_matrices():
    for rows, columns in ((2, 2), (2, 3), (3, 1)):
        generator = np.random.default_rng(3)
        raw = planes.planar(rows, columns, 5, generator)
        assert raw.shape == (2 * rows * columns, 5)
    one = signature(x=ComplexMatrix("d d"))
    stratum = Stratum(one, {"d": 2}, {"x": "plain"}, {})
    raw = np.vstack([np.arange(4.0), 4 + np.arange(4.0)]).reshape(8, 1)
    value = stratum.instance(raw[:, 0]).values["x"]
    assert value.tolist()[0][1].real == 1
    assert value.tolist()[0][1].imag == 5


def anticommuting(A: ComplexMatrix["d d"], B: ComplexMatrix["d d"]):
    """False of Pauli's matrices."""
    assume(equal(A @ B, -B @ A))
    equal(squared_norm(A @ B) * trace(A @ A), 0)


def test_matrices_that_anticommute_are_met():
    claim = claim_of(anticommuting)
    stratum = Stratum(claim.signature, {"d": 2}, {"A": "plain", "B": "plain"}, {})
    found = score(claim, stratum, structured(stratum, 8192, np.random.default_rng(0)))
    assert found.candidate.any()


def test_units_are_in_the_places_of_any_permutation():
    generator = np.random.default_rng(0)
    places = set()
    for _ in range(60):
        (matrix,) = planes._units(3, 1, generator)
        assert (abs(matrix).sum(0).tolist(), abs(matrix).sum(1).tolist()) == ([1, 1, 1], [1, 1, 1])
        places.add(tuple(abs(matrix).argmax(0).tolist()))
    assert len(places) == 6
