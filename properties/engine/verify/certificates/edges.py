"""The last that is read and the first that is not: bytes, sizes, digits, bits, depth; and in which words."""

import contextlib
import json
from decimal import Decimal, InvalidOperation, localcontext

import pytest
from flint import arb, fmpq
from hypothesis.database import InMemoryExampleDatabase

from properties.engine.helpers.certificates import certified, resealed, verdict
from properties.engine.helpers.claims import claim_of
from vae_verify import CLAIM
from verify import Scalar, leq
from verify.certificates import checker, pool
from verify.certificates.checker import Invalid, Malformed, Unjudged, _bounds, _require_spelled, check, parse
from verify.certificates.format import enclosure
from verify.certificates.pool import Pool
from verify.certificates.shelf import Missing, kept, load, move, path_of, write
from verify.registry.studies import simulated
from verify.workers.limits import GivenUp

pytestmark = pytest.mark.usefixtures("claims")

KEYS = "format, claim, statement, dimensions, inputs, violation, precision, source, versions, seal"


def text_of(**changes):
    return json.dumps(certified("forged/symmetric") | changes).encode()


EDGES = [
    ({"dimensions": {"d": 16}}, {"dimensions": {"d": 17}}, "a dimension is an integer from 0 to 16"),
    ({"dimensions": {"d": 0}}, {"dimensions": {"d": -1}}, "a dimension is an integer from 0 to 16"),
    ({"dimensions": {}}, {"dimensions": {"d": True}}, "a dimension is an integer from 0 to 16"),
    ({"precision": 64}, {"precision": 63}, "the precision is from 64 to 1024 bits"),
    ({"precision": 1024}, {"precision": 1025}, "the precision is from 64 to 1024 bits"),
    ({"inputs": {"x": 2**31 - 1}}, {"inputs": {"x": 2**31}}, "an integer is too large"),
    ({"inputs": {"x": 1 - 2**31}}, {"inputs": {"x": [[-(2**31)]]}}, "an integer is too large"),
    ({"versions": {"numpy": "2"}}, {"versions": {"numpy": 2}}, "a version is a string"),
    ({"versions": {}}, {"versions": []}, "versions is not a JSON dict"),
    ({"format": 1}, {"format": 2}, "format 2 is not 1, which this version reads"),
    ({}, {"more": 1}, f"a certificate is a JSON object with the keys {KEYS}"),
    ({}, {"precision": 64.0}, "the number 64.0 is not exact: certificates hold fractions as strings"),
    ({}, {"precision": True}, "precision is not a JSON int"),
]


@pytest.mark.parametrize(("last", "first", "words"), EDGES)
def test_one_is_read_and_the_next_is_malformed(last, first, words):
    assert parse(text_of(**last))["claim"] == "forged/symmetric"
    with pytest.raises(Malformed) as caught:
        parse(text_of(**first))
    assert str(caught.value) == words


def test_a_quarter_of_a_mebibyte_is_read_and_a_key_stands_once():
    text = text_of()
    assert parse(text + b" " * (2**18 - len(text)))["precision"] == 64
    for wrong, words in (
        (text + b" " * (2**18 - len(text) + 1), "larger than 262144 bytes"),
        (text.replace(b'"format": 1,', b'"format": 1, "format": 1,'), "a key stands twice"),
        (b"[]", f"a certificate is a JSON object with the keys {KEYS}"),
    ):
        with pytest.raises(Malformed) as caught:
            parse(wrong)
        assert str(caught.value) == words


def test_depth_is_what_was_opened_and_not_closed():
    for text in (b"[" * 61, b"[" * 40 + b"]" * 20 + b"[" * 41, b'{"a":[' * 31, b"[]" * 500 + b"[" * 61):
        with pytest.raises(Malformed, match="nested deeper than 60 levels"):
            parse(text)
    for text in (b"[" * 60, b"[" * 40 + b"]" * 20 + b"[" * 40, b"[]" * 500 + b"[" * 60, b'"' + b"[" * 100):
        with pytest.raises(Malformed, match="not JSON"):
            parse(text)


def test_what_is_no_json_is_said_to_be_none_in_few_words():
    with pytest.raises(Malformed, match=r"^not JSON: Expecting value: line 1 column 1 \(char 0\)$"):
        parse(b"")
    with pytest.raises(Malformed, match=r"^the number NaN is not exact"):
        parse(b'{"x": NaN}')


SPELLED = ["1" * 400, 7, "-3/4", "1/2-3/4i", "1/2+3i", "01", ["1", ["2/3"]], []]
NOT_SPELLED = ["1" * 401, "3i", "1/0", "relu", True, None, {}, [True], ["relu"], "-", "", " 1", "1/-2"]


def test_numbers_are_spelled_so_and_names_are_any_texts():
    for value in SPELLED:
        _require_spelled(value, number=True)
        _require_spelled(value, number=False)
    for value in NOT_SPELLED:
        with pytest.raises(Malformed, match=r"is no number: write an integer, or a fraction|more than 400 characters"):
            _require_spelled(value, number=True)
    for name in ("relu", "a" * 400):
        _require_spelled(name, number=False)
    for value in ("a" * 401, True, None, ["relu"]):
        with pytest.raises(Malformed):
            _require_spelled(value, number=False)


def test_bounds_are_decimals_of_up_to_four_hundred_characters():
    assert _bounds({"lower": "-1.5e-3", "upper": "Infinity"}) == (Decimal("-0.0015"), Decimal("Infinity"))
    assert _bounds({"lower": "1" * 400, "upper": "-Infinity"})[0] == int("1" * 400)
    wrong = [
        {"lower": "1" * 401, "upper": "2"}, {"lower": "1"}, {"lower": "1", "upper": "2", "more": "3"}, ["1", "2"],
        {"lower": 1, "upper": 2}, {"lower": "NaN", "upper": "2"}, {"lower": "1.", "upper": "2"}, None, "12",
    ]  # fmt: skip
    for stated in wrong:
        with pytest.raises(Malformed, match="an enclosure is a pair of decimal numbers, lower and upper"):
            _bounds(stated)


def test_numbers_of_four_thousand_bits_are_written_out_and_longer_ones_by_their_logarithms():
    for last, first in (
        (fmpq(2**4095), fmpq(2**4096)), (fmpq(1, 2**4095), fmpq(1, 2**4096)), (arb(2) ** 4096, arb(2) ** 4097),
        (arb(2) ** -4096, arb(2) ** -4097),
    ):  # fmt: skip
        assert "." in enclosure(last)["lower"]
        assert "." not in enclosure(first)["lower"]
        for bound in (last, first):
            low, high = (Decimal(text) for text in enclosure(bound).values())
            assert low < high
            assert (high - low) / high < Decimal("1e-18")


# --- whoever is asked -------------------------------------------------------------------------------------------------


def test_a_claim_that_has_changed_or_is_unknown_is_told(claims):
    genuine = certified("forged/symmetric")
    for changes, kind, words in (
        ({"claim": "forged/none"}, Malformed,
         "the claim 'forged/none' is unknown: name the file of a claim of your own with --claims"),
        ({"source": "0" * 64}, Invalid, "forged/symmetric has changed since: certify it again"),
        ({"statement": "other"}, Invalid, "forged/symmetric has changed since: certify it again"),
    ):  # fmt: skip
        with pytest.raises(kind) as caught:
            check(resealed(genuine, **changes), claims)
        assert str(caught.value) == words
    with pytest.raises(Invalid, match="it was edited: the seal does not fit its content"):
        check(genuine | {"statement": "other"}, claims)


def test_a_claim_has_a_minute_there(claims, monkeypatch):
    limits = []

    @contextlib.contextmanager
    def limited(seconds):
        limits.append(seconds)
        raise GivenUp
        yield

    monkeypatch.setattr(checker, "time_limit", limited)
    with pytest.raises(Unjudged, match=r"^forged/symmetric takes more than 60 s there$"):
        check(certified("forged/symmetric"), claims)
    assert limits == [60.0]


def below(x: Scalar):
    leq(x, 2)


def test_a_pool_is_read_for_three_seconds_and_what_was_read_until_then_counts(monkeypatch):
    claim, limits, warned = claim_of(below), [], []

    @contextlib.contextmanager
    def limited(seconds):
        limits.append(seconds)
        yield

    database = InMemoryExampleDatabase()
    for text in (b"a", b"b", b"c"):
        database.save(b"vae-verify:below", text)
    monkeypatch.setattr(database, "fetch", lambda key: [b"c", b"a", b"b"])  # whatever order the database has
    answers, read = iter(["first", Unjudged("it takes long"), GivenUp()]), []

    def judged(content, claims):
        answer = next(answers)
        if isinstance(answer, BaseException):
            raise answer
        return claim_instance

    claim_instance = type("Found", (), {"instance": claim.signature.infer({"x": 3})})
    monkeypatch.setattr(pool, "time_limit", limited)
    monkeypatch.setattr(pool, "parse", read.append)
    monkeypatch.setattr(pool, "check", judged)
    assert Pool(database, warned.append).fetch(claim) == [claim_instance]
    assert (limits, warned, read) == ([3.0], [], [b"a", b"b", b"c"])
    monkeypatch.undo()
    assert len(set(database.fetch(b"vae-verify:below"))) == 3


def test_what_is_saved_in_a_pool_is_the_text_of_the_file(tmp_path):
    database, content = InMemoryExampleDatabase(), certified("forged/symmetric")
    Pool(database, print).save(content)
    write(content, tmp_path / "kept.json")
    assert list(database.fetch(b"vae-verify:forged/symmetric")) == [(tmp_path / "kept.json").read_bytes()]


# --- the shelf --------------------------------------------------------------------------------------------------------


def test_a_simpler_one_that_is_kept_stays_and_a_larger_one_makes_room(claims, tmp_path):
    claim = claims["forged/symmetric"]
    genuine = certified("forged/symmetric")
    monkey = type(claim).certificate_file
    try:
        type(claim).certificate_file = property(lambda self: tmp_path / "certificates" / "symmetric.json")
        found = path_of(claim, tmp_path)
        assert found == tmp_path / "forged_symmetric.json"
        write(genuine, found)
        assert move(found, claim) is True
        assert not found.exists()
        assert json.loads(claim.certificate_file.read_text()) == genuine
        write(genuine, found)
        assert move(found, claim) is False
        assert found.exists()
    finally:
        type(claim).certificate_file = monkey
    with pytest.raises(Missing, match=r"none\.json: No such file or directory"):
        load(tmp_path / "none.json", claim)
    assert found.read_text().startswith('{\n  "format": 1,\n')
    assert found.read_text().endswith("\n}\n")
    assert verdict(found.read_bytes()) == "valid"


def test_a_study_has_no_instances(claims):
    study = getattr(simulated("own/study", "x")(lambda seed: None), CLAIM)
    with pytest.raises(Malformed, match=r"^own/study has no instances at which it could be refuted$"):
        check(resealed(certified("forged/bounded"), claim=study.id), {study.id: study})


def test_a_bound_beyond_all_exponents_is_none_whatever_the_context_does():
    huge = f"1e{'9' * 30}"
    with localcontext() as context:
        for trapped in (True, False):
            context.traps[InvalidOperation] = trapped
            for beyond in ({"lower": "1", "upper": huge}, {"lower": huge, "upper": "1"}):
                with pytest.raises(Malformed, match="an enclosure is a pair of decimal numbers"):
                    _bounds(beyond)


def test_who_keeps_none_or_a_wrong_one_is_told_how_to_find_one(claims, tmp_path, monkeypatch):
    claim = claims["forged/symmetric"]
    monkeypatch.setattr(type(claim), "certificate_file", tmp_path / "certificates" / "symmetric.json")
    shown = claim.shown_file.parent / "certificates" / "symmetric.json"
    mend = f"vae-verify run {claim.target} finds one, and vae-verify keep {claim.target} puts it there"
    with pytest.raises(Missing) as caught:
        kept(claim)
    assert str(caught.value) == f"forged/symmetric: there is no certificate, {shown}: {mend}"
    write(certified(claim.id) | {"statement": "other"}, claim.certificate_file)
    with pytest.raises(Invalid) as caught:
        kept(claim)
    fails = f"its certificate, {shown}, fails: it was edited: the seal does not fit its content"
    assert str(caught.value) == f"forged/symmetric: {fails}: {mend}"
    write(certified(claim.id), claim.certificate_file)
    assert kept(claim).claim is claim
