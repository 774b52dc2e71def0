"""``@parametrize_with_claims`` in somebody's file: a test a claim, expected failures, and nothing passes unjudged."""

import re
import subprocess
import sys

import pytest

from properties.engine.helpers.linear_vaes import closed_form, of_fixed_variance, simplified
from properties.engine.helpers.shown import environment
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

expected = {expected}

{test}
"""

DECORATED = "@parametrize_with_claims(averaged, expected_failures=expected)\n"

SOME = "eq-4 or lemma-2.corrected or lemma-6.loss"


def run(folder, test, expected="{}", *arguments):
    """Run pytest on such a file; return its exit status and what it prints."""
    (folder / "test_mine.py").write_text(FILE.format(test=test, expected=expected), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "-k", SOME, *arguments],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


CALLING = DECORATED + "def test_my_model(check):\n    check()"
BODIES = {
    "calling": CALLING,
    "not calling": DECORATED + "def test_my_model(claim): ...",
    "in a class": "class Test:\n    @parametrize_with_claims(averaged)\n    def test_my_model(self, check): ...",
    "with a fixture": DECORATED + "def test_my_model(claim, tmp_path):\n    assert tmp_path.exists()",
}


@pytest.mark.parametrize("body", BODIES)
def test_a_claim_that_does_not_hold_fails_whether_the_test_calls_it_or_not(body, tmp_path):
    status, text = run(tmp_path, BODIES[body])
    assert status == 1
    assert re.search(r"FAILED test_mine.py::(Test::)?test_my_model\[koehler2022/eq-4\]", text)
    assert re.search(r"PASSED test_mine.py::(Test::)?test_my_model\[koehler2022/lemma-2.corrected\]", text)
    assert "1 failed, 2 passed" in text
    assert "koehler2022/eq-4 (eq. (4)) does not hold of the objective" in text


@pytest.mark.parametrize("plugin", [(), pytest.param(("-p", "no:vae_verify"), marks=pytest.mark.slow)])
def test_an_expected_failure_is_one_and_what_holds_against_it_fails(plugin, tmp_path):
    status, text = run(tmp_path, CALLING, '{"koehler2022/eq-4": "averaged, as ever"}', *plugin)
    assert status == 0
    assert "XFAIL test_mine.py::test_my_model[koehler2022/eq-4] - averaged, as ever" in text
    status, text = run(
        tmp_path, CALLING, '{"koehler2022/eq-4": "so", "koehler2022/lemma-2.corrected": "not so"}', *plugin
    )
    assert status == 1
    assert "[XPASS(strict)] not so" in text


def test_what_breaks_is_no_expected_failure(tmp_path):
    test = CALLING.replace("check()", "raise KeyError('of my own')")
    status, text = run(tmp_path, test, '{"koehler2022/eq-4": "averaged"}')
    assert status == 1
    assert "3 failed" in text


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


def test_the_gate_imports_no_torch():
    asked = (
        "import sys, verify.gate; print({'torch', 'numba', 'sklearn', 'matplotlib', 'properties'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
