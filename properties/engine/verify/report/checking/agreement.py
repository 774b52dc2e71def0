"""Three checkers agree: the first, the second in Python, and that of the page; on what is kept, drawn, and edited."""

import json
import random
import re
from collections import Counter

import pytest

from properties.engine.helpers.certificates import resealed
from properties.engine.helpers.drawn import FALSE
from properties.engine.helpers.generated import drawn_claims, generated
from properties.engine.helpers.javascript import answers, needed
from properties.engine.helpers.programs import as_data, first, second
from verify.certificates.format import certificate
from verify.certificates.programs.program import program
from verify.claims.counterexample import Counterexample
from verify.judging.judge import Outcome
from verify.registry.loading import load_file, load_papers

DRAWS = 3
EVERY = 31
"""Of the digits of a certificate, so many are left out between two that are changed."""


def drawn(folder, rng):
    """Counterexamples of false claims of many kinds."""
    file = folder / "drawn.py"
    file.write_text(FALSE, encoding="utf-8")
    for claim in load_file(file):
        found = 0
        for _ in range(60):
            instance = claim.signature.draw(rng.randbytes(claim.signature.block_size))
            judgement = claim.judge(instance)
            if judgement.outcome is Outcome.REFUTED and found < DRAWS:
                found += 1
                yield Counterexample(claim, instance, judgement)


def edited(text, every):
    """The text with one digit changed, for every so many of them, and the same with a seal that fits."""
    for match in list(re.finditer("[0-9]", text))[::every]:
        changed = text[: match.start()] + str((int(match[0]) + 1) % 10) + text[match.end() :]
        yield changed, False
        try:
            data = json.loads(changed)
        except ValueError:
            continue
        if match.start() < text.index('"source"'):
            yield json.dumps(resealed(data), ensure_ascii=False), True


def disagreements(cases, programs, claims, folder):
    """Check texts three times; count what is said, and return where one is valid and another is not."""
    said, counted = [], Counter()
    for (text, id), page in zip(cases, answers(cases, programs, folder), strict=True):
        verdicts = first(text, claims), page["verdict"], second(text, programs[id])
        counted[verdicts] += 1
        if len({verdict == "valid" for verdict in verdicts}) > 1:
            said.append((id, *verdicts, page["lines"][-1], text))
    return counted, said


@needed
@pytest.mark.long
def test_what_is_kept_is_valid_thrice(kept, tmp_path):
    made, texts, claims = kept
    assert len(made) == 83
    counted, said = disagreements([(text, id) for id, text in texts.items()], made, claims, tmp_path)
    assert counted == {("valid",) * 3: 83}, said


@needed
@pytest.mark.long
def test_what_is_drawn_is_valid_thrice_and_what_is_edited_is_judged_alike(tmp_path):
    load_papers()
    cases, made, claims, kinds = [], {}, {}, Counter()
    for k, found in enumerate(drawn(tmp_path, random.Random(0))):
        content = certificate(found)
        id = f"{found.claim.id}#{k}"
        made[id] = program(found)
        claims[found.claim.id] = found.claim
        kinds[found.claim.id] += 1
        cases.append((json.dumps(content, ensure_ascii=False), id))
    assert len(kinds) == 14
    assert sum(kinds.values()) == 14 * DRAWS
    counted, said = disagreements(cases, as_data(made), claims, tmp_path)
    assert set(counted) == {("valid",) * 3}, said
    changed = [(new, id) for text, id in cases for new, fits in edited(text, EVERY) if fits]
    require_alike(*disagreements(changed, as_data(made), claims, tmp_path))


def require_alike(counted, others):
    """Nobody accepts what the first checker refuses; what only that accepts is left open, or stated too precisely."""
    assert counted["valid", "valid", "valid"] > 10
    assert sum(number for verdicts, number in counted.items() if verdicts[0] != "valid") > 10
    for id, one, page, again, line, text in others:
        assert one == "valid", (id, page, again, line, text)
        assert page in ("open", "invalid"), (id, page, again, line, text)
        assert (page == "open") == (again == "open"), (id, page, again, line, text)
        # intervals are narrower than balls of 64 bits: of a side stated to 20 digits they may see that it is another
        assert page == "open" or (" side is " in line and "not as stated" in line), (id, line, text)


@needed
@pytest.mark.long
@pytest.mark.parametrize("every", [EVERY, pytest.param(1, marks=pytest.mark.slow)])
def test_a_digit_changed_is_refused_and_with_a_new_seal_judged_alike(every, kept, tmp_path):
    made, texts, claims = kept
    changed = [(new, id, fits) for id, text in texts.items() for new, fits in edited(text, every)]
    said = answers([(text, id) for text, id, fits in changed if not fits], made, tmp_path)
    assert {one["verdict"] for one in said} == {"invalid", "malformed"}
    require_alike(*disagreements([(text, id) for text, id, fits in changed if fits], made, claims, tmp_path))


@needed
@pytest.mark.parametrize("number", [100, pytest.param(2000, marks=pytest.mark.slow)])
@pytest.mark.long
def test_the_page_agrees_on_what_is_generated(number, tmp_path):
    claims = drawn_claims(tmp_path)
    made, cases = {}, []
    for k, (_, data, one, _) in enumerate(generated(claims, number, random.Random(number))):
        if one is not None:
            made[str(k)] = one
            cases.append((json.dumps(data, ensure_ascii=False), str(k)))
    require_alike(*disagreements(cases, made, {claim.id: claim for claim in claims}, tmp_path))
