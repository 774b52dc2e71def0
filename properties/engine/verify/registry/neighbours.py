"""Helpers beside files of claims, what these print, and which papers and files are loaded for what is chosen."""

import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import verify
from verify.claims.entry import Relation
from verify.errors import UsageError
from verify.registry import neighbours, selection, sources
from verify.registry.neighbours import _home, aside, enter

# --- neighbours -------------------------------------------------------------------------------------------------------


def test_what_is_printed_goes_to_the_error_stream_and_the_folder_is_returned_to(capfd, tmp_path):
    here = Path.cwd()
    with aside():
        print("by Python")
        os.write(1, b"beside it\n")
        os.chdir(tmp_path)
    assert Path.cwd() == here
    print("afterwards")
    os.write(1, b"and beside\n")
    sys.stdout.flush()
    out, err = capfd.readouterr()
    assert set(out.split("\n")) == {"", "afterwards", "and beside"}
    assert {"by Python", "beside it"} <= set(err.split("\n"))


def test_what_was_printed_before_comes_first_and_no_stream_is_left_open(monkeypatch):
    events, there = [], len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(flush=lambda: events.append("flushed")))
    with aside():
        events.append("inside")
    assert events == ["flushed", "inside"]
    assert len(os.listdir("/proc/self/fd")) == there


def test_where_there_are_no_streams_nothing_is_moved(monkeypatch):
    def closed(*descriptors):
        moved.append(descriptors)
        raise OSError(9, "Bad file descriptor")

    moved = []
    with monkeypatch.context() as patched:
        patched.setattr(os, "dup", closed)
        patched.setattr(os, "dup2", closed)
        with aside():
            assert sys.stdout is sys.stderr
    assert moved == [(1,)]


def test_a_module_lies_where_its_file_is_and_a_package_beside_its_folder(tmp_path):
    one = ModuleType("one")
    assert _home(None) is None
    assert _home(one) is None
    one.__file__ = str(tmp_path / "one.py")
    assert _home(one) == tmp_path
    one.__file__ = str(tmp_path / "one" / "__init__.py")
    assert _home(one) == tmp_path
    one.__file__ = 3
    assert _home(one) is None


def test_helpers_of_a_folder_that_is_left_are_put_away_and_come_back(tmp_path, monkeypatch):
    monkeypatch.setattr(neighbours, "_entered", None)
    monkeypatch.setattr(neighbours, "_helpers", {})
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "neighbour_of_mine.py").write_text(f"name = {name!r}")
        (tmp_path / name / "package_of_mine").mkdir()
        for file in ("__init__", "inner"):
            (tmp_path / name / "package_of_mine" / f"{file}.py").write_text(f"name = {name!r}")
    (tmp_path / "a" / "reference_not.py").write_text("")
    seen = []
    for name in "aabab":
        enter(tmp_path / name)
        assert sys.path[0] == str(tmp_path / name)
        assert [place for place in sys.path if place.startswith(str(tmp_path))] == [str(tmp_path / name)]
        seen.append(__import__("neighbour_of_mine"))
        assert __import__("package_of_mine.inner").inner.name == sys.modules["package_of_mine.inner"].name == name
    assert [module.name for module in seen] == ["a", "a", "b", "a", "b"]
    assert seen[0] is seen[1] is seen[3]
    assert seen[2] is seen[4]
    for name in ("neighbour_of_mine", "package_of_mine", "package_of_mine.inner"):
        sys.modules.pop(name)


def test_what_is_of_the_suite_is_no_helper_though_it_lies_in_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(neighbours, "_entered", None)
    monkeypatch.setattr(neighbours, "_helpers", {})
    monkeypatch.setattr(sys, "path", list(sys.path))
    root = Path(verify.__file__).resolve().parents[1]
    enter(root)
    parts = [f"{name}.made_up_here" for name in ("vae_verify", "verify", "reference", "properties")]
    for name in parts:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    enter(tmp_path)
    assert all(name in sys.modules for name in parts)
    assert neighbours._helpers[root] == {}


# --- choosing, and where a claim is at home ---------------------------------------------------------------------------


def test_of_a_file_slow_claims_are_left_out_unless_asked_for_or_named(monkeypatch):
    quick, slow = (
        SimpleNamespace(id=f"own/{name}", slow=name == "slow", relations={}, same_as=None) for name in ("quick", "slow")
    )
    monkeypatch.setattr(selection, "_in_file", lambda target: [slow] if "::" in target else [quick, slow])
    for targets, asked, expected in (
        (["a.py"], False, [quick]), (["a.py"], True, [quick, slow]), (["a.py::slow"], False, [slow]),
        (["a.py", "a.py::slow"], False, [quick, slow]),
    ):  # fmt: skip
        assert selection.select(targets, asked) == expected


def test_papers_of_claims_that_are_named_and_not_there_are_loaded(monkeypatch):
    loaded = []
    entry = SimpleNamespace(id="a/one", relations={Relation.IMPLIES: ("a/known", "b/unknown")}, same_as="c/unknown")
    monkeypatch.setattr(selection, "REGISTRY", {"a/known": entry})
    monkeypatch.setattr(selection, "load_papers", loaded.append)
    monkeypatch.setattr(selection, "faults", lambda entries, known: iter(["wrong", "more"]))
    with pytest.raises(UsageError, match=r"^wrong$"):
        selection._require_related([entry])
    assert loaded == [["b/unknown", "c/unknown"]]
    entry.relations, entry.same_as = {Relation.IMPLIES: ("a/known",)}, None
    monkeypatch.setattr(selection, "faults", lambda entries, known: iter([]))
    selection._require_related([entry])
    assert len(loaded) == 1


def test_a_claim_of_ones_own_is_at_home_where_its_file_lies(tmp_path, monkeypatch):
    entered = []
    monkeypatch.setattr(sources, "enter", entered.append)
    for is_own in (True, False):
        sources.at_home(SimpleNamespace(is_own=is_own, source_file=tmp_path / "a" / ".." / "mine.py"))
    assert entered == [tmp_path.resolve()]
