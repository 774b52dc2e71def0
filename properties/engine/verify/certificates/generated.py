"""Certificates of every kind of claim, genuine and edited: the two checkers say the same, or the second one why not."""

import json
import random
from collections import Counter

import pytest

from properties.engine.helpers.certificates import resealed
from properties.engine.helpers.generated import EDITS, drawn_claims, generated
from properties.engine.helpers.programs import first, second
from verify.certificates.checker import Unproven, check


def last_digits(data, claims):
    """Whether the first checker does not accept a side as it is stated, of balls of more bits."""
    try:
        check(resealed(data, precision=1024), claims)
    except Unproven:
        return True
    return False


@pytest.mark.parametrize("number", [100, pytest.param(10_000, marks=pytest.mark.slow)])
def test_two_checkers_agree_on_what_is_generated(number, tmp_path):
    drawn = drawn_claims(tmp_path)
    claims = {claim.id: claim for claim in drawn}
    counted, kinds = Counter(), set()
    for edit, data, made, claim in generated(drawn, number, random.Random(number)):
        text = json.dumps(data, ensure_ascii=False)
        one, again = first(text, claims), "open" if made is None else second(text, made)
        counted[edit, one, again] += 1
        kinds.add(claim.id)
        if one == "valid":
            known = again == "valid" or made is None
            assert known or (edit != "genuine" and last_digits(data, claims)), (edit, claim.id, text)
        else:
            assert edit != "genuine", (one, again, text)
            assert again in ("refused", "open"), (edit, one, claim.id, text)
    print(*sorted(counted.items()), sep="\n")
    assert len(kinds) >= min(number // 5, len(drawn))
    said = Counter((edit, one == "valid") for edit, one, _ in counted)
    assert all(said[edit.__name__, False] for edit in EDITS)
    assert sum(number for (_, one, _), number in counted.items() if one == "valid") > number / 4
    assert sum(number for (*_, again), number in counted.items() if again == "open") < number / 50
