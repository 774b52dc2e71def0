"""Without any extra: the hunter has all that it needs, and what needs more says in one line which extra has it."""

import json

import pytest

from vae_verify.extras import BRINGS

pytestmark = pytest.mark.long  # ``lacking`` says the same of extras that nobody has, in this process

FILES = {
    "mine.py": """
from reference.gaussian import upper_tail
from verify import Matrix, Scalar, claim, equal, leq

@claim("mine/symmetric", r"A = A^\\top", expected="refuted")
def test_symmetric(A: Matrix["d d"]):
    equal(A, A.mT)

@claim("mine/tail", r"Q(x) \\le 1")
def test_tail(x: Scalar):
    leq(upper_tail(x), 1)
""",
    "above.py": """
import torch
from verify import Scalar, claim, equal

@claim("above/same", "x = x")
def test_same(x: Scalar):
    equal(x, x)
""",
    "within.py": """
from verify import Scalar, claim, equal

@claim("within/same", "x = x")
def test_same(x: Scalar):
    import numba.core
    equal(x, x)
""",
    "proved.py": """
from reference.arithmetic.deferred import sympy
from verify import Scalar, claim, leq
from verify.proving import show, symbols, vanishes

def prove_square():
    x = symbols("x", 1)[0]
    show(vanishes((x + 1) ** 2 - x**2 - 2 * x - 1))

@claim("proved/square", "0 \\\\le x^2", proof=prove_square, expected="proved")
def test_square(x: Scalar):
    leq(0, x * x)

@claim("proved/false", "1 \\\\le x^2", proof=prove_square, expected="proved")
def test_false(x: Scalar):
    leq(1, x * x)

def prove_plain():
    show(2 * 2 == 4)

@claim("proved/plain", "0 \\\\le x^2", proof=prove_plain, expected="proved")
def test_plain(x: Scalar):
    leq(0, x * x)
""",
    "my_vae.py": "def loss(recon, x, mu, logvar):\n    return 0\n",
    "test_vae.py": """
from my_vae import loss
from verify.gate import check_loss

def test_loss():
    check_loss(loss)
""",
    "test_flow.py": """
from verify.registry.studies import Evidence, simulated

@simulated("mine/flow", "x", needs=("flow",))
def test_flow(seed):
    return Evidence(1, 1, 0)
""",
    "commands.py": """
import contextlib, importlib.util, io, json, sys
from vae_verify.extras import BRINGS
from verify.commands.main import main

def run(command):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(command.split())
        except SystemExit as stop:
            status = stop.code
    return status, out.getvalue(), err.getvalue()

told = {command: run(command) for command in sys.argv[1:]}
packages = sorted({name for names in BRINGS.values() for name in names})
found = [name for name in packages if importlib.util.find_spec(name) is not None]
print(json.dumps([told, found, [name for name in packages if name in sys.modules]]))
""",
}
CERTIFICATE = "counterexamples/mine_symmetric.json"
WORK = {
    "--version": 0,
    "claims": 0,
    "show koehler2022/eq-3": 0,
    "run koehler2022/eq-3 wang2022/proposition-2 mine.py::test_tail --jobs 1 --max-examples 20": 0,
    "hunt mine.py::test_tail --budget 1 --jobs 1": 0,
    "hunt mine.py::test_symmetric --budget 2 --jobs 1": 0,
    f"check --claims mine.py {CERTIFICATE}": 0,
    f"check --independent --claims mine.py {CERTIFICATE}": 0,
    "keep mine.py::test_symmetric": 0,
    "run mine.py --jobs 1 --max-examples 20": 0,
    "explore mine.py::test_tail --budget 2 --jobs 1": 0,
    "report mine.py -o page --jobs 1 --max-examples 20": 0,
    "show wang2022/theorem-3": 0,
    "hunt proved.py::test_square --budget 1 --jobs 1": 0,
}
WANT = {
    "gate my_vae.py:loss": "torch, scipy not found for the gate: pip install 'vae-verify[gate]'",
    "replicate koehler2022/table-1": "torch, matplotlib, sklearn not found for koehler2022/table-1: pip install"
    " 'vae-verify[train]'",
    "replicate koehler2022/theorem-5.seen": "pip install 'vae-verify[train,flow]'",
    "picture koehler2022/eq-3": "matplotlib not found for a picture: pip install 'vae-verify[pictures]'",
    "run koehler2022/theorem-5.trajectories": "numba, scipy not found for koehler2022/theorem-5.trajectories: pip"
    " install 'vae-verify[flow]'",
    "run --slow": " more: pip install 'vae-verify[train,flow]'",
    "report koehler2022/* --slow": " more: pip install 'vae-verify[",
    "run above.py": "above.py:2: ModuleNotFoundError: No module named 'torch': pip install 'vae-verify[gate]'",
    "hunt above.py": "above.py:2: ModuleNotFoundError: No module named 'torch': pip install 'vae-verify[gate]'",
}
UNJUDGED = {
    "run within.py --jobs 1": "✗ error",
    "run within.py --jobs 1 --json -": '"verdict": "error"',
    "hunt within.py --budget 1 --jobs 1": "within/same (Same) is in error",
    "explore within.py --budget 1 --jobs 1": "within/same (Same) is in error",
    "report within.py -o other --jobs 1": "1 error",
}
UNDERIVED = {
    "run proved.py --jobs 1 --max-examples 20": (
        "proved/square",
        "✗ proved/square: holds, expected proved: the proof was not derived\n",
    ),
    "report proved.py -o third --jobs 1 --max-examples 20": ("proved/square", "1 proved, 1 holds, 1 refuted\n"),
    "run wang2022/eq-45 koehler2022/theorem-6.loss --jobs 1 --max-examples 20": (
        "2 claims",
        " 1 error, 1 holds; 2 not as expected ",
    ),
}
"""Whose proof was not derived, and what is said of it instead; what is false is refuted all the same."""


def told(environment, folder, commands):
    """Run commands in one process; return how each ended, and the packages of extras that are there and imported."""
    project = environment.project(folder)
    project.write(FILES)
    status, text = project.run("python", "commands.py", *commands)
    assert status == 0, text
    (folder / "told.json").write_text(text.splitlines()[-1], encoding="utf-8")
    return json.loads(text.splitlines()[-1])


@pytest.fixture(scope="session")
def without(bare, once):
    """Return how all commands end without any extra."""
    folder = once("without", lambda folder: told(bare, folder, [*WORK, *WANT, *UNJUDGED, *UNDERIVED]))
    said, found, _ = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    assert found == []
    return said


@pytest.mark.parametrize("command", WORK)
def test_the_hunter_needs_no_extra(command, without):
    status, out, err = without[command]
    assert (status, err) == (WORK[command], ""), out


@pytest.mark.parametrize("command", WANT)
def test_who_lacks_an_extra_is_told_in_one_line(command, without):
    status, out, err = without[command]
    assert (status, out) == (2, "")
    assert err.startswith("vae-verify: ")
    assert err.endswith(f"{WANT[command].removesuffix('[')}\n" if not WANT[command].endswith("[") else "'\n")
    assert WANT[command] in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", UNJUDGED)
def test_a_claim_that_lacks_an_extra_was_not_judged(command, without):
    status, out, err = without[command]
    assert status == 2
    assert UNJUDGED[command] in out
    assert "holds" not in out.replace("expected holds", "").replace('"expected": "holds"', "").replace("0 holds", "")
    assert err.startswith(
        "vae-verify: within/same was not judged: the claim raises ModuleNotFoundError at within.py:6: "
    )
    assert "No module named 'numba': pip install 'vae-verify[flow]', at (x = " in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", UNDERIVED)
def test_a_proof_that_lacks_an_extra_is_not_derived(command, without):
    status, out, err = without[command]
    whose, said = UNDERIVED[command]
    whose = f"the proof of {whose}" if "/" in whose else f"the proofs of {whose}"
    assert (status, err) == (2, f"vae-verify: sympy not found for {whose}: pip install 'vae-verify[proofs]'\n")
    assert said in out


def test_pytest_fails_in_one_line_too(bare, tmp_path):
    project = bare.project(tmp_path)
    project.write(FILES)
    status, text = project.pytest("-q", "within.py", "test_vae.py", "test_flow.py", "proved.py", "--vae-slow")
    assert status == 1
    assert "6 failed, 3 passed" in text
    assert "\nnot judged: No module named 'sympy': pip install 'vae-verify[proofs]'\n" in text
    assert "\nnot judged: No module named 'numba': pip install 'vae-verify[flow]'\n" in text
    assert "\nnot judged: numba, scipy not found for mine/flow: pip install 'vae-verify[flow]'\n" in text
    assert "Lacking: torch, scipy not found for the gate: pip install 'vae-verify[gate]'" in text


def test_what_is_installed_is_imported_where_it_is_needed_alone(environment, tmp_path):
    """Arrays of torch are told from others without torch, and of SymPy's expressions there are none without SymPy."""
    commands = ["claims", "show koehler2022/eq-3", *list(WORK)[3:8]]
    said, found, imported = told(environment, tmp_path, commands)
    assert {said[command][0] for command in commands} == {0}
    assert found == sorted({name for names in BRINGS.values() for name in names})
    assert imported == []
