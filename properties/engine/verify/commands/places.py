"""Where words and cells come to stand, column by column; what is written whole, and in which colours."""

import errno
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.progress import BarColumn
from rich.text import Text

from properties.engine.helpers.terminals import Terminal
from verify.claims.entry import Verdict
from verify.commands import console, table, terminal, wrapping
from verify.commands.columns import tabulated
from verify.commands.wrapping import wrapped
from verify.errors import UsageError
from verify.running.result import Result

HEADINGS = ("name", "a", "number")
ROWS = [["one", "1", "22"], ["title"], ["a-long-one", "x", "333"]]


def laid(width, rows=ROWS, **how):
    """Return the lines of a table."""
    cells = [[Text(cell) for cell in row] for row in rows]
    return [line.plain for line in tabulated(HEADINGS, cells, width, **how)]


def test_a_table_with_all_the_room_that_it_wants():
    wide = [
        " name         a   number", " ───────────────────────", " one          1       22", " title",
        " a-long-one   x      333",
    ]  # fmt: skip
    assert laid(None) == laid(24) == laid(99) == wide
    assert laid(23) == laid(22) == [line.replace("   a   number", "  a  number").replace("   1   ", "  1  ").replace(
        "   x   ", "  x  ").replace("──", "─", 1).replace("──", "─", 1) for line in wide]  # fmt: skip
    assert laid(21) == laid(20) == [
        " name       a number", " ───────────────────", " one        1     22", " title", " a-long-one x    333",
    ]  # fmt: skip


def test_the_first_cells_are_left_24_columns_or_stand_above_the_others():
    rows = [["x" * 40, "1", "22"], ["y", "2", "3"]]
    assert laid(33, rows)[3:] == [f"{'1':>26}     22", " y                       2      3"]
    assert laid(32, rows)[2:] == [
        f" {'─' * 31}",
        f" {'x' * 40}",
        f"{'1':>23}       22",
        " y",
        f"{'2':>23}        3",
    ]


def test_columns_to_the_left_are_as_many_as_are_asked_for():
    assert laid(None, left=2)[2] == " one          1       22"
    assert laid(None, [["one", "word", "2"], ["two", "b", "3"]], left=2)[2:] == [
        " one    word        2", " two    b           3",
    ]  # fmt: skip
    assert laid(None, [["one", "word", "2"], ["two", "b", "3"]], left=1)[3] == " two       b        3"
    assert laid(None, [["one", "word", "2"], ["two", "b", "3"]], left=0)[3] == "  two      b        3"


def test_a_table_in_two_lines_a_row():
    rows = [["a-name-of-17-long", "word", "2"], ["title"], ["two", "b", "333"]]
    assert laid(19, rows) == [
        " name", "         a   number", " ──────────────────", " a-name-of-17-long", "      word        2", " title",
        " two", "         b      333",
    ]  # fmt: skip
    assert laid(17, [["a-name-of-15-xx", "word", "2"]])[1] == "       a   number"
    assert laid(15, [["a-name-of-13", "word", "2"]])[1] == "      a  number"
    assert laid(14, [["a-name", "word", "2"]])[1] == "      a number"


def test_the_first_cells_stand_above_the_others_side_by_side_if_they_fit():
    rows = [["a-name", "holds", "2"], ["a-longer-name", "holds", "3"]]
    assert laid(14, rows, lead=2) == [
        " name        a", "        number", " ─────────────", " a-name  holds", "             2", " a-longer-name",
        "         holds", "             3",
    ]  # fmt: skip


def test_a_table_of_pairs():
    assert laid(9, [["one", "1", "22"], ["two", "x" * 9, "1"]]) == [
        " name", " ────────", " one", "   a    1", "   number", "       22", " two", "   a", "   xxxxxxxxx",
        "   number", "        1",
    ]  # fmt: skip
    assert laid(13, [["a-name", "word", "2"]]) == [
        " name", " ────────────", " a-name", "   a     word", "   number   2",
    ]  # fmt: skip


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("aa bb", 5, "aa bb"), ("aa bb", 4, "aa\n    bb"), ("aa  ", 4, "aa"), ("", 20, ""),
        ("a" * 25 + " bb", 20, "a" * 25 + "\n    bb"),
        (" " * 6 + "aaaa bbbb cccc", 30, " " * 6 + "aaaa bbbb cccc"), (" " * 6 + "aaaa bb", 29, "    aaaa bb"),
        (" " * 16 + "aa bb " + "c" * 18, 40, " " * 16 + "aa bb " + "c" * 18),
        (" " * 16 + "aa bb " + "c" * 19, 40, " " * 16 + "aa bb\n" + " " * 18 + "c" * 19),
        (" " * 17 + "aa bb " + "c" * 18, 40, "    aa bb " + "c" * 18),
        ("- aa bb", 5, "- aa\n  bb"), ("  aa bb", 6, "  aa\n    bb"), ("界界 bb", 6, "界界\n    bb"),
        ("a" * 16 + " 1.5 s now", 20, "a" * 16 + "\n    1.5 s now"),
        ("a" * 17 + " 5 % no", 20, "a" * 17 + "\n    5 % no"),
        ("a" * 10 + " [1.5 ± 2e-5] y", 20, "a" * 10 + "\n    [1.5 ± 2e-5] y"),
        ("a" * 17 + " n = 3 now", 20, "a" * 17 + "\n    n = 3 now"),
        ("a" * 16 + " (n = 3 now", 20, "a" * 16 + "\n    (n = 3 now"),
        ("a" * 10 + " nnnnnnnnn = 333333333 now", 20, "a" * 10 + " nnnnnnnnn\n    = 333333333 now"),
    ],
)  # fmt: skip
def test_a_line_is_broken_where_it_is_full_and_goes_on_below_its_text(text, width, fitted):
    assert wrapped(text, width) == fitted


LABELLED = "  label  aaaa bbbb cccc dddd eeee ffff"


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        (LABELLED, 32, "  label\n    aaaa bbbb cccc dddd eeee\n      ffff"),
        (LABELLED, 33, "  label  aaaa bbbb cccc dddd eeee\n         ffff"),
        ("  label  " + "a" * 25 + " bb", 33, "  label\n    " + "a" * 25 + " bb"),
        ("  label  " + "a" * 25 + " bb", 34, "  label  " + "a" * 25 + "\n         bb"),
        ("· nothing to judge  aaaa bbbb cccc", 30, "· nothing to judge\n  aaaa bbbb cccc"),
        ("  a b c d e  aaaa bbbb cccc dddd eeee ffff", 33, "  a b c d e\n    aaaa bbbb cccc dddd eeee ffff"),
        ("  a b c d e f  aaaa bbbb cccc dddd eeee", 32, "  a b c d e f  aaaa bbbb cccc\n    dddd eeee"),
        ("A = [11 22 33 44; 55 66 77 88; 1 2 3 4]", 16, "A = [11 22 33\n44; 55 66 77 88;\n1 2 3 4]"),
        ("A = [11 22 33 44; 55 66 77 88; 1 2 3 4]", 17, "A = [11 22 33 44;\n     55 66 77 88;\n      1  2  3  4]"),
        ("A = (11, 22, 33, 44, 55, 66)", 16, "A = (11, 22, 33,\n44, 55, 66)"),
        ("A = (11, 22, 33, 44, 55, 66)", 17, "A = (11, 22, 33,\n     44, 55, 66)"),
        ("    A = (11, 22, 33, 44, 55, 66)", 20, "    A = (11, 22, 33,\n    44, 55, 66)"),
        ("    A = (11, 22, 33, 44, 55, 66)", 28, "    A = (11, 22, 33, 44, 55,\n         66)"),
        ("long_name = (11, 22, 33, 44, 55)", 24, "long_name = (11, 22, 33,\n44, 55)"),
        ("long_name = (11, 22, 33, 44, 55)", 25, "long_name = (11, 22, 33,\n             44, 55)"),
        ("A = [1111 2222 3333 4444 5555; 1 2 3 4 5]", 24, "A = [1111 2222 3333 4444\n       5555;\n     1 2 3 4 5]"),
        ("  vae-verify run a b c d e f g h i j k l m", 20, "  vae-verify run a b c d e f g h i j k l m"),
        ("see vae-verify run aaaa bbbb", 20, "see\n    vae-verify run aaaa\n    bbbb"),
        ("  a-label-of-some  A = [1 2; 3 4]", 30, "  a-label-of-some\n    A = [1 2; 3 4]"),
        (f"  {'a' * 30}  bbbb cccc dddd", 14, f"  {'a' * 30}\n    bbbb cccc\n    dddd"),
        ("a" * 12 + " bb", 8, "a" * 12 + "\n    bb"),
        (" " * 10 + "a" * 15, 26, "    " + "a" * 15), ("[x ± y] [1.5 ± 2]. z", 10, "[x ± y]\n    [1.5 ±\n    2]. z"),
    ],
)  # fmt: skip
def test_a_line_goes_on_below_its_label_its_bracket_or_its_first_column(text, width, fitted):
    assert wrapped(text, width) == fitted


def test_rows_of_a_matrix_stand_below_each_other_if_their_columns_fit():
    assert wrapping._aligned("1 22; 333 4", 6) == ["  1 22", "333  4"]
    assert wrapping._aligned("1 22; 333 4", 5) == ["1 22", "333 4"]
    assert wrapping._aligned("1 2; 3", 99) == ["1 2", "3"]


# --- the terminal ---------------------------------------------------------------------------------------------------


def test_a_bar_is_where_there_is_room_and_names_are_cut(monkeypatch):
    for columns, bars in ((59, 0), (60, 1), (None, 1)):
        monkeypatch.setattr(terminal, "width_of", lambda stream, columns=columns: columns)
        shown = terminal.progress()
        assert [isinstance(column, BarColumn) for column in shown.columns] == [False, *[True] * bars]
        assert [column.bar_width for column in shown.columns[1:]] == [20] * bars
        description = shown.columns[0].get_table_column()
        assert (description.ratio, description.no_wrap, shown.columns[0].markup) == (1, True, False)
        assert (shown.live.transient, shown.expand, shown.disable) == (True, True, True)
    with Terminal(80):
        assert not terminal.progress().disable


def test_a_terminal_that_does_not_know_its_columns_breaks_nothing(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    stream = SimpleNamespace(fileno=lambda: 1)
    size = SimpleNamespace(columns=0)
    own = SimpleNamespace(environ=os.environ, get_terminal_size=lambda number: size)  # pytest asks for it, too
    monkeypatch.setattr(terminal, "os", own)
    for size.columns, width in ((0, None), (1, 20), (20, 20), (21, 21)):
        assert terminal.width_of(stream) == width
    for told, width in (("20", 20), ("19", 20), ("9999", 9999), ("10000", 21), ("080", 21), ("80 ", 21)):
        monkeypatch.setenv("COLUMNS", told)
        assert terminal.width_of(stream) == width


def test_an_error_that_nobody_can_hear_is_no_error():
    read, write = os.pipe()
    os.close(read)
    with open(write, "w", encoding="utf-8", buffering=1) as stream, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        terminal.complain("nobody hears it")
        terminal.complain("nor this")  # by now it leads nowhere
        print("nor that", file=stream, flush=True)


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_written_whole_and_keeps_its_mode_and_its_link(here, capsys):
    console.write("it.txt", "ä\ud800\n")
    assert Path("it.txt").read_bytes() == "ä\\ud800\n".encode()
    Path("it.txt").chmod(0o600)
    Path("link.txt").symlink_to("it.txt")
    console.write("link.txt", "again")
    assert (Path("link.txt").is_symlink(), Path("it.txt").read_text()) == (True, "again")
    assert stat.S_IMODE(Path("it.txt").stat().st_mode) == 0o600
    assert sorted(path.name for path in here.iterdir()) == ["it.txt", "link.txt"]
    console.write("-", "to the output")
    assert capsys.readouterr().out == "to the output"
    with pytest.raises(UsageError) as refused:
        console.write("no/where.txt", "")
    assert str(refused.value) == "no/where.txt: No such file or directory: name a file that can be written"


def test_what_cannot_be_written_is_refused_before_the_work_and_what_is_there_stays(here, monkeypatch):
    def refusal(file):
        try:
            console.require_writable(file)
        except UsageError as error:
            return str(error).removeprefix(f"{file}: ").removesuffix(": name a file that can be written")
        return None

    Path("there.txt").write_text("kept")
    Path("folder").mkdir()
    os.mkfifo("pipe")
    assert [refusal(file) for file in (None, "-", "new.txt", "there.txt", "pipe", "/dev/null")] == [None] * 6
    assert refusal("folder") == os.strerror(errno.EISDIR)
    assert refusal("no/where.txt") == "No such file or directory"
    assert Path("there.txt").read_text() == "kept"
    assert sorted(path.name for path in here.iterdir()) == ["folder", "pipe", "there.txt"]

    def full(dir):
        assert dir == here
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(console.tempfile, "TemporaryFile", full)
    assert [refusal(file) for file in ("new.txt", "there.txt")] == [os.strerror(errno.ENOSPC)] * 2
    assert refusal("pipe") is None


# --- colours --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.SURVIVED])
def test_a_verdict_has_its_mark_and_its_colour(verdict):
    def cell(expected):
        found = table._row(Result("a/b", verdict, expected))[1]
        return found.plain, str(found.style)

    colour = {"refuted": "magenta", "contradicted": "dark_orange", "undecided": "yellow", "error": "red"}
    mark = "≠" if verdict is Verdict.CONTRADICTED else "✓"
    assert cell(verdict) == (f"{mark} {verdict}", colour.get(verdict, "green"))
    other = Verdict.HOLDS if verdict is not Verdict.HOLDS else Verdict.PROVED
    assert cell(other) == (f"✗ {verdict}", "red")


def test_what_is_not_expected_is_red_by_its_id_and_what_is_not_kept_is_said():
    results = [
        Result("a/one", Verdict.HOLDS, Verdict.REFUTED, message="why: so"),
        Result("alone", Verdict.REFUTED, Verdict.REFUTED, unkept="a/two: there is no certificate"),
    ]  # fmt: skip
    lines = list(table.told(results, 2, 0, 1.0, None))
    (wrong,) = [line for line in lines if line.plain.startswith("✗")]
    assert [wrong.plain[span.start : span.end] for span in wrong.spans] == ["✗ a/one"]
    texts = [line.plain for line in lines]
    assert "a/two: there is no certificate\n" in texts
    assert any(text.split()[:2] == ["alone", "✓"] for text in texts)  # an id without a paper is whole
