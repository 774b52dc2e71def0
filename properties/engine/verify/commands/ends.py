"""How a command ends: in one line and a status, whatever it was that ended it."""

import io
import runpy
import signal
import sys
from pathlib import Path

import pytest

import vae_verify
import verify
from vae_verify import command as program
from vae_verify import start
from vae_verify.extras import Lacking
from vae_verify.start import FOLDERS
from verify.commands import main as command
from verify.commands.main import main
from verify.errors import UsageError


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (UsageError("a file is missing"), 2, "vae-verify: a file is missing\n"),
        (Lacking("sympy not found"), 2, "vae-verify: sympy not found\n"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), 2,
         "vae-verify: No module named 'torch': pip install 'vae-verify[gate]'\n"),
        (KeyboardInterrupt(), 130, "vae-verify: interrupted\n"),
    ],
)  # fmt: skip
def test_what_ends_a_command_is_one_line_and_a_status(error, status, said, monkeypatch, capsys, tmp_path):
    def fails(_):
        raise error

    monkeypatch.setattr(command.claims, "_claims", fails)
    FOLDERS.add(str(tmp_path))
    assert main(["claims"]) == status
    assert capsys.readouterr() == ("", said)
    assert set() == FOLDERS  # what was half written is removed


@pytest.mark.parametrize("error", [ImportError("no name"), ModuleNotFoundError("mine", name="mine"), ValueError("x")])
def test_a_fault_of_ours_stays_one(error, monkeypatch):
    def fails(_):
        raise error

    monkeypatch.setattr(command.claims, "_claims", fails)
    with pytest.raises(type(error)):
        main(["claims"])


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (BrokenPipeError(), 141, ""),
        (OSError(28, "No space left on device"), 2, "the output: No space left on device"),
        (OSError(28, "No space left on device", "it.txt"), 2, "it.txt: No space left on device"),
    ],
)  # fmt: skip
def test_a_stream_that_fails_leads_nowhere_from_then_on(error, status, said, monkeypatch, capsys):
    def fails(_):
        raise error

    closed = []
    monkeypatch.setattr(command, "lead_nowhere", closed.append)
    monkeypatch.setattr(command.claims, "_claims", fails)
    assert main(["claims"]) == status
    assert closed == [sys.stdout]
    assert capsys.readouterr().err == (f"vae-verify: {said}\n" if said else "")


def test_names_that_an_encoding_lacks_are_spelled_out(monkeypatch):
    monkeypatch.setattr(command.claims, "_claims", lambda _: print("ü ∑") or 0)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert main(["claims"]) == 0
    assert sys.stdout.buffer.getvalue() == b"\\xfc \\u2211\n"
    assert sys.stderr.errors == "backslashreplace"


@pytest.mark.parametrize(
    ("argv", "original", "ours"),
    [
        (["-m"], ["python", "-m", "verify", "run"], True), (["-m", "x"], ["python", "-m", "verify"], True),
        (["-m"], ["python", "-m", "pytest"], False), (["x.py"], ["python", "x.py", "verify"], False),
        ([], ["python", "verify"], False),
    ],
)  # fmt: skip
def test_python_m_verify_can_be_ended_and_says_what_it_lacks_from_the_start(argv, original, ours, monkeypatch):
    events = []
    monkeypatch.setattr(sys, "argv", argv)
    monkeypatch.setattr(sys, "orig_argv", original)
    monkeypatch.setattr(signal, "signal", lambda *how: events.append(how))
    monkeypatch.setattr(start, "require_dependencies", lambda: events.append("what it needs"))
    monkeypatch.setattr(vae_verify, "require", events.append)
    space = {"__name__": "verify"}
    exec(compile(Path(verify.__file__).read_text(encoding="utf-8"), verify.__file__, "exec"), space)
    assert events == [*[(signal.SIGINT, start.interrupted), "what it needs"] * ours, "reference"]
    assert space["__all__"] == verify.__all__
    assert all(getattr(verify, name) is space[name] for name in verify.__all__)
    assert set(verify.domains.__all__) < set(verify.__all__)


def test_python_m_verify_is_the_program_and_its_import_is_not(monkeypatch):
    called = []
    monkeypatch.setattr(program, "main", lambda: called.append("main"))
    runpy.run_module("verify.__main__", run_name="verify.__main__")
    assert called == []
    runpy.run_module("verify.__main__", run_name="__main__")
    assert called == ["main"]
