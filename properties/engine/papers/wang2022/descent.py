"""Descent tries to beat the closed-form minima; where it ends is judged exactly, as floats are fractions."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from flint import fmpq

from properties.engine.helpers.descent import descend, exactly
from properties.wang2022.claims.setting import padded, target
from reference.arithmetic import identity
from reference.arithmetic.precision import working_precision
from reference.koehler2022 import loss, simplified_loss
from reference.wang2022 import Weights, factorization_loss, vae_loss
from reference.wang2022.optima import fixed_variance_minimum, learned_minimum
from verify.judging.comparisons import leq, less

pytestmark = pytest.mark.slow
STARTS = range(10)
SIZES = [(1, 1, 1), (2, 1, 3), (3, 2, 2), (2, 3, 3), (4, 3, 4)]
"""Of x, z and y."""


@pytest.fixture(autouse=True)
def precise():
    with working_precision(256):
        yield


def data(d0, d2, seed):
    """Return singular values in descending order, and Z with these."""
    generator = np.random.default_rng(seed)
    zeta = np.sort(generator.integers(0, 12, min(d0, d2)) / 4)[::-1]
    return generator, zeta, target(np.eye(d2), zeta, np.eye(d0))


@pytest.mark.parametrize(("d0", "d1", "d2"), SIZES)
def test_no_descent_beats_the_minimum_of_the_factorization_loss(d0, d1, d2):
    """Proposition 2 and Corollary 1, corrected: σ_i ascends. Some start must reach the minimum."""
    generator, zeta, Z = data(d0, d2, 100 * d0 + 10 * d1 + d2)
    sigma = np.sort(generator.integers(1, 8, d1) / 4)
    floats = Weights(*map(torch.tensor, (1.5, 0.75, 1.25)))
    w = Weights(*(exactly(np.array(x)) for x in (1.5, 0.75, 1.25)))
    modes = padded(exactly(zeta.copy()), max(d1, len(zeta)))
    least = fixed_variance_minimum(modes, exactly(sigma), w)
    ends = []
    for _ in STARTS:
        starts = generator.normal(size=(d2, d1)), generator.normal(size=(d0, d1))
        U, V = descend(lambda u, v: factorization_loss(u, v, torch.tensor(Z), torch.tensor(sigma), floats), starts)
        end = factorization_loss(exactly(U), exactly(V), exactly(Z), exactly(sigma), w)
        assert leq(least, end).value is not False
        ends.append(end)
    assert any(less(end, least + fmpq(1, 10**6)).value for end in ends)


@pytest.mark.parametrize(("d0", "d1", "d2"), SIZES)
def test_no_descent_beats_the_minimum_over_the_encoder_variance_too(d0, d1, d2):
    """Theorem 2 and Corollary 2, corrected, with A = I and a residual; σ = e^s."""
    generator, zeta, Z = data(d0, d2, 7 + 100 * d0 + 10 * d1 + d2)
    numbers, residual = (1.5, 0.75, 1.25), 0.5
    y2 = float((zeta**2).sum()) + residual
    floats, one = Weights(*map(torch.tensor, numbers)), torch.eye(d0, dtype=torch.float64)
    w = Weights(*(exactly(np.array(x)) for x in numbers))
    exact_y2 = (exactly(zeta.copy()) ** 2).sum() + Fraction(1, 2)
    least = learned_minimum(exactly(zeta.copy()), d1, exactly(np.array(residual)), w)
    ends = []
    for _ in STARTS:
        starts = generator.normal(size=(d2, d1)), generator.normal(size=(d0, d1)), np.zeros(d1)
        U, V, s = descend(
            lambda u, v, s: vae_loss(u, v, s.exp(), one, torch.tensor(Z), torch.tensor(y2), floats), starts
        )
        Z_exact = exactly(Z)
        end = vae_loss(exactly(U), exactly(V), exactly(np.exp(s)), identity(d0, d0, Z_exact), Z_exact, exact_y2, w)
        assert leq(least, end).value is not False
        ends.append(end)
    assert any(less(end, least + fmpq(1, 10**6)).value for end in ends)


@pytest.mark.parametrize(("d", "k", "r"), SIZES)
def test_no_descent_in_the_encoder_variance_beats_the_simplified_loss(d, k, r):
    """Lemma 3: every descent ends at L₁."""
    generator = np.random.default_rng(100 * d + 10 * k + r)
    A, At, Bt = (generator.integers(-8, 9, shape) / 4 for shape in ((d, k), (d, r), (r, d)))
    eps = np.array(0.75)
    least = simplified_loss(*map(exactly, (A, At, Bt, eps)))
    for _ in STARTS:
        tensors = [torch.tensor(x) for x in (A, At, Bt)]
        (s,) = descend(lambda s, t=tensors: loss(*t, s.exp(), torch.tensor(0.75)), [generator.normal(size=r)])
        end = loss(*map(exactly, (A, At, Bt, np.exp(s), eps)))
        assert leq(least, end).value is not False
        assert less(end, least + fmpq(1, 10**6)).value
