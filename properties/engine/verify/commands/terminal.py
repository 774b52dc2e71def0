"""What is said on a terminal is as wide as it is, and coloured where that is wanted; nothing of it gets into a pipe."""

import io
import sys

import pytest
from rich.progress import MofNCompleteColumn
from rich.text import Text

from properties.engine.helpers.terminals import Terminal, too_long
from verify.commands.terminal import _console, complain, progress, say, show, width_of

TEXT = "  finding     the KL is a mean over the latent variables, where their sum is due"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Say nothing of colours and columns, as if nobody had set anything."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(
    ("columns", "width"), [("", 40), ("100", 100), ("0", 40), ("wide", 40), ("7", 20), ("-5", 40), ("1" * 5000, 40)]
)
def test_a_width_that_is_asked_for_is_that_of_the_terminal_else(columns, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    with Terminal(40) as terminal:
        assert width_of(terminal.stream) == width
    assert width_of(io.StringIO()) == (width if columns in ("100", "7") else None)


def test_a_report_fits_the_terminal_and_is_whole_in_a_pipe(monkeypatch):
    with Terminal(40) as terminal:
        say(TEXT)
        assert len(terminal.read().splitlines()) == 3
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    say(TEXT)
    assert sys.stdout.getvalue() == TEXT + "\n"


def test_an_error_is_one_line_but_on_a_terminal_that_is_narrower(monkeypatch):
    with Terminal(40) as terminal:
        complain(f"vae-verify: {TEXT.strip()}")
        told = terminal.read()
    assert len(told.splitlines()) == 3
    assert not too_long(told, 40)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    complain(TEXT)
    assert sys.stderr.getvalue() == TEXT + "\n"


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False),
     ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False)],
)  # fmt: skip
def test_colour_is_for_terminals_that_want_it(variables, coloured, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with Terminal(40) as terminal:
        show(Text("refuted", "bold red"))
        told = terminal.read()
    assert "refuted" in told
    assert ("\x1b[1;31m" in told) == coloured
    assert ("\x1b" in told) == coloured


@pytest.mark.parametrize(("forced", "coloured"), [("", False), ("1", True)])
def test_a_pipe_is_coloured_if_that_is_forced_alone_and_never_has_a_bar(forced, coloured, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", forced)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    show(Text("refuted", "red") + Text(" " + "x" * 300))
    assert ("\x1b" in sys.stdout.getvalue()) == coloured
    assert len(sys.stdout.getvalue().splitlines()) == 1
    with progress(MofNCompleteColumn()) as bar:
        bar.add_task("judging", total=7)
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize(("columns", "bar"), [(40, False), (80, True)])
def test_the_progress_of_a_narrow_terminal_is_a_count_without_a_bar(columns, bar, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    with Terminal(columns) as terminal, progress(MofNCompleteColumn()) as shown:
        shown.add_task("wang2022/a-name-that-is-longer-than-there-is-room-for", total=265, completed=17)
        shown.refresh()
        told = terminal.read()
    assert "wang2022/a-name" in told
    assert " 17/265" in told
    assert ("━" in told) == bar
    assert "m" not in "".join(part[:3] for part in told.split("\x1b[")[1:] if part[0].isdigit())


def test_a_dumb_terminal_gets_no_code_at_all(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    with Terminal(80) as terminal, progress(MofNCompleteColumn()) as shown:
        shown.add_task("judging", total=265, completed=17)
        shown.refresh()
        assert "\x1b" not in terminal.read()


def test_a_console_is_as_wide_as_its_stream_and_reads_no_markup_into_what_it_is_told(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    for columns in ("33", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        assert _console(io.StringIO()).width == int(columns)
    stream = io.StringIO()
    _console(stream).print("[b]1[/b] 'two'")
    assert stream.getvalue() == "[b]1[/b] 'two'\n"
    with Terminal(33) as terminal:
        monkeypatch.delenv("COLUMNS")
        assert _console(terminal.stream).width == 33
