"""What can be typed: every command with its options, what each has if nobody gives it, and which values it refuses."""

import argparse
from pathlib import Path

import pytest

from properties.engine.helpers.commands import refused
from verify.commands import console
from verify.commands import main as command
from verify.commands.main import main, parser

KNOWN = """
run
  ID * None an id, a glob of ids, or file.py[::name] (all)
  --max-examples N 100 examples a claim (100)
  --seed S 0 what the examples are drawn from (0)
  --slow False judge slow claims too
  --jobs N 6 processes (6)
  --timeout SECONDS None for each claim (120, or 3600 for a slow one; more for more than 100 examples)
  --memory GIB 4.0 for each claim (4), where the system can limit it
  --json FILE None write the results as JSON; - for standard output
hunt
  TARGET None file.py[::name], an id, or a glob of ids
  --budget SECONDS None of search (20); several claims share it, and have at least 4 each
  --seed S 0 what the search is drawn from (0)
  --jobs N None processes (4), or workers of a cluster (all)
  --scheduler ADDRESS None of a Dask cluster that does the work: tcp://host:port
  --out DIR counterexamples of counterexamples
  --json FILE None write the result as JSON; - for standard output
explore
  TARGET None file.py[::name] or an id, of one claim
  --budget SECONDS 60.0 of all hunts together (60); each has at least one second
  --seed S 0 what the search is drawn from (0)
  --jobs N None processes (4), or workers of a cluster (all)
  --scheduler ADDRESS None of a Dask cluster that does the work: tcp://host:port
  --out DIR counterexamples of certificates
  --json FILE None write the result as JSON; - for standard output
gate
  TARGET None file.py:attribute or package.module:attribute
  --beta B None expected (1): a number, or a formula in n, d, k and N
  --decoder-variance V None a number, or a formula in n, d, k and N
  --prior-variance V None a number, or a formula in n, d, k and N
  --posterior-variance V None of a posterior whose variance is fixed
  --reduction R None mean, sum, or a formula
  --likelihood L None of gaussian bernoulli laplace: gaussian, bernoulli, laplace
  --head NAME None what the second head is, such as 'log standard deviation'
  --surrogate False judge the gradient: the value means nothing
  --data-set N None samples that there are in all
  --shape N,D,K None look at this shape, instead of ours; again
  --data FILE.npy None tell what follows on these data, samples × features
  --latents K None of the model that is to learn the data (8)
  --batch N None samples in a batch of it (128)
  --timeout SECONDS 60.0 in all (60)
  --memory GIB 4.0 for the loss (4)
  --json FILE None write the report as JSON; - for standard output
replicate
  ID None of an experiment, such as koehler2022/table-1
  --seeds N 3 how many seeds (3)
  --seed S 0 the first of them (0)
  --steps N None of training; fewer for a quick look
  --jobs N None processes (6); the numbers do not depend on it
  --scheduler ADDRESS None of a Dask cluster that does the work: tcp://host:port
  --timeout SECONDS 3600.0 until some fiftieth of a training is done (3600)
  --memory GIB None for each process, where the system can limit it (all)
  --out DIR replications of results and figures (replications)
  --json FILE None write the result as JSON; - for standard output
report
  ID * None an id, a glob of ids, or file.py[::name] (all)
  --max-examples N 100 examples a claim (100)
  --seed S 0 what the examples are drawn from (0)
  --slow False judge slow claims too
  --jobs N 6 processes (6)
  --timeout SECONDS None for each claim (120, or 3600 for a slow one; more for more than 100 examples)
  --memory GIB 4.0 for each claim (4), where the system can limit it
  -o --out DIR report of the page (report)
  --from RUN.json None judge nothing: show this run, saved by run --json
  --against RUN.json None say what changed since this run
  --gate FILE [] show what gate --json saved; may be given again
  --hunt FILE [] show what hunt --json saved; may be given again
  --replicate FILE [] show what replicate --json saved; may be given again
claims
  --json False as JSON
  --markdown DIR None as pages in a folder, one a paper, with the evidence
show
  ID + None an id, a glob of ids, or file.py[::name]
check
  CERTIFICATE + None a file; - for standard input
  --claims FILE.py [] claims of your own
  --independent False by a second checker too; exit 3 if it cannot tell
  --coq DIR None write a Coq file of each there; exit 3 if it has none
keep
  ID + None an id, a glob of ids, or file.py[::name]
  --from DIR counterexamples where run and hunt wrote them
picture
  TARGET None a certificate, or what hunt --json wrote; a claim, as its id or file.py::name; or a picture of a paper
  -o --out FILE - the picture; - for standard output (-)
  --seed S 0 what a claim's instances are drawn from
  --claims FILE.py [] claims of your own
"""


@pytest.fixture
def commands(monkeypatch):
    """Return the parser of each command, on a machine of six cores."""
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    monkeypatch.setattr(console, "USUAL_JOBS", 4)
    (subparsers,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return subparsers.choices


def _told(action):
    named = [*action.option_strings, *[str(action.metavar)] * (action.metavar is not None)]
    many = [str(action.nargs)] * (action.nargs in ("*", "+"))
    choices = [f"of {' '.join(action.choices or ())}:"] * (action.choices is not None)
    return "  " + " ".join([*named, *many, str(action.default), *choices, action.help or ""])


def test_every_command_has_its_options_and_each_what_it_is_without_being_given(commands):
    found = []
    for name, its in commands.items():
        found += [name, *(_told(action) for action in its._actions if "-h" not in action.option_strings)]
    assert found == KNOWN.strip().splitlines()


def test_the_help_says_what_the_program_is_for_and_what_each_command_is(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "usage: vae-verify [-h] [--version] COMMAND ...", "",
        "State a claim about matrices, and have it attacked, judged without tolerances and certified.", "",
    ]  # fmt: skip
    for name, words in {
        "run": "judge claims; exit 0 if every verdict is the expected one",
        "hunt": "search for a small certified counterexample; exit 1 if there is one",
        "explore": "say which premises of a claim matter: drop each, widen each domain, move each constant",
        "gate": "say what a VAE loss optimises; exit 0 if it is what is declared, 1 if not, 3 if undecided",
        "replicate": "train a paper's experiment again, its numbers beside ours",
        "report": "write what a run finds as one page, to be opened in a browser",
        "claims": "list the claims of the papers",
        "show": "show claims whole",
        "check": "re-evaluate certificates; exit 1 if one is invalid, 2 if malformed",
        "keep": "move counterexamples to where their claims keep their certificates",
        "picture": "draw a certificate, a hunt, or what is drawn for a claim, as SVG",
    }.items():
        assert sum(" ".join(line.split()) in (f"{name} {words}", words) for line in lines) == 1, name


def test_a_help_has_its_words_beside_the_options_and_below_them_where_that_is_narrow(capsys, monkeypatch):
    told = {}
    for columns in ("59", "60"):
        monkeypatch.setenv("COLUMNS", columns)
        with pytest.raises(SystemExit):
            main(["run", "--help"])
        told[columns] = capsys.readouterr().out
    assert "\n  --max-examples N   examples a claim (100)\n" in told["60"]
    assert "\n  --max-examples N\n          examples a claim (100)\n" in told["59"]
    monkeypatch.delenv("COLUMNS")
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    assert max(map(len, capsys.readouterr().out.splitlines())) in range(70, 79)  # of the 80 columns of no terminal
    assert command._HELP == 80


GIVEN = {
    ("run", "--max-examples", "7"): ("max_examples", 7),
    ("run", "--seed", "3"): ("seed", 3),
    ("run", "--slow"): ("slow", True),
    ("run", "--jobs", "512"): ("jobs", 512),
    ("run", "--timeout", "1.5"): ("timeout", 1.5),
    ("run", "--memory", "0.25"): ("memory", 0.25),
    ("hunt", "a/b", "--budget", "1e-3"): ("budget", 0.001),
    ("hunt", "a/b", "--jobs", "1"): ("jobs", 1),
    ("hunt", "a/b", "--out", "x"): ("out", Path("x")),
    ("explore", "a/b", "--budget", "2"): ("budget", 2.0),
    ("gate", "m:f", "--data-set", "1"): ("data_set", 1),
    ("gate", "m:f", "--shape", "1,2,3", "--shape", "4,5,6"): ("shape", ["1,2,3", "4,5,6"]),
    ("gate", "m:f", "--latents", "1"): ("latents", 1),
    ("gate", "m:f", "--batch", "1"): ("batch", 1),
    ("gate", "m:f", "--timeout", "2"): ("timeout", 2.0),
    ("gate", "m:f", "--memory", "2"): ("memory", 2.0),
    ("gate", "m:f", "--surrogate"): ("surrogate", True),
    ("gate", "m:f", "--likelihood", "laplace"): ("likelihood", "laplace"),
    ("replicate", "a/b", "--seeds", "1"): ("seeds", 1),
    ("replicate", "a/b", "--seed", "0"): ("seed", 0),
    ("replicate", "a/b", "--steps", "1"): ("steps", 1),
    ("replicate", "a/b", "--jobs", "1"): ("jobs", 1),
    ("replicate", "a/b", "--timeout", "5"): ("timeout", 5.0),
    ("replicate", "a/b", "--memory", "5"): ("memory", 5.0),
    ("replicate", "a/b", "--out", "x"): ("out", Path("x")),
    ("report", "-o", "x"): ("out", Path("x")),
    ("report", "--from", "x"): ("saved", Path("x")),
    ("report", "--against", "x"): ("old", Path("x")),
    ("report", "--gate", "x", "--gate", "y"): ("gate", [Path("x"), Path("y")]),
    ("report", "--hunt", "x"): ("hunt", [Path("x")]),
    ("report", "--replicate", "x"): ("replicate", [Path("x")]),
    ("claims", "--json"): ("json", True),
    ("check", "x", "--claims", "y", "--claims", "z"): ("claims", ["y", "z"]),
    ("check", "x", "--independent"): ("independent", True),
    ("check", "x", "--coq", "y"): ("coq", Path("y")),
    ("keep", "a/b", "--from", "x"): ("folder", Path("x")),
    ("picture", "x", "--seed", "0"): ("seed", 0),
    ("picture", "x", "--claims", "y", "--claims", "z"): ("claims", ["y", "z"]),
}


def test_what_is_given_is_what_the_command_has():
    its = parser()
    for typed, (name, value) in GIVEN.items():
        found = getattr(its.parse_args(typed), name)
        assert (found, type(found)) == (value, type(value)), typed


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (["run", "--max-examples", "0"], "'0' is not an integer from 1 on"),
        (["run", "--seed", "-1"], "'-1' is not an integer from 0 on"),
        (["run", "--jobs", "513"], "'513' is not an integer from 1 to 512"),
        (["run", "--jobs", "0"], "'0' is not an integer from 1 to 512"),
        (["run", "--jobs", "1.0"], "'1.0' is not an integer from 1 to 512"),
        (["run", "--max-examples", "x" * 50], f"'{'x' * 40}' is not an integer"),
        (["run", "--timeout", "0"], "'0' is not a positive number of seconds"),
        (["run", "--timeout", "inf"], "'inf' is not a positive number of seconds"),
        (["run", "--timeout", "nan"], "'nan' is not a positive number of seconds"),
        (["run", "--memory", "-1"], "'-1' is not a positive number of GiB"),
        (["run", "--memory", "much"], "'much' is not a positive number of GiB"),
        (["hunt", "a/b", "--seed", "-1"], "not an integer from 0 on"),
        (["hunt", "a/b", "--jobs", "513"], "not an integer from 1 to 512"),
        (["explore", "a/b", "--budget", "0"], "not a positive number of seconds"),
        (["gate", "m:f", "--data-set", "0"], "not an integer from 1 on"),
        (["gate", "m:f", "--latents", "0"], "not an integer from 1 on"),
        (["gate", "m:f", "--batch", "0"], "not an integer from 1 on"),
        (["gate", "m:f", "--timeout", "0"], "not a positive number of seconds"),
        (["gate", "m:f", "--memory", "0"], "not a positive number of GiB"),
        (["gate", "m:f", "--likelihood", "cauchy"], "invalid choice: 'cauchy'"),
        (["replicate", "a/b", "--seeds", "0"], "not an integer from 1 on"),
        (["replicate", "a/b", "--seed", "-1"], "not an integer from 0 on"),
        (["replicate", "a/b", "--steps", "0"], "not an integer from 1 on"),
        (["replicate", "a/b", "--jobs", "513"], "not an integer from 1 to 512"),
        (["replicate", "a/b", "--timeout", "0"], "not a positive number of seconds"),
        (["replicate", "a/b", "--memory", "0"], "not a positive number of GiB"),
        (["picture", "x", "--seed", "-1"], "not an integer from 0 on"),
        (["claims", "--json", "--markdown", "x"], "not allowed with argument"),
        (["--vers"], "COMMAND"),  # no option is known by a part of its name
        ([], "COMMAND"),
    ],
)
def test_what_no_option_can_have_is_one_line(typed, reason, capsys):
    said = refused(capsys, *typed)
    prog = "vae-verify" if not typed or typed[0].startswith("-") else f"vae-verify {typed[0]}"
    assert said.startswith(f"{prog}: ")
    assert reason in said
    assert said.endswith(f"(see {prog} --help)\n")
