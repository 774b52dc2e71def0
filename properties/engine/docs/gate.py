"""The pages on the gate are true: what they print, what they say of declarations, and of sums and means."""

import inspect
import re

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import Reader, normal, rewrite
from properties.engine.helpers.slow import thinned
from properties.engine.helpers.written import COMBINATIONS, combinations, told
from verify.commands.main import main
from verify.gate.expectations import expectations
from verify.gate.forms.divergences import HEADS

FOLDER = TREE / "docs" / "how-to" / "gate"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


PAGES = [
    pytest.param("README", marks=pytest.mark.slow), pytest.param("adapters", marks=pytest.mark.slow),
    pytest.param("sum-or-mean", marks=pytest.mark.long),
]  # fmt: skip
"""A dozen commands, each a process: of each kind of outcome ``reports`` and the corpus have a case in this process."""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_what_it_says(name, tmp_path):
    """If not: python -m properties.engine.helpers.shown PAGE."""
    Reader(tmp_path).follow((FOLDER / f"{name}.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("error", "kl", "says"), thinned(combinations(COMBINATIONS.read_text(encoding="utf-8")), 6, "long")
)
def test_a_combination_has_the_beta_that_the_table_says(error, kl, says):
    """If not: python -m properties.engine.helpers.written."""
    assert told(error, kl) == says


def test_the_table_has_the_combinations_that_people_ask_about():
    betas = {beta for _, _, (beta, _) in combinations(COMBINATIONS.read_text(encoding="utf-8"))}
    assert betas >= {"1", "1/2", "2", "d/2", "d/(2*k)", "n*d/2", "1/(2*k)", "1/(2*n)", "d", "d/k"}


def test_every_declaration_has_its_row_and_its_option(capsys):
    (table,) = re.findall(r"^\| `check_loss\(…\)`.*\n\|.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    rows = re.findall(r"^\| `(\w+)=.*?` \| `(--[\w-]+)", table, re.MULTILINE)
    assert {name for name, _ in rows} == set(inspect.signature(expectations).parameters)
    with pytest.raises(SystemExit):
        main(["gate", "--help"])
    options = set(re.findall(r"--[\w-]+", capsys.readouterr().out))
    assert {option for _, option in rows} <= options
    for option in options - {"--help"}:
        assert f"`{option}" in PAGE or f"{option} " in PAGE or option in COMBINATIONS.read_text(encoding="utf-8"), (
            option
        )


def test_the_heads_are_those_that_can_be_declared():
    said = " ".join(PAGE.split())
    (listed,) = re.findall(r"Heads are one of: (.*?)\.", said)
    assert re.findall(r"`([^`]+)`", listed) == [head.name for head in HEADS]


def test_a_page_is_written_anew_where_its_commands_print_something_else(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo a\na\n$ echo b \\\n> c\nwrong\n```\n", encoding="utf-8")
    rewrite(page)
    assert page.read_text(encoding="utf-8") == "```console\n$ echo a\na\n$ echo b \\\n> c\nb c\n```\n"


def test_seconds_and_evaluations_are_left_out_of_the_comparison():
    line = "  examined    (n, d, k) = (4,6,3); 212 evaluations; value, gradient; 0.6 s"
    assert normal(line) == normal(line.replace("212", "7").replace("0.6", "12.0"))
    for said, found in (("gradient", "order"), ("(4,6,3)", "(4,6,2)"), ("examined", "assumed")):
        assert normal(line) != normal(line.replace(said, found))
