"""Theorem 2.3 is judged away from r = 0, where it fails, as it is stated: with every number of columns."""

from properties.dai2018.claims import columns
from properties.engine.helpers.claims import claim_of
from reference.arithmetic import identity
from vae_verify import CLAIM
from verify.claims.entry import Verdict
from verify.judging.statements import away_from_corner
from verify.running.runner import run_claim


def test_minima_with_as_few_columns_as_their_rank_would_refute_it(monkeypatch):
    body = away_from_corner(getattr(columns.test_decoders_have_any_number_of_nonzero_columns, CLAIM).body)
    assert run_claim(claim_of(body), 100, 0).verdict is Verdict.HOLDS
    monkeypatch.setattr(columns, "spreading", lambda kappa, r, used, like: identity(kappa, kappa, like))
    assert run_claim(claim_of(body), 100, 0).verdict is Verdict.REFUTED
