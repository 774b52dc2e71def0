"""Papers: what is one, in which order it reads, and one line for what is no package, or broken, where it is needed."""

import subprocess

import pytest

from properties.engine.helpers.slow import thinned
from properties.engine.helpers.warm import warm

CODE = "import sys, properties; properties.__path__.insert(0, 'papers'); from verify.commands.main import main; "
CLAIM = """
from verify import Scalar, claim, equal

@claim("own2020/{name}", "x = x")
def test_{name}(x: Scalar):
    equal(x, x)
"""
PAPER = {
    "__init__.py": "CITATION = 'Own, 2020'\nREADING_ORDER = ['claims.second', 'claims.first']\n",
    "claims/__init__.py": "",
    "claims/first.py": CLAIM.format(name="first"),
    "claims/second.py": CLAIM.format(name="second"),
    "claims/unnamed.py": CLAIM.format(name="unnamed"),
    "trajectories/__init__.py": "",
    "trajectories/along.py": CLAIM.format(name="along"),
    "beside.py": CLAIM.format(name="beside"),
    "proofs/__init__.py": "raise RuntimeError('proofs state no claim')\n",
}


@pytest.fixture
def paper(folder):
    """Return what runs a command where there is one more paper, of the files above, some of them changed."""

    def run(changes, *arguments):
        for name, text in (PAPER | changes).items():
            path = folder / "papers" / "own2020" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        command = [*warm(), "-c", CODE + "sys.exit(main())", *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    return run


def test_a_paper_reads_in_its_order_and_all_that_states_claims_is_found(paper):
    done = paper({}, "show", "own2020/*")
    shown = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("own2020/")]
    assert shown == [f"own2020/{name}" for name in ("second", "first", "beside", "unnamed", "along")]


BROKEN = {
    "no package": (
        {"__init__.py": None},
        "papers/own2020: has no __init__.py: add one, with the CITATION",
    ),
    "no package of claims": ({"claims/__init__.py": None}, "papers/own2020/claims: has no __init__.py: add one"),
    "no citation": ({"__init__.py": ""}, "papers/own2020/__init__.py: says of no paper what it is: add CITATION"),
    "nothing of that name": (
        {"__init__.py": "CITATION = ''\nREADING_ORDER = ['claims.third']"},
        "properties.own2020.claims.third: ModuleNotFoundError: No module named 'properties.own2020.claims.third'",
    ),
    "broken": ({"claims/first.py": "print('noise')\nx = 1 /\\\n 0\n"}, "claims/first.py:2: ZeroDivisionError: "),
    "unreadable": ({"claims/first.py": "def ("}, "claims/first.py"),
    "ill posed": (
        {"claims/first.py": CLAIM.format(name="first").replace("x: Scalar", "x")},
        "has no domain: annotate it",
    ),
}


def refused(done, message):
    """Whether a command ended with one line that has these words."""
    lines = done.stderr.removeprefix("noise\n").splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (2, "", 1)
    return lines[0].startswith("vae-verify: ") and message in lines[0]


@pytest.mark.parametrize("name", thinned(BROKEN, step=len(BROKEN), mark="long"))
def test_a_paper_that_cannot_be_loaded_is_one_line_that_names_the_file_and_the_mend(name, paper):
    changes, message = BROKEN[name]
    assert refused(paper(changes, "claims"), message)


@pytest.mark.long
def test_a_broken_paper_is_in_the_way_of_those_commands_only_that_need_it(paper):
    changes, message = BROKEN["broken"]
    for arguments in (["run"], ["hunt", "*/first"]):
        assert refused(paper(changes, *arguments), message), arguments
    for arguments in (
        ["show", "koehler2022/lemma-*", "wang2022/*"],
        ["run", "own.py::test_symmetric"],
        ["--version"],
    ):
        found = paper(changes, *arguments)
        assert found.returncode == 0, arguments
        assert (message in found.stderr) == (arguments[0] == "show")
