"""What every command prints fits a terminal of 80 columns, and one of 40, where nothing is lost of it."""

import contextlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from properties.engine.helpers.slow import thinned
from properties.engine.helpers.terminals import too_long
from verify.claims.entry import Verdict
from verify.commands import explore, gate, hunt, picture, replicate, run
from verify.commands.main import main, parser
from verify.explore.exploration import Line
from verify.explore.hunting import Answer
from verify.gate.findings import Code, Finding
from verify.gate.report import Report
from verify.gate.shapes import Shape
from verify.hunt.examiner import Findings, Nearest
from verify.hunt.report import rechecked
from verify.hunt.state import Hunt
from verify.pictures.picture import Picture
from verify.replicate import coordinator
from verify.replicate.experiment import Replication, Row
from verify.running.result import Result
from verify.writing.refutations import refutation_text

WIDE = '''
from reference.arithmetic import trace
from verify import Matrix, claim, equal

@claim("wide/cycle", r"\\operatorname{tr}(ABC) = \\operatorname{tr}(ACB) \\text{ for all square matrices of any size}")
def test_cycle(A: Matrix["7 7"], B: Matrix["7 7"], C: Matrix["7 7"]):
    """A first sentence, which is longer than any of the two terminals is wide, so that it has to go on on another line.

    And a second paragraph, which goes on
    on another line by itself.
    """
    equal(trace(A @ B @ C), trace(A @ C @ B))
'''
REFUTED = "wang2022/proposition-2"
CERTIFICATE = str(Path("properties/wang2022/claims/certificates/proposition-2.json").absolute())
ERROR = "the claim raises IndexError at wide.py:7: index 1 is out of bounds for axis 0 with size 1, at (n = 3, d = 1)"


def unit(*place):
    """Return a matrix with one entry that is long, as data."""
    return [["-1048577/16384" if (i, j) == place else "0" for j in range(7)] for i in range(7)]


def searched(hunted, *_):
    """Find at once what took a hunt long: a counterexample that is kept, or kinds, sizes and a near miss in plenty."""
    if hunted.claim.id == REFUTED:
        hunted.total.certificate, hunted.total.strategy = json.loads(Path(CERTIFICATE).read_text()), "bulk"
        hunted.found_after = 0.5
        return
    kinds = {"general": 9278, "of lower rank": 1248, "diagonal": 7, "equal": 129, "scalar": 15, "zero": 3120}
    inputs = {"A": unit(0, 1), "B": unit(1, 2), "C": unit(2, 3)}
    hunted.total = Findings(
        "", 215950, 500, 215950, 3, 2, kinds, {1: 30739, 2: 185211}, patterns=[()], confirmed=True,
        nearest=Nearest(0.25, {}, inputs, "general"), errors=[ERROR, f"again: {ERROR}"] * 2,
    )  # fmt: skip
    hunted.strategies = ["bulk", "hypothesis", "lattice", "descent"]


def explored(known, _):
    """Find at once what took an exploration long."""
    claim = known.claim
    refuted, open = Hunt(claim, 0, 1.0), Hunt(claim, 0, 1.0)
    searched(refuted)
    open.total = Findings("", 296682, 5, confirmed=True)
    failed = Hunt(claim, 0, 1.0)
    failed.total.errors.append(ERROR)
    found = rechecked(refuted, refuted.total.certificate)
    path = Path("counterexamples") / f"{claim.id.replace('/', '_')},sigma=Vector.json"
    known.base, known.finished = Answer(claim, open), True
    answers = Answer(claim, refuted, found, path), Answer(claim, open), Answer(claim, failed)
    known.lines += [Line("sigma: positive vector → any vector", answer) for answer in answers]


def judged(claims, *_):
    """Say at once of claims all that a run can say, in so many words."""
    refuted = Hunt(next(claim for claim in claims if claim.id == REFUTED), 0, 1.0)
    searched(refuted)
    text = refutation_text(rechecked(refuted, refuted.total.certificate), Path("a folder/it.json"))
    yield Result(REFUTED, Verdict.REFUTED, Verdict.HOLDS, 1, 1, message=text)
    verdicts = [*Verdict, Verdict.ERROR, Verdict.UNDECIDED]
    for claim, verdict in zip([claim for claim in claims if claim.id != REFUTED], verdicts, strict=False):
        expected = Verdict.HOLDS if verdict in (Verdict.UNDECIDED, Verdict.ERROR) else verdict
        yield Result(
            claim.id, verdict, expected, 100, 1, 99, 1021, 1234.5, message=ERROR, unkept=f"{claim.id}: {ERROR}"
        )


def gated(target, *_):
    """Say at once of a loss what is wrong with it."""
    objective = "½‖x−x̂‖²  +  (n*d/100000)·KL(N(μ, diag e^logvar) ‖ N(0, I)),   times 2/d, averaged over the batch"
    return Report(
        target, "defect", objective, findings=[Finding(code, ERROR) for code in Code], assumed=[ERROR],
        undecided=[ERROR], examined=["value", "gradient"], shapes=[Shape(4, 6, 3)] * 9, consequence=ERROR,
    )  # fmt: skip


def replicated(experiment, seeds, *_):
    """Train nothing."""
    names = list(experiment.settings[0].paper)
    rows = [
        Row(setting, {name: [0.123456 * seed for seed in seeds] for name in names}) for setting in experiment.settings
    ]
    return Replication(rows, {})


NAMES = re.findall(r"^    ([a-z]+)\b", parser().format_help(), re.MULTILINE)
COMMANDS = [
    [], ["--help"], *([name, "--help"] for name in NAMES),
    ["run", "wang2022/*"], ["hunt", "wide.py"], ["hunt", REFUTED], ["explore", REFUTED], ["gate", "my_loss.py:loss"],
    ["replicate", "koehler2022/table-1"], ["replicate", "koehler2022/table-5"], ["claims"],
    ["show", "wide.py", "koehler2022/theorem-6.loss", REFUTED, "koehler2022/table-1"],
    ["check", CERTIFICATE, CERTIFICATE], ["check", "--claims", "wide.py", "wide.json"],
    ["keep", "wide.py"], ["picture", CERTIFICATE, "-o", "it.svg"],
]  # fmt: skip


@pytest.fixture
def printed(tmp_path, monkeypatch, registry, capsys):
    """Return what a command prints on so many columns, on its output and its errors; None is a pipe."""
    monkeypatch.chdir(tmp_path)
    Path("wide.py").write_text(WIDE, encoding="utf-8")
    monkeypatch.setattr(hunt, "search", searched)
    monkeypatch.setattr(explore, "explore", explored)
    for module in (hunt, explore):
        monkeypatch.setattr(module, "workers_of", lambda *_: (contextlib.nullcontext(), 1))
    monkeypatch.setattr(run, "run_claims", judged)
    monkeypatch.setattr(gate, "gate_target", gated)
    monkeypatch.setattr(picture, "_of", lambda *_: Picture(Figure(), "A title", ERROR, {}))
    monkeypatch.setattr(coordinator, "replicate", replicated)
    monkeypatch.setattr(replicate, "_keep", lambda *_: None)
    monkeypatch.setattr("time.perf_counter", lambda: 0.0)

    def call(command, columns):
        monkeypatch.delenv("COLUMNS", raising=False)
        if columns is not None:
            monkeypatch.setenv("COLUMNS", str(columns))
        with contextlib.suppress(SystemExit):
            main(command)
        return capsys.readouterr()

    return call


def words(text):
    """Return how often there is each word, without what separates columns."""
    return Counter(word.strip(",;") for word in text.split() if set(word) != {"─"})


@pytest.mark.parametrize("command", thinned(COMMANDS, 2, mark="long"), ids=lambda command: " ".join(command)[:30])
def test_it_fits_and_nothing_is_lost(command, printed):
    wide = printed(command, None)
    assert (wide.out + wide.err).strip()
    assert len(wide.err.splitlines()) <= 1
    for width in (80, 40):
        narrow = printed(command, width)
        assert narrow.err == wide.err
        assert not too_long(narrow.out, width)
        assert not [line for line in narrow.out.splitlines() if line != line.rstrip()]
        assert "\x1b" not in wide.out + wide.err + narrow.out
        missing = words(wide.out) - words(narrow.out)
        assert not missing
        assert words(narrow.out).keys() == words(wide.out).keys()
