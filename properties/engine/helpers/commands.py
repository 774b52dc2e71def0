"""Commands that run in this process, on a file of claims in the folder of the test."""

import json

from verify.commands.main import main

OWN = """
import sys
from reference.arithmetic import exp, log
from verify import Matrix, Positive, Scalar, assume, claim, equal, leq, less

@claim("own/square", "0 ≤ x²", kind="inequality")
def test_square(x: Scalar):
    leq(0, x * x)

@claim("own/log", "log exp x = x", label="eq. (1)")
def test_log(x: Scalar):
    equal(log(exp(x)), x)

@claim("own/symmetric", r"A = A^\\top", expected="refuted")
def test_symmetric(A: Matrix["d d"]):
    equal(A, A.mT)

@claim("own/symmetric.corrected", r"A + A^\\top = A^\\top + A", corrects="own/symmetric", slow=True)
def test_symmetric_corrected(A: Matrix["d d"]):
    equal(A + A.mT, A.mT + A)
"""


def run(capsys, *arguments):
    """Return the exit status, the parsed report, and the error stream of a run with JSON."""
    status = main(["run", "--json", "-", "--max-examples", "30", *arguments])
    out, err = capsys.readouterr()
    return status, json.loads(out), err


def refused(capsys, *arguments):
    """Return the single line with which a command is refused."""
    try:
        status = main(list(arguments))
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    return err
