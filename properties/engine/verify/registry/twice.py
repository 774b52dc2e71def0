"""Two claims of one id, and verdicts that a claim cannot have: refused where they are stated."""

import pytest

from verify import Scalar, leq
from verify.errors import UsageError
from verify.judging.statements import ClaimError
from verify.registry.declare import claim, loading
from verify.registry.loading import load_file
from verify.registry.studies import Evidence, simulated

TAKEN = "the id own/x is taken by another test_x of this file: choose another"

LOOP = """
from verify import Scalar, claim, leq
for k in (0, 1):
    @claim("own/x", "x")
    def test_x(x: Scalar):
        leq(x, x)
"""
TWICE = """
from verify import Scalar, claim, leq

@claim("own/x", "x ≤ 0")
def test_x(x: Scalar):
    leq(x, 0)

@claim("own/x", "x ≤ x")
def test_x(x: Scalar):
    leq(x, x)
"""


def holds(x: Scalar):
    leq(x, x)


@pytest.mark.parametrize("text", [LOOP, TWICE])
def test_a_file_states_an_id_once_and_may_be_loaded_again(text, folder, registry):
    file = folder / "mine.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=rf"{TAKEN}$"):
        load_file(file)
    file.write_text(TWICE.replace("own/x", "own/y", 1).replace("test_x", "test_y", 1), encoding="utf-8")
    for _ in range(2):
        load_file(file)
    assert {"own/x", "own/y"} <= registry.keys()


def test_a_function_is_another_by_its_line_and_by_its_module(registry):
    for _ in range(2):  # as a test does, or a cell of a notebook
        claim("own/x", "x")(holds)

    exec(TWICE.partition("@")[0], namespace := {})
    lines = "\n\n" + TWICE.partition("\n\n")[2].partition("\n\n")[0].replace("own/x", "own/y")
    code = compile(lines, "mine.py", "exec")
    exec(code, namespace)
    exec(code, namespace)  # the same line
    with pytest.raises(ClaimError, match="is taken by another test_x"):
        exec(compile("\n" + lines, "mine.py", "exec"), namespace)
    exec(compile("\n" + lines, "mine.py", "exec"), dict(namespace))  # loaded again, and edited


def test_what_is_loaded_in_a_file_is_no_matter_afterwards(registry):
    with loading():
        claim("own/x", "x")(holds)
        with pytest.raises(ClaimError, match="is taken by another holds of this file"):
            claim("own/x", "x")(holds)
        with loading():
            claim("own/x", "x")(holds)
    claim("own/x", "x")(holds)


@pytest.mark.parametrize("verdict", ["simulated", "measured", "contradicted"])
def test_no_claim_on_instances_ends_in_what_a_study_does(verdict, registry):
    with pytest.raises(
        ClaimError, match=rf"^own/x: {verdict} is what a study or an experiment ends in: expect another"
    ):
        claim("own/x", "x", expected=verdict)(holds)
    for other in ("proved", "holds", "refuted", "undecided", "error"):
        claim("own/x", "x", expected=other)(holds)


@pytest.mark.parametrize("verdict", ["proved", "holds", "refuted"])
def test_no_study_ends_in_what_a_claim_does(verdict, registry):
    def study(seed):
        return Evidence(1, 1, 0)

    with pytest.raises(ClaimError, match=rf"^own/s: {verdict} is what a claim on instances ends in: expect another"):
        simulated("own/s", "x", expected=verdict)(study)
    for other in ("simulated", "measured", "contradicted", "undecided", "error"):
        simulated("own/s", "x", expected=other)(study)


@pytest.mark.parametrize(("one", "other"), [("own/x", "own_x"), ("own_x", "own/x"), ("own/x_y", "own_x/y")])
def test_two_claims_have_two_files_of_counterexamples(one, other, registry):
    claim(one, "x")(holds)
    claim(one, "x")(holds)
    with pytest.raises(ClaimError, match=f"^{other} and {one} would have one file of counterexamples, own_x"):
        claim(other, "x")(holds)
    claim("own/z", "x")(holds)
