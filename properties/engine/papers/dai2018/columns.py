"""Theorem 2.3 is judged away from r = 0, where it fails, as it is stated: with every number of columns."""

import pytest

from properties.dai2018.claims import columns
from properties.engine.helpers.claims import body_of, refuted
from reference.arithmetic import identity
from verify.judging.changed import away_from_corner


@pytest.mark.long
def test_minima_with_as_few_columns_as_their_rank_would_refute_it(monkeypatch):
    body = away_from_corner(body_of(columns.test_decoders_have_any_number_of_nonzero_columns))
    assert not refuted(body)
    monkeypatch.setattr(columns, "spreading", lambda kappa, r, used, like: identity(kappa, kappa, like))
    assert refuted(body)
