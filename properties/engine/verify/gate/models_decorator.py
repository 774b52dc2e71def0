"""``@parametrize_with_claims`` in somebody's file: a test a claim, expected failures, and nothing passes unjudged."""

import re
import subprocess
import sys

import pytest

from properties.engine.helpers.linear_vaes import closed_form, of_fixed_variance, simplified
from properties.engine.helpers.shown import environment
from properties.engine.helpers.warm import warm
from verify.errors import UsageError
from verify.gate.models.claims import OF_LOSS, OF_SIMPLIFIED_LOSS
from verify.gate.models.decorator import parametrize_with_claims

FILE = """
from math import log

from verify.gate import parametrize_with_claims

def terms(A, At, Bt, D):
    import numpy as np
    return ((A - At @ Bt @ A) ** 2).sum() + (D * At**2).sum(), ((Bt @ A) ** 2).sum() + (D - np.log(D)).sum()

def averaged(A, At, Bt, D, eps):
    error, divergence = terms(A, At, Bt, D)
    return error / (2 * eps**2) + len(A) * log(eps) + divergence / 2 / len(D)

@parametrize_with_claims(averaged)
def test_calling(check):
    check()

@parametrize_with_claims(averaged)
def test_not_calling(claim): ...

class Test:
    @parametrize_with_claims(averaged)
    def test_in_a_class(self, check): ...

@parametrize_with_claims(averaged)
def test_with_a_fixture(claim, tmp_path):
    assert tmp_path.exists()

@parametrize_with_claims(averaged, expected_failures={"koehler2022/eq-4": "averaged, as ever"})
def test_expected(check):
    check()

@parametrize_with_claims(averaged, expected_failures={"koehler2022/lemma-6.loss": "not so"})
def test_against_it(check):
    check()

@parametrize_with_claims(averaged, expected_failures={"koehler2022/eq-4": "averaged"})
def test_breaking(check):
    raise KeyError("of my own")
"""

EQ, LEMMA = "koehler2022/eq-4", "koehler2022/lemma-6.loss"
NAMES = ("test_calling", "test_not_calling", "Test::test_in_a_class", "test_with_a_fixture")


@pytest.mark.parametrize("plugin", [(), pytest.param(("-p", "no:vae_verify"), marks=pytest.mark.slow)])
@pytest.mark.long
def test_a_claim_that_does_not_hold_fails_whether_the_test_calls_it_or_not_unless_that_is_expected(plugin, tmp_path):
    (tmp_path / "test_mine.py").write_text(FILE, encoding="utf-8")
    done = subprocess.run(
        [*warm(), "-m", "pytest", "-rA", "-p", "no:cacheprovider", "-k", "eq-4 or lemma-6.loss", *plugin],
        cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    said = set(re.findall(r"^(FAILED|PASSED|XFAIL) test_mine.py::(\S+)\[(\S+)\]", done.stdout, re.MULTILINE))
    judged = {(name, *each) for name in NAMES for each in ((EQ, "FAILED"), (LEMMA, "PASSED"))}
    expected = {("test_expected", EQ, "XFAIL"), ("test_expected", LEMMA, "PASSED")}
    against = {("test_against_it", id, "FAILED") for id in (EQ, LEMMA)}
    broken = {("test_breaking", id, "FAILED") for id in (EQ, LEMMA)}
    assert {(name, id, outcome) for outcome, name, id in said} == judged | expected | against | broken
    assert f"XFAIL test_mine.py::test_expected[{EQ}] - averaged, as ever" in done.stdout
    assert "[XPASS(strict)] not so" in done.stdout
    assert len(re.findall(r"^E .*koehler2022/eq-4 \(eq. \(4\)\) does not hold", done.stdout, re.MULTILINE)) == 5


def test_an_unknown_claim_is_named_beside_the_known_ones():
    for adapter, known in ((closed_form, OF_LOSS), (of_fixed_variance, OF_LOSS), (simplified, OF_SIMPLIFIED_LOSS)):
        with pytest.raises(UsageError) as caught:
            parametrize_with_claims(adapter, {"koehler2022/lemma-22": "?"})
        text = str(caught.value)
        assert text.startswith("expected_failures: no claim on this objective is called 'koehler2022/lemma-22': ")
        assert text.partition("there are ")[2].split(", ") == list(known)
        assert "\n" not in text


def test_a_test_without_a_parameter_is_refused():
    with pytest.raises(UsageError, match=re.escape("test_nothing has no parameter for the check")):

        @parametrize_with_claims(closed_form)
        def test_nothing(): ...


@pytest.mark.long
def test_the_gate_imports_no_torch():
    asked = (
        "import sys, verify.gate; print({'torch', 'numba', 'sklearn', 'matplotlib', 'properties'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
