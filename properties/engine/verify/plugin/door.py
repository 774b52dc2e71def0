"""How a program of the suite starts and how signals end it, in this process: nothing here ends it."""

import os
import signal
import sys
import threading
from importlib import util
from types import SimpleNamespace

import pytest

from vae_verify import command, extras, start
from vae_verify.extras import Lacking, mend, of_import, require, wanted


@pytest.fixture
def handlers(monkeypatch):
    """Return who hears of which signal: none of this process."""
    heard = {signal.SIGINT: "old", signal.SIGTERM: "old", signal.SIGHUP: "old"}

    def listen(number, handler):
        before, heard[number] = heard[number], handler
        return before

    monkeypatch.setattr(start.signal, "signal", listen)
    monkeypatch.setattr(start.signal, "getsignal", lambda number: heard[number])
    return heard


@pytest.fixture
def ends(monkeypatch):
    """Return with which status, and after which words, the process would have ended."""
    ended = []

    class Ended(BaseException):
        pass

    def leave(status):
        ended.append(status)
        raise Ended

    monkeypatch.setattr(os, "_exit", leave)
    return SimpleNamespace(statuses=ended, error=Ended)


# --- signals --------------------------------------------------------------------------------------------------------


def test_a_handler_hears_of_every_request_to_end(handlers):
    before = start.heed("new")
    assert handlers == dict.fromkeys((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), "new")
    assert before == dict.fromkeys(handlers, "old")


def test_after_nohup_it_does_not_hear_of_the_terminal(handlers):
    handlers[signal.SIGHUP] = signal.SIG_IGN
    assert set(start.heed("new")) == {signal.SIGINT, signal.SIGTERM}
    assert handlers[signal.SIGHUP] is signal.SIG_IGN
    handlers[signal.SIGINT] = signal.SIG_IGN
    assert signal.SIGINT in start.heed("newer")


def test_the_program_ends_in_one_line_and_tidies(ends, monkeypatch, tmp_path):
    written = []
    monkeypatch.setattr(os, "write", lambda descriptor, data: written.append((descriptor, data)))
    monkeypatch.setattr(start, "FOLDERS", {str(tmp_path)})
    draft, other = tmp_path / f"{start.DRAFTS}0", tmp_path / "other"
    draft.touch(), other.touch()
    with pytest.raises(ends.error):
        start.interrupted(2, None)
    assert ends.statuses == [130]
    assert written == [(2, b"vae-verify: interrupted\n")]
    assert (draft.exists(), other.exists(), start.FOLDERS) == (False, True, set())


def test_nobody_hears_it_and_it_ends_all_the_same(ends, monkeypatch):
    def closed(descriptor, data):
        raise OSError

    monkeypatch.setattr(os, "write", closed)
    with pytest.raises(ends.error):
        start.interrupted()
    assert ends.statuses == [130]


def test_a_child_says_and_tidies_nothing(ends, monkeypatch, tmp_path):
    written = []
    monkeypatch.setattr(os, "write", lambda *data: written.append(data))
    monkeypatch.setattr(start, "_PROGRAM", os.getpid() + 1)
    monkeypatch.setattr(start, "FOLDERS", {str(tmp_path)})
    with pytest.raises(ends.error):
        start.interrupted()
    assert (written, ends.statuses, start.FOLDERS) == ([], [130], {str(tmp_path)})


def test_drafts_have_a_name_of_their_own():
    assert start.DRAFTS.startswith(".vae-verify-")
    assert start.DRAFTS.endswith("-")
    assert len(start.DRAFTS) == len(".vae-verify-") + 8 + 1


# --- what is needed -------------------------------------------------------------------------------------------------


def without(monkeypatch, *missing):
    monkeypatch.setattr(util, "find_spec", lambda name: None if name in missing else object())


def test_what_is_not_installed_ends_the_program_in_one_line(monkeypatch, capsys):
    without(monkeypatch)
    start.require_dependencies()
    without(monkeypatch, "numpy", "rich")
    with pytest.raises(SystemExit) as ended:
        start.require_dependencies()
    assert ended.value.code == 2
    home = start.__file__.rpartition("/vae_verify/")[0]
    monkeypatch.undo()
    assert len(start.NEEDED) == 12
    assert all(util.find_spec(name) for name in start.NEEDED)
    assert capsys.readouterr() == ("", f"vae-verify: numpy, rich not found: install the suite: pip install {home}\n")


def test_an_extra_that_is_lacking_is_named_with_its_packages(monkeypatch):
    without(monkeypatch)
    require("the gate", "gate", "train")
    without(monkeypatch, "torch")
    with pytest.raises(Lacking, match=r"^torch not found for the gate: pip install 'vae-verify\[gate,train\]'$"):
        require("the gate", "gate", "train", "flow")
    without(monkeypatch, "scipy", "numba")
    with pytest.raises(Lacking, match=r"^numba, scipy not found for flows: pip install 'vae-verify\[flow\]'$"):
        require("flows", "flow", "proofs")


def test_a_line_says_that_an_extra_is_to_be_installed():
    assert mend("gate", "flow") == "pip install 'vae-verify[gate,flow]'"
    assert wanted(f"no: {mend('gate')}")
    assert not wanted("pip install torch")


@pytest.mark.parametrize(
    ("error", "extra"),
    [
        (ModuleNotFoundError(name="sympy.core"), "proofs"), (ModuleNotFoundError(name="torch"), "gate"),
        (ModuleNotFoundError(name="scipy"), "flow"), (ModuleNotFoundError(name="matplotlib"), "pictures"),
        (ModuleNotFoundError(name="sklearn"), "train"), (ModuleNotFoundError(name="numpy"), ""),
        (ModuleNotFoundError(), ""), (ImportError(name="torch"), ""), (ValueError(), ""),
    ],
)  # fmt: skip
def test_what_an_import_did_not_find_is_of_the_smallest_extra(error, extra):
    assert of_import(error) == extra
    assert extras.BRINGS == {
        "proofs": ("sympy",), "pictures": ("matplotlib",), "flow": ("numba", "scipy"), "gate": ("torch", "scipy"),
        "train": ("torch", "matplotlib", "sklearn"),
    }  # fmt: skip
    assert list(extras.BRINGS) == ["proofs", "pictures", "flow", "gate", "train"]  # the smallest first


# --- the program ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("waiting", "ended"), [(False, []), (True, [3])])
def test_the_status_of_the_command_is_that_of_the_program(ends, monkeypatch, waiting, ended):
    from verify.commands import main as commands  # noqa: PLC0415

    heard, release = [], threading.Event()
    monkeypatch.setattr(command, "heed", heard.append)
    for name in ("open_streams", "require_dependencies"):
        monkeypatch.setattr(command, name, lambda name=name: heard.append(name))
    monkeypatch.setattr(command, "require", heard.append)
    monkeypatch.setattr(commands, "main", lambda: 3)
    thread = threading.Thread(target=release.wait, daemon=not waiting)
    thread.start()
    others = [each for each in threading.enumerate() if not each.daemon and each is not threading.main_thread()]
    daemon = SimpleNamespace(daemon=True)
    monkeypatch.setattr(threading, "enumerate", lambda: [threading.main_thread(), daemon, thread])
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(flush=lambda: heard.append("flushed")))
    try:
        with pytest.raises(ends.error if waiting else SystemExit) as caught:
            command.main()
    finally:
        release.set()
        thread.join()
    assert len(others) >= waiting
    flushed = ["flushed"] * waiting  # by hand, as whoever waits for a thread is not waited for
    assert heard == [start.interrupted, "open_streams", "require_dependencies", "verify", signal.SIG_IGN, *flushed]
    assert ends.statuses == ended
    assert waiting or caught.value.code == 3


def test_streams_that_are_closed_lead_nowhere(monkeypatch):
    asked, opened, closed, fstat = [], [], {0, 2}, os.fstat

    def state(descriptor):
        asked.append(descriptor)
        if descriptor in closed:
            raise OSError
        return fstat(descriptor)

    out = sys.stdout
    with monkeypatch.context() as patched:
        patched.setattr(os, "fstat", state)
        patched.setattr(os, "open", lambda *given: opened.append(given))
        for name in ("stdin", "stderr"):
            patched.setattr(sys, name, None)
        start.open_streams()
        streams = sys.stdin, sys.stderr
        assert sys.stdout is out
    assert asked[:4] in ([0, 1, 2], [0, 1, 2, asked[-1]])
    assert opened == [(os.devnull, os.O_RDWR)] * 2
    assert [(stream.name, stream.mode) for stream in streams] == [(os.devnull, "r"), (os.devnull, "w")]
    for stream in streams:
        stream.close()
