"""Claims that say when a point is a minimum draw both kinds of points, and are refuted if they say it of all or of none."""

import pytest
from hypothesis import Phase, settings

from properties.results.claims import linear_landscape, linear_minima
from properties.wang2022.claims import fixed_variance, hessian, learned_minimum
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
    (linear_landscape, "results/landscape.learned"),
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
