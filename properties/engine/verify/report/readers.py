"""JSON of strangers: each kind of value to its last bound, and what is made of hunts, gates and replications."""

import base64
import json
from pathlib import Path

import pytest

from properties.engine.helpers.findings import GATE, HUNT, REPLICATION, SVG
from verify.errors import UsageError
from verify.report import files, reading
from verify.report.files import Hunt, Quantity, gate_of, hunts_of, replication_of
from verify.report.reading import Malformed


def kept(tmp_path, data):
    """Return a file of JSON."""
    path = tmp_path / "it.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def refusal(read, *arguments):
    """Return why something is refused."""
    with pytest.raises(Malformed) as refused:
        read(*arguments)
    return str(refused.value)


def test_a_file_is_as_large_as_it_may_be_and_no_larger(tmp_path):
    most = 8 * 2**20
    path = tmp_path / "it.json"
    path.write_text(json.dumps("x" * (most - 2)))
    assert reading.load(path, "hunt", len) == most - 2
    path.write_text(json.dumps("x" * (most - 1)))
    with pytest.raises(UsageError) as refused:
        reading.load(path, "hunt", len)
    assert str(refused.value) == f"{path}: larger than 8 MiB: name what `vae-verify hunt --json` wrote"
    path.write_text("[1,")
    with pytest.raises(UsageError) as refused:
        reading.load(path, "gate", len)
    assert str(refused.value) == f"{path}: not JSON: name what `vae-verify gate --json` wrote"
    with pytest.raises(UsageError) as refused:
        reading.load(tmp_path / "none", "gate", len)
    assert str(refused.value) == f"{tmp_path / 'none'}: cannot be read: No such file or directory"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_of_json_is_refused(word, tmp_path):
    (tmp_path / "it.json").write_text(f'{{"a": {word}}}')
    with pytest.raises(UsageError, match=f"{word} is no number"):
        reading.load(tmp_path / "it.json", "run", len)


def test_a_list_has_ten_thousand_items_at_most():
    assert reading.items({}, "a") == reading.items({"a": None}, "a") == []
    assert len(reading.items({"a": [0] * 10_000}, "a")) == 10_000
    assert refusal(reading.items, {"a": [0] * 10_001}, "a") == "a has more than 10,000 items"
    assert reading.items({"a": [0, 0]}, "a", 2) == [0, 0]
    assert refusal(reading.items, {"a": [0, 0, 0]}, "a", 2) == "a has more than 2 items"
    assert refusal(reading.items, {"a": {}}, "a") == "a is no list"
    assert refusal(reading.mapping, [], "it") == "it is no JSON object"
    assert reading.mapping({}, "it") == {}


def test_a_text_is_cut_where_nobody_reads_on_and_what_cannot_be_written_is_spelled_out():
    assert reading.text({"a": "x\ny\t\ud800"}, "a") == "x\ny\\t\\ud800"
    assert reading.printable("x" * 65_536) == "x" * 65_536
    assert reading.printable("x" * 65_537) == "x" * 65_536 + "…"
    assert refusal(reading.text, {"a": 1}, "a") == "a is no text"
    assert refusal(reading.text, {}, "a") == "a is missing"
    assert reading.maybe_text({}, "a") is reading.maybe_text({"a": None}, "a") is None
    assert reading.maybe_text({"a": "x"}, "a") == "x"


def test_a_count_is_an_integer_from_0_on_that_a_database_could_hold():
    assert [reading.count({"a": value}, "a") for value in (0, 2**63 - 1)] == [0, 2**63 - 1]
    for value in (-1, 2**63, True, 1.0, "1", None):
        assert refusal(reading.count, {"a": value}, "a") == "a is no integer from 0 on"
    assert refusal(reading.count, {}, "a") == "a is missing"
    assert reading.maybe_count({}, "a") is reading.maybe_count({"a": None}, "a") is None
    assert reading.maybe_count({"a": 3}, "a") == 3
    assert refusal(reading.maybe_count, {"a": -3}, "a") == "a is no integer from 0 on"


def test_a_number_is_finite():
    assert [reading.number({"a": value}, "a") for value in (1, 0.5, -3)] == [1.0, 0.5, -3.0]
    assert isinstance(reading.number({"a": 1}, "a"), float)
    for value in (True, "1", None):
        assert refusal(reading.number, {"a": value}, "a") == "a is no number"
    for value in (10**400, float("inf"), float("nan")):
        assert refusal(reading.number, {"a": value}, "a") == "a is no finite number"
    assert refusal(reading.number, {}, "a") == "a is missing"


# --- what they make up ----------------------------------------------------------------------------------------------


def test_a_gate_is_what_its_file_says(tmp_path):
    found = gate_of(kept(tmp_path, GATE | {"undecided": ["the mean"]}))
    assert vars(found) == {
        "target": "vae.py:<loss>", "outcome": "defect", "optimises": "β = k & more", "beta": "1/k",
        "findings": [("kl-<b>", "a mean <script>alert(1)</script>", ".sum(-1)")], "open": ["the mean"],
        "assumed": ["a batch of <n>"], "consequence": "2 of 8 latents die", "evaluations": 7,
    }  # fmt: skip
    finding = {"code": "a", "message": "b"}
    bare = {"target": "t", "outcome": "undecided", "evaluations": 0, "findings": [finding]}
    found = gate_of(kept(tmp_path, bare))
    assert (found.optimises, found.beta, found.findings, found.consequence) == ("", "", [("a", "b", "")], None)
    found = gate_of(kept(tmp_path, bare | {"effective_beta": {"value": 0.1234567, "formula": None}}))
    assert found.beta == "0.123457"


def test_a_hunt_is_what_its_file_says(tmp_path):
    (found,) = hunts_of(kept(tmp_path, HUNT))
    assert vars(found) == {
        "id": "own/square", "verdict": "survived", "instances": 1234567, "seconds": 2.5, "strategy": "bulk",
        "certificate": None, "seed": 4, "margin": 0.125, "gap": 0.5, "equality": "at x = <0>",
        "at": "d = 1, x = 1/2, A = [1 2; <b> 4]", "errors": [], "checked": False, "around": None,
    }  # fmt: skip
    (bare,) = hunts_of(kept(tmp_path, {"target": "a", "verdict": "error", "instances": 0, "seconds": 1}))
    assert (bare.strategy, bare.seed, bare.margin, bare.gap, bare.equality, bare.at) == ("", None, None, None, None, "")
    several = {"claims": [HUNT, HUNT | {"errors": ["x"], "certificate": "c.json", "seed": 0}]}
    assert [(hunt.errors, hunt.certificate, hunt.seed) for hunt in hunts_of(kept(tmp_path, several))] == [
        ([], None, 4), (["x"], "c.json", 0),
    ]  # fmt: skip
    assert hunts_of(kept(tmp_path, {"claims": []})) == []
    for verdict in ("refuted", "survived", "undecided", "error"):
        assert hunts_of(kept(tmp_path, HUNT | {"verdict": verdict}))[0].verdict == verdict


@pytest.mark.parametrize(
    ("value", "shown"),
    [("1/2", "1/2"), (3, "3"), ([], "[]"), (["1", "2"], "[1, 2]"), ([["1", "2"], ["3", "4"]], "[1 2; 3 4]"),
     ([["1"], "2"], "[[1], 2]"), ([[["1"]]], "[[1]]")],
)  # fmt: skip
def test_values_are_written_in_brackets(value, shown):
    assert files._shown(value) == shown


def hunted(**keys):
    return Hunt(**({"id": "a", "verdict": "survived", "instances": 1234, "seconds": 2.55, "strategy": "", "errors": [],
                    "certificate": None, "seed": None, "margin": None, "gap": None, "equality": None, "at": "x = 1"}
                   | keys))  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({}, "A hunt ended after 1,234 instances (2.5 s): survived."),
        ({"seed": 0}, "A hunt ended after 1,234 instances (2.5 s, seed 0): survived."),
        ({"margin": 0.0}, "A hunt ended after 1,234 instances (2.5 s): survived. The least margin was 0, at x = 1."),
        ({"margin": 0.0625, "gap": 0.0}, "A hunt ended after 1,234 instances (2.5 s): survived. "
         "The least margin was 0.0625, a gap of 0 of the larger side, at x = 1."),
        ({"verdict": "error", "margin": 1.0}, "A hunt ended after 1,234 instances (2.5 s): error."),
        ({"verdict": "refuted", "checked": True, "margin": 1.0},
         "A hunt ended after 1,234 instances (2.5 s): refuted."),
        ({"verdict": "refuted"}, "A hunt ended after 1,234 instances (2.5 s): refuted, it says, but no certificate of "
         "that was found here."),
    ],
)  # fmt: skip
def test_a_hunt_is_told_in_a_sentence(keys, sentence):
    assert hunted(**keys).sentence == sentence


def test_a_replication_is_what_its_file_says(tmp_path):
    (tmp_path / "figure.svg").write_bytes(SVG)
    found = replication_of(kept(tmp_path, REPLICATION))
    (rows,) = found.rows
    assert rows == ("d = <3>", {"error": Quantity("error", 1.5, 1.25, 0.5), "zeros": Quantity("zeros", None, 3.0, 0.0)})
    assert found.quantities == ["error", "zeros"]
    assert found.stated == [("it <grows>", "met", True), ("falls", "nothing to judge", False)]
    assert (found.id, found.choices, found.seconds) == ("koehler2022/table-1", ["Adam <b>"], 61.2)
    assert (found.steps, found.seeds) == (5000, [0, 1])
    assert found.figures == ["data:image/svg+xml;base64," + base64.b64encode(SVG).decode()]
    bare = {"id": "a", "seconds": 1, "stated": [{"text": "b", "met": False, "expected": False}, {"text": "c"}]}
    found = replication_of(kept(tmp_path, bare))
    assert (found.rows, found.steps, found.seeds, found.figures) == ([], None, [], [])
    assert found.stated == [("b", "not met", True), ("c", "nothing to judge", True)]
    met = {"stated": [{"text": "b", "met": 1}]}
    assert "met is neither true nor false" in unread(tmp_path, bare | met)


def unread(tmp_path, data):
    """Return why a replication is not read."""
    with pytest.raises(UsageError) as refused:
        replication_of(kept(tmp_path, data))
    return str(refused.value)


def test_a_table_has_a_hundred_thousand_numbers_and_an_experiment_16_figures_at_most(tmp_path, monkeypatch):
    assert (files._MOST_BYTES, files._MOST_FIGURES, files._MOST_NUMBERS) == (2**21, 16, 100_000)
    monkeypatch.setattr(files, "_MOST_NUMBERS", 6)
    rows = [{"setting": f"{k}", "measured": {"a": 1, "b": 2}} for k in range(3)]
    assert len(replication_of(kept(tmp_path, REPLICATION | {"rows": rows})).rows) == 3
    rows[0]["paper"] = {"c": 1}
    assert "its table has more than 6 numbers" in unread(tmp_path, REPLICATION | {"rows": rows})
    (tmp_path / "figure.svg").write_bytes(SVG)
    assert len(replication_of(kept(tmp_path, REPLICATION | {"figures": ["figure.svg"] * 16})).figures) == 16
    assert "figures has more than 16 items" in unread(tmp_path, REPLICATION | {"figures": ["figure.svg"] * 17})


def test_a_figure_is_one_of_the_folder_of_its_file_or_of_where_one_is(tmp_path, monkeypatch):
    here, there, else_where = (tmp_path / name for name in ("here", "there", "elsewhere"))
    for place in (here, there, else_where):
        place.mkdir()
        (place / "it.svg").write_bytes(SVG)
    monkeypatch.chdir(here)
    assert files._figure("it.svg", there)
    assert files._figure(str(there / "it.svg"), there)
    assert files._figure(str(else_where / "it.svg"), there)  # that of its name beside the file
    (there / "it.svg").unlink()
    assert files._figure("it.svg", there)
    assert files._figure(str(else_where / "it.svg"), there) is None
    assert files._figure("../elsewhere/it.svg", there) is None
    (there / "link.svg").symlink_to(else_where / "it.svg")
    assert files._figure("link.svg", there) is None
    (there / "loop.svg").symlink_to(there / "loop.svg")
    assert files._figure("loop.svg", there) is None


def test_a_figure_says_at_its_beginning_what_it_is_and_is_of_2_mib_at_most(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("it.svg")
    for before, after, fits in ((4092, 0, True), (4093, 0, False), (0, 2**21 - 4, True), (0, 2**21 - 3, False)):
        path.write_bytes(b" " * before + b"<svg" + b" " * after)
        assert (files._figure("it.svg", tmp_path) is not None) == fits, (before, after)
