"""A run survives its claims: whatever a body does to its process is an error of that claim, and of no other."""

import json
import subprocess
import sys

import pytest

from properties.engine.helpers.slow import but
from properties.engine.helpers.warm import warm
from verify.registry.loading import load_file
from verify.running.runner import run_claims

HEAD = """
import ctypes, os, signal, sys, threading, time
import numpy as np
from verify import Scalar, Vector, claim, equal

class Odd(BaseException):
    pass

def recurse():
    recurse()

def leave():
    os._exit(0)
"""

FINE = """
@claim("own/{name}", "x = x")
def test_{name}(x: Scalar):
    equal(x, x)
"""

BODY = """
@claim("own/{name}", "x = x"{proof})
def test_{name}(x: Vector["d"]):
    if len(x.tolist()) == 2:
        {deed}
    equal(x, x)
"""

FATAL = {
    "leaves": ("os._exit(0)", "its process died (exit status 0)"),
    "exits": ("sys.exit(0)", "the claim raises SystemExit at own.py:"),
    "killed": ("os.kill(os.getpid(), signal.SIGKILL)", "its process died (SIGKILL, for want of memory perhaps)"),
    "terminated": ("os.kill(os.getpid(), signal.SIGTERM)", "its process died (SIGTERM)"),
    "segfault": ("ctypes.string_at(0)", "its process died (SIGSEGV)"),
    "recursion": ("recurse()", "the claim raises RecursionError at own.py:"),
    "odd": ("raise Odd('mine')", "the claim raises Odd at own.py:"),
    "interrupt": ("raise KeyboardInterrupt", "the claim raises KeyboardInterrupt at own.py:"),
    "memory": ("x = [np.ones(10**7) for _ in range(1000)]", "needs more memory than it may have: add --memory"),
    "descriptors": ("os.closerange(0, 256); os._exit(0)", "its process died (exit status 0)"),
}
"""What a body may do that costs it its verdict, and what is said of that."""

HARMLESS = {
    "prints": "print('noise'); os.write(1, b'noise'); os.system('echo noise')",
    "mute": "sys.stdout.close(); os.dup2(os.open(os.devnull, os.O_WRONLY), 1)",
    "thread": "threading.Thread(target=time.sleep, args=(10**6,)).start()",
    "deaf": "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
}
"""What has nothing to do with the statement."""

STUBBORN = """
        while True:
            try:
                time.sleep(10**6)
            except BaseException:
                pass"""

ENDLESS = {
    "sleeps": "time.sleep(10**6)",
    "blocks": "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()); time.sleep(10**6)",
    "catches": STUBBORN,
}
"""How a body may never return."""


def run(folder, claims, *options):
    """Run a file of claims, between two fine ones, in a process of its own; return its status, results and noise."""
    first, last = FINE.format(name="first"), FINE.format(name="last")
    (folder / "own.py").write_text(HEAD + first + "".join(claims) + last, encoding="utf-8")
    python = [sys.executable] if "--memory" in options else warm()  # what is imported takes memory, too
    command = [*python, "-m", "verify", "run", "own.py", "--max-examples", "30", "--json", "-", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    results = {claim["id"].removeprefix("own/"): claim for claim in json.loads(done.stdout)["claims"]}
    for name in ("first", "last"):
        assert (results[name]["verdict"], results[name]["examples"]) == ("holds", 30)
    assert "Traceback" not in done.stderr
    return done.returncode, results, done.stderr


def bodies(deeds):
    return [BODY.format(name=name, deed=deed, proof="") for name, deed in deeds.items()]


@pytest.mark.parametrize("jobs", [pytest.param("1", marks=pytest.mark.slow), pytest.param("3", marks=pytest.mark.long)])
def test_what_ends_a_process_is_an_error_of_its_claim_alone_whatever_it_is(jobs, tmp_path):
    are_errors(FATAL, tmp_path, "--jobs", jobs, "--memory", "1")


@pytest.mark.long
def test_what_ends_a_process_is_an_error_of_its_claim_alone(tmp_path):
    some = {name: FATAL[name] for name in ("leaves", "exits", "killed", "recursion", "odd")}
    are_errors(some, tmp_path, "--jobs", "3")


def are_errors(fatal, folder, *options):
    deeds = {name: deed for name, (deed, _) in fatal.items()}
    status, results, _ = run(folder, bodies(deeds), *options)
    assert status == 1
    for name, (_, words) in fatal.items():
        assert results[name]["verdict"] == "error", name
        assert words in results[name]["message"]
        assert ", at (d = 2, x = (" in results[name]["message"]
        assert len(results[name]["message"].splitlines()) == 1


@pytest.mark.parametrize("jobs", but(["3", "1"], "1", mark="long"))
def test_what_has_nothing_to_do_with_the_statement_costs_nothing(jobs, tmp_path):
    status, results, noise = run(tmp_path, bodies(HARMLESS), "--jobs", jobs)
    assert status == 0
    assert all(result["examples"] == 30 for result in results.values())
    assert "noise" in noise


def test_a_claim_that_does_not_return_is_given_up(tmp_path):
    (tmp_path / "own.py").write_text(HEAD + FINE.format(name="sleeps") + "    time.sleep(10**6)\n", encoding="utf-8")
    (result,) = run_claims(load_file(tmp_path / "own.py"), 30, 0, 1, timeout=1.0)
    assert result.verdict == "error"
    assert result.message.startswith("the claim does not return within 1 s")
    assert result.message.endswith(": add --timeout")


STATE = """
CALLS = []

@claim("own/counts", "x = x")
def test_counts(x: Scalar):
    CALLS.append(x)
    leq(min(len(CALLS), 5), 4)

@claim("own/remembers", "AB = BA")
def test_remembers(A: Matrix["d d"]):
    B = KNOWN.setdefault(A.shape, A)
    equal(A @ B, B @ A)

@claim("own/leaves", "x = x")
def test_leaves(x: Scalar):
    CALLS.append(x)
    if len(CALLS) < 5 and Path("left").exists():
        os._exit(3)
    if len(CALLS) == 5:
        Path("left").touch()
    leq(min(len(CALLS), 5), 4)

@claim("own/false", "x < x")
def test_false(x: Scalar):
    leq(x + 1, x)

KNOWN = {}
"""


def test_what_refutes_only_because_of_what_was_judged_before_refutes_nothing(folder):
    head = "import os\nfrom pathlib import Path\nfrom verify import Matrix, Scalar, claim, equal, leq\n"
    (folder / "own.py").write_text(head + STATE, encoding="utf-8")
    found = {result.id: result for result in run_claims(load_file(folder / "own.py"), 30, 0)}
    assert [result.verdict for result in found.values()] == ["error", "error", "error", "refuted"]
    for name, why in (("counts", " is not violated there"), ("remembers", " is not violated there"),
                      ("leaves", "its process died (exit status 3)")):  # fmt: skip
        message = found[f"own/{name}"].message
        assert message.startswith(
            f"a refutation was found, but its certificate counterexamples/own_{name}.json fails: "
        )
        assert "in a new process: " in message
        assert why in message


@pytest.mark.slow
def test_a_body_that_does_not_return_is_an_error_that_names_its_instance(tmp_path):
    status, results, _ = run(tmp_path, bodies(ENDLESS), "--jobs", "5", "--timeout", "20")
    assert status == 1
    for name in ENDLESS:
        assert results[name]["verdict"] == "error"
        assert "does not return within 20 s, at (d = 2, x = (" in results[name]["message"]
        assert results[name]["message"].endswith("): add --timeout")
        assert results[name]["seconds"] >= 20


@pytest.mark.long
def test_a_proof_that_ends_its_process_is_an_error(tmp_path):
    proved = FINE.replace('"x = x"', '"x = x", expected="proved", proof={proof}')
    proofs = [proved.format(name="left", proof="leave"), proved.format(name="exited", proof="sys.exit")]
    status, results, _ = run(tmp_path, proofs)
    assert status == 1
    assert [results[name]["verdict"] for name in ("left", "exited")] == ["error", "error"]
    assert results["left"]["message"] == "its process died (exit status 0), in its proof"
    assert "SystemExit" in results["exited"]["message"]


@pytest.mark.long
def test_an_error_is_not_the_fault_of_an_earlier_claim(tmp_path):
    """What one claim does to its process, the next one is judged without."""
    spoils = BODY.format(name="spoils", deed="np.ones = None", proof="")
    spoils = spoils.replace("    equal(x, x)", "    sys.modules['own_state'] = None\n    equal(x, x)")
    imports = FINE.format(name="imports").replace("    equal", "    import own_state\n    equal")
    (tmp_path / "own_state.py").write_text("")
    assert run(tmp_path, [spoils, imports])[0] == 0


@pytest.mark.long
def test_a_thread_of_the_module_itself_does_not_keep_the_run_alive(tmp_path):
    status, results, _ = run(tmp_path, ["threading.Thread(target=time.sleep, args=(10**6,)).start()\n"])
    assert (status, len(results)) == (0, 2)
