"""Whatever stands in the page's field is refused, and read as the first checker reads it."""

import json
import random
from typing import Any

import pytest

from properties.engine.helpers.certificates import FALSE, FORGERIES, certified, places, resealed
from properties.engine.helpers.javascript import answers, evaluated, needed
from properties.engine.helpers.programs import as_data, first, second
from verify.certificates.checker import Malformed, parse
from verify.certificates.format import seal
from verify.certificates.programs.program import program
from verify.claims.counterexample import Counterexample
from verify.registry.loading import load_file

pytestmark = needed

OTHERS: list[Any] = [
    None, True, False, 0, 1, -1, 1 << 31, "", "0", "1", "-0", "1/0", "007", "1e3", " 1", "1/2-3/4i", "0.5", "½",
    [], {}, [[]], ["1"], {"a": 1}, "Infinity", "\ud800", "\U0001f600", "__proto__", "<script>alert(1)</script>",
]  # fmt: skip
"""What stands in the place of any value."""

TEXTS = [
    "", " ", "{", "[]", "null", "{}", "{]", '{"a":1,}', "[1,]", "01", "+1", "1.0", "1e5", "NaN", "-Infinity", "'a'",
    '"\t"', '"\\x41"', '"\\ud800"', '{"a":1,"a":1}', "[" * 61 + "]" * 61, "[" * 60 + "]" * 60, "\ufeff{}", "\u00a0{}",
    "{}{}", "2147483648", "-2147483647", "tru", "truefalse", '"' + "x" * (1 << 18) + '"', "//\n{}", "[1 2]", '{"a" 1}',
    "{a: 1}", '"\\u00e9\\n\\/"', "9" * 5000,
]  # fmt: skip

STRINGS = ['"\\/\b\f\n\r\t', "\x00\x1f\x7f", "é½\u2028\u2029", "\U0001f600", "\ud800", "\udfff\ud800", "𝔸z", "\uffee"]


@pytest.fixture
def forged(tmp_path, registry):
    """Return a certificate, its program and the claims."""
    (tmp_path / "forged.py").write_text(FALSE, encoding="utf-8")
    load_file(tmp_path / "forged.py")
    made = {}
    for id in ("forged/symmetric", "forged/equivalence"):
        claim, data = registry[id], certified(id)
        instance = claim.signature.decode(data["inputs"], data["dimensions"])
        made[id] = data, program(Counterexample(claim, instance, claim.judge(instance)))
    return made


def changed(data, path, value):
    copy = json.loads(json.dumps(data))
    target = copy
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return resealed(copy) if path[0] != "seal" else copy


@pytest.mark.parametrize("values", [1, pytest.param(6, marks=pytest.mark.long)])
@pytest.mark.long
def test_any_value_in_the_place_of_any_other_is_judged_alike(values, forged, registry, tmp_path):
    rng, cases = random.Random(0), []
    for id, (data, _) in forged.items():
        for path in list(places(data))[1:]:
            cases += [(json.dumps(changed(data, path, value)), id) for value in rng.sample(OTHERS, values)]
        cases += [(json.dumps(resealed(data, **forgery)), id) for forgery in FORGERIES.values()]
        cases += [(json.dumps(data | forgery), id) for forgery in FORGERIES.values()]
        cases += [(json.dumps({key: value for key, value in data.items() if key != left}), id) for left in data]
        cases.append((json.dumps(data | {"more": 1}), id))
    programs = as_data({id: made for id, (_, made) in forged.items()})
    said = answers(cases, programs, tmp_path)
    valid = 0
    for (text, id), page in zip(cases, said, strict=True):
        one, again = first(text, registry), second(text, programs[id])
        assert (page["verdict"] == "valid") == (one == "valid") == (again == "valid"), (text, one, page, again)
        valid += one == "valid"
    assert 10 < valid < len(cases) / 4  # versions, and decimals that hold the side still


def test_json_is_read_as_strictly(tmp_path):
    def here(text):
        try:
            parse(text.encode())
        except Malformed as error:
            return "key" in str(error) and "keys" in str(error)  # it was read, and is no certificate
        return True

    there = evaluated(
        "(texts) => texts.map((text) => { try { parsed(text); return true; } catch { return false; } })",
        TEXTS,
        tmp_path,
    )
    assert there == [here(text) for text in TEXTS]
    assert 5 < sum(there) < len(TEXTS) - 5


@pytest.mark.long
def test_the_seal_is_the_same_of_any_text(tmp_path):
    contents = [
        {"b" + text: {"a": [text, None, True, -5], text: 0}, "B": "x" * k} for k, text in enumerate(STRINGS * 9)
    ]
    seals = evaluated("(texts) => texts.map((text) => sealed(parsed(text)))", list(map(json.dumps, contents)), tmp_path)
    assert seals == [seal(content) for content in contents]
    again = evaluated("(texts) => texts.map(resealed)", ['{"seal": "a", "x": 1}', "no JSON", '{"x": 1}'], tmp_path)
    assert again == [f'{{"seal": "{seal({"x": 1})}", "x": 1}}', "no JSON", '{"x": 1}']


@pytest.mark.parametrize("damage", [
    {"operations": []}, {"operations": [["eval", 0]]}, {"operations": [["+", 0, 7]]},
    {"stated": [{"relation": "toString", "left": [0], "right": [0], "shape": []}]},
    {"guards": [["<", 0, 999]]}, {"program": 2}, {"stated": [{"relation": "xor", "operands": []}]},
])  # fmt: skip
def test_a_damaged_program_makes_nothing_valid(damage, forged, tmp_path):
    data, made = forged["forged/equivalence"]
    text, programs = json.dumps(data), {"x": made | damage}
    (said,) = answers([(text, "x")], programs, tmp_path)
    assert not said["valid"]
    assert second(text, as_data(programs)["x"]) != "valid"
