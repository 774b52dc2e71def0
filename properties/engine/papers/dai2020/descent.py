"""Descent of the soft-threshold energy (6) of dai2020: near the collapsed solution it ends there, elsewhere not.

That (7) is a strict local minimum is proved (proposition-1.local); what descent adds is sampled: where it leads.
"""

from itertools import pairwise

import numpy as np
import pytest
import torch

from reference.dai2020 import energy

pytestmark = pytest.mark.slow
X = torch.tensor([[1.0, -1.0], [1.0, -1.0]], dtype=torch.float64)
"""The data of App. B."""


def parameters(W, b, log_gamma, mu, log_sigma):
    return [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (W, b, log_gamma, mu, log_sigma)]


def value(start, alpha):
    W, b, log_gamma, mu, log_sigma = start
    return energy(X, W, b, torch.exp(log_gamma), mu, torch.exp(2 * log_sigma), torch.tensor(alpha, dtype=torch.float64))


def descend(start, alpha, steps=600, rate=0.05):
    """Follow the gradient in small steps, as a flow would; return every energy on the way."""
    optimiser, path = torch.optim.SGD(start, lr=rate), []
    for _ in range(steps):
        optimiser.zero_grad()
        loss = value(start, alpha)
        loss.backward()
        optimiser.step()
        path.append(loss.item())
    return path


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("alpha", [0.5, 2.0])
def test_descent_near_the_collapsed_solution_ends_there(alpha, seed):
    draw = np.random.default_rng(seed).uniform
    # |W_j|(|μ_i| + 3σ_i) ≤ α with σ ≤ 5/4, |μ| ≤ 1/2: inside the neighbourhood of the proof
    start = parameters(
        draw(-1, 1, (2, 1)) * alpha / 5,
        draw(-0.5, 0.5, 2),
        draw(-0.5, 0.5),
        draw(-0.5, 0.5, (1, 2)),
        draw(-0.2, 0.2, (1, 2)),
    )
    path = descend(start, alpha)
    assert all(after <= before + 1e-12 for before, after in pairwise(path))
    assert path[-1] == pytest.approx(6, abs=1e-2)
    assert path[-1] >= 6 - 1e-12
    _, b, log_gamma, mu, log_sigma = start
    for parameter in (b, log_gamma, mu, log_sigma):
        np.testing.assert_allclose(parameter.detach(), 0, atol=3e-2)


@pytest.mark.parametrize("alpha", [0.5, 2.0])
def test_descent_from_the_autoencoding_solution_falls_below_it(alpha):
    scale, delta = alpha + 1, 0.05 / (alpha + 1)
    start = parameters(
        np.full((2, 1), scale),
        np.zeros(2),
        np.log(2 * (scale * delta) ** 2),
        [[1.0, -1.0]],
        np.full((1, 2), np.log(delta)),
    )
    path = descend(start, alpha, steps=50, rate=1e-6)
    assert path[-1] < path[0] < 6
