"""What a claim's module, or its body, sets elsewhere changes no verdict, no count and no certificate."""

import json
import os
import random
import subprocess
from decimal import Decimal, localcontext
from pathlib import Path

import flint
import mpmath
import numpy as np
import pytest
from flint import arb, fmpq

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.slow import but
from properties.engine.helpers.warm import warm
from reference.arithmetic import exp
from reference.arithmetic.exact import balls, rationals
from reference.arithmetic.precision import working_precision
from verify import Scalar, equal, less
from verify.certificates.format import enclosure
from verify.judging.judge import judge_in_balls
from verify.judging.statements import ClaimError, statements
from verify.running.runner import run_claim

SETTINGS = {
    "decimal": """
import decimal
context = decimal.getcontext()
context.prec, context.Emax, context.Emin, context.capitals, context.rounding = 3, 3, -3, 0, decimal.ROUND_UP
context.traps[decimal.Inexact] = True
""",
    "decimal without traps": """
import decimal
decimal.setcontext(decimal.Context(prec=15, traps=[]))
""",
    "python-flint": """
import flint
flint.ctx.prec, flint.ctx.threads, flint.ctx.cap, flint.ctx.unicode, flint.ctx.pretty = 3, 2, 1, True, False
""",
    "NumPy, SciPy and mpmath": """
import mpmath, numpy, scipy.special
mpmath.mp.prec, mpmath.mp.pretty = 2, True
numpy.seterr(all="raise")
numpy.set_printoptions(precision=1, threshold=1, legacy="1.13")
numpy.random.seed(1)
scipy.special.seterr(all="raise")
""",
    "Python": """
import locale, random, sys, warnings
random.seed(1)
sys.setrecursionlimit(10**8)
sys.set_int_max_str_digits(640)
warnings.simplefilter("error")
for name in ("de_DE.UTF-8", "C"):
    try:
        locale.setlocale(locale.LC_ALL, name)
        break
    except locale.Error:
        pass
""",
}
"""What each of them does to the process."""

CLAIMS = """
import os
from fractions import Fraction
from reference.arithmetic import eigenvalues, exp, log, sqrt
from reference.gaussian.integrals import entrywise, gaussian_mean
from verify import Matrix, Orthogonal, Scalar, Symmetric, claim, equal, leq, less, positive_semidefinite

def setting(where="a body"):
    if where == "the module" or "ctx.prec" not in os.environ["SETTING"]:  # which a body may not change
        exec(os.environ["SETTING"], {})

setting("the module")

@claim("set/false", "e^x ≤ 1 + x + 10^-12")
def test_false(x: Scalar):
    setting()
    leq(exp(x / 2**20), 1 + x / 2**20 + Fraction(1, 10**12))

@claim("set/true", "log(e^x) = x")
def test_true(x: Scalar):
    setting()
    equal(log(exp(x)), x)

@claim("set/orthogonal", "U e^x U^T = e^x I")
def test_orthogonal(U: Orthogonal["d"], x: Scalar):
    setting()
    equal((U * exp(x) @ U.mT).sum(), len(U) * exp(x))

@claim("set/definite", "S ⪰ 0")
def test_definite(S: Symmetric["d"]):
    setting()
    positive_semidefinite(S * sqrt(S[0, 0] ** 2 + 2))

@claim("set/bounded", "all eigenvalues are below the norm")
def test_bounded(S: Symmetric["d"]):
    setting()
    leq(eigenvalues(S), sqrt((S * S).sum() + 1))

@claim("set/integral", "E relu(x + ε) > x")
def test_integral(x: Scalar):
    setting()
    relu = lambda t: [lambda e, log: 0 * e, lambda e, log: e + t]
    less(x, entrywise(lambda t: gaussian_mean(relu(t), [-t], abs(t) + 1), x))
"""

SCRIPT = """
import hashlib, json
from pathlib import Path
from verify.certificates.shelf import load
from verify.claims.claim import Claim
from verify.registry.declare import REGISTRY
from verify.registry.selection import only
from verify.registry.loading import load_file, load_papers
from verify.running.runner import run_claim
load_papers()
found = {}
for claim in load_file(Path("own.py")):
    result = run_claim(claim, 12, 0)
    kept = hashlib.sha256(Path(result.certificate).read_bytes()).hexdigest() if result.certificate else None
    found[claim.id] = [result.verdict, result.examples, result.certain, result.indistinguishable, result.bits, kept]
for claim in only(Claim, REGISTRY.values()):
    if claim.certificate_file.exists():
        judgement = load(claim.certificate_file, claim).judgement
        found[claim.id] = [judgement.outcome, judgement.precision]
print(json.dumps(found))
"""


@pytest.fixture(scope="session")
def found(tmp_path_factory):
    """Return a function that says what runs and checks find where claims set something."""

    def judged(setting):
        folder = tmp_path_factory.mktemp("set")
        (folder / "own.py").write_text(CLAIMS, encoding="utf-8")
        command, root = [*warm(), "-c", SCRIPT], str(TREE)
        environment = os.environ | {"SETTING": setting, "PYTHONPATH": root}
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return judged


@pytest.fixture(scope="session")
def undisturbed(found):
    return found("pass")


@pytest.mark.long
def test_without_a_setting_there_is_something_to_change(undisturbed):
    own = {id: verdict for id, (verdict, *_) in undisturbed.items() if id.startswith("set/")}
    assert own == {
        "set/false": "refuted", "set/true": "holds", "set/orthogonal": "holds", "set/definite": "refuted",
        "set/bounded": "holds", "set/integral": "holds",
    }  # fmt: skip
    assert sum(outcome == "refuted" for outcome, *_ in undisturbed.values()) > 40


@pytest.mark.long
@pytest.mark.parametrize("name", but(SETTINGS, *list(SETTINGS)[1:], mark="long"))
def test_a_setting_changes_nothing(name, found, undisturbed):
    assert found(SETTINGS[name]) == undisturbed


# --- each by itself ---------------------------------------------------------------------------------------------------


def test_a_body_that_changes_the_precision_is_refused():
    def hostile(x):
        flint.ctx.prec = 3
        less(x, exp(x))

    before = flint.ctx.prec
    with pytest.raises(ClaimError, match=r"changes the precision of balls, flint\.ctx\.prec: leave that"):
        judge_in_balls(hostile, lambda _: {"x": balls(rationals(3))}, 64)
    assert flint.ctx.prec == before


def test_the_state_of_balls_is_that_of_the_innermost_block():
    before = flint.ctx.prec, flint.ctx.threads
    flint.ctx.threads = 2
    with working_precision(100):
        assert (flint.ctx.prec, flint.ctx.threads) == (100, 1)
        with pytest.raises(ZeroDivisionError), working_precision(30):
            1 / (flint.ctx.prec - 30)
        assert flint.ctx.prec == 100
    assert (flint.ctx.prec, flint.ctx.threads) == (before[0], 2)
    flint.ctx.threads = before[1]


@pytest.mark.parametrize("ending", ["", "1 / 0", "return 1"])
def test_a_process_that_a_body_forks_judges_nothing(ending, tmp_path):
    log = tmp_path / "log"
    source = f"def body(x):\n    if os.fork() == 0:\n        {ending or 'pass'}\n    equal(x, x)\n"
    spoken = {"os": os, "equal": equal}
    exec(source, spoken)
    process = os.getpid()
    try:
        statements(spoken["body"], {"x": rationals(1)})
    finally:
        with log.open("a") as file:
            print(os.getpid(), file=file)
        if os.getpid() != process:
            os._exit(1)
    assert os.wait()[1] == 0  # nothing went wrong
    assert log.read_text() == f"{process}\n"


@pytest.mark.parametrize("x", [fmpq(-(10**30) - 1, 3), fmpq(1, 3 * 10**70), fmpq(2**5000, 3), arb(2) ** -90000, arb(7)])
def test_decimals_are_written_in_a_context_of_their_own(x):
    plain = enclosure(x)
    with localcontext(prec=2, Emax=5, Emin=-5, capitals=0, rounding="ROUND_UP") as context:
        context.traps = dict.fromkeys(context.traps, True)
        assert enclosure(x) == plain
    low, high = (Decimal(text) for text in plain.values())
    assert low <= high


def test_a_run_neither_depends_on_random_numbers_of_others_nor_disturbs_them():
    def body(x: Scalar):
        equal(x * x, x * x)
        less(x, 10**9)

    results = []
    for seed in (0, 1):
        random.seed(seed)
        np.random.seed(seed)
        state = random.getstate(), str(np.random.get_state()), mpmath.mp.prec, str(np.geterr())
        result = run_claim(claim_of(body), 20, 0)
        results.append((result.verdict, result.examples, result.certain))
        assert state == (random.getstate(), str(np.random.get_state()), mpmath.mp.prec, str(np.geterr()))
    assert results[0] == results[1]


def test_where_the_folder_of_the_user_is_gone_a_claim_is_judged_all_the_same(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    def body(x):
        less(x, 2)

    assert [truth.value for truth in statements(body, {"x": rationals(1)})] == [True]


def test_a_body_that_goes_elsewhere_leaves_the_user_where_he_is(tmp_path):
    here = Path.cwd()

    def body(x, wrong):
        os.chdir(tmp_path)
        if wrong:
            raise ZeroDivisionError
        less(x, 2)

    statements(body, {"x": rationals(1), "wrong": False})
    assert Path.cwd() == here
    with pytest.raises(ZeroDivisionError):
        statements(body, {"x": rationals(1), "wrong": True})
    assert Path.cwd() == here
