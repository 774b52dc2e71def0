"""Claims that say which points are minima draw both kinds, and are refuted if they say it of all, or of none."""

import numpy as np
import pytest
import torch
from hypothesis import Phase, settings

from properties.results.claims import learned_landscape, linear_landscape, linear_minima
from properties.wang2022.claims import fixed_variance, hessian, learned_minimum
from reference.dai2018 import separable_cost
from reference.wang2022 import Weights, alignment_excess, learned_profile, vae_loss
from verify.claims.attack import attack
from verify.claims.counterexample import Refutation
from verify.registry.loading import load_papers
from verify.registry.selection import select
from verify.running.runner import search_settings

load_papers()
CLAIMS = [
    (fixed_variance, "wang2022/proposition-2.corrected"),
    (learned_minimum, "wang2022/theorem-2.corrected"),
    (hessian, "wang2022/theorem-3"),
    (linear_minima, "results/minima.set"),
    (linear_minima, "results/rotation"),
    (linear_minima, "results/rotation.best-variance"),
    (linear_landscape, "results/origin"),
    (linear_landscape, "results/landscape"),
    (learned_landscape, "results/landscape.learned"),
    (learned_landscape, "results/landscape.mixed"),
    (linear_landscape, "results/rotation.fixed-variance"),
]
WRONG = {
    "all are": lambda p, q: p & (q | ~q),
    "none is": lambda p, q: ~p & (q | ~q),
}
"""Of p and q, which a connective must use, or they are stated by themselves."""


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(("module", "id"), CLAIMS, ids=lambda x: x if isinstance(x, str) else "")
def test_one_side_of_an_equivalence_alone_is_refuted(module, id, wrong, monkeypatch):
    (claim,) = select([id])
    monkeypatch.setattr(module, "iff", WRONG[wrong])
    with pytest.raises(Refutation):
        attack(claim, lambda *_: None, settings(search_settings(100), phases=[Phase.generate]), seed=0)()


def test_the_hessian_with_the_variance_is_that_of_the_loss():
    """2η_dec² L_VAE at A = I, in the entries of U, of V = W and of σ, by autograd."""
    d0, d1, d2 = 2, 3, 2
    draw = np.random.default_rng(0)
    U, V, Z = (torch.tensor(draw.normal(size=shape)) for shape in ((d2, d1), (d0, d1), (d2, d0)))
    sigma, w = torch.tensor(draw.uniform(0.5, 2, d1)), Weights(*(torch.tensor(x) for x in (1.5, 0.75, 1.25)))

    def loss(t):
        U, V, sigma = t[: d2 * d1].reshape(d2, d1), t[d2 * d1 : -d1].reshape(d0, d1), t[-d1:]
        return 2 * w.eta_dec**2 * vae_loss(U, V, sigma, torch.eye(d0).double(), Z, (Z**2).sum(), w)

    point = torch.cat([U.reshape(-1), V.reshape(-1), sigma])
    expected = torch.autograd.functional.hessian(loss, point)
    torch.testing.assert_close(learned_landscape.hessian_with_variance(U, V, Z, sigma, w), expected)


def test_what_is_left_at_the_best_encoder_and_variance_is_eq_7_of_dai2018():
    """With W = η_enc U, λ = b and data √n Z: b/n times it is p(U), the excess of the columns, and d2 b log b."""
    draw = np.random.default_rng(0)
    U, Z, w = draw.normal(size=(4, 3)), draw.normal(size=(4, 5)), Weights(1.5, 0.75, 1.25)
    n, b = Z.shape[1], np.array(w.b)
    separable = w.b / n * separable_cost(np.sqrt(n) * Z, w.eta_enc * U, np.zeros(4), b)
    np.testing.assert_allclose(separable, learned_profile(U, Z, w) + alignment_excess(U, w) + 4 * b * np.log(b))
