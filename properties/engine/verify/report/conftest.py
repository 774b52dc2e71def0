"""Reports that tests look at, of a stranger's claims and of all papers, and a browser that opens them."""

import json
import shutil
import sys
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.findings import GATE, HUNT, REPLICATION, SVG
from properties.engine.helpers.pages import Page
from verify.commands.main import main
from verify.registry.declare import REGISTRY
from verify.registry.selection import select

HOSTILE = r'''
from verify import Scalar, Matrix, claim, equal, leq

@claim("own/square", "0 \\le x^2", kind="inequality", label="<img src=x onerror=alert(1)>")
def test_square(x: Scalar):
    """It holds <script>alert(2)</script> for *every* x_i, as ``<b>`` says.

    </article><svg onload=alert(3)>
    """
    leq(0, x * x)

@claim("own/shift", r"\text{</script><script>alert(4)</script>}\href{javascript:alert(5)}{x}=x+1", expected="refuted")
def test_shift(x: Scalar):
    """False: <script>alert(6)</script>."""
    equal(x, x + 1)  # </pre><script>alert(7)</script>

@claim("own/symmetric", "]]><!-- <script>alert(8)</script> --> holds", expected="proved")
def test_symmetric(A: Matrix["d d"]):
    equal(A, A.mT)
'''


def reported(folder, *arguments):
    """Return the status of a report into a folder, and what it wrote."""
    return written(folder, status=main(["report", "-o", str(folder), *arguments]))


def written(folder, **known):
    """Return what a report wrote into a folder."""
    html = (folder / "index.html").read_text(encoding="utf-8")
    return SimpleNamespace(folder=folder, html=html, page=Page(html), **known)


@pytest.fixture(scope="session")
def own(tmp_path_factory):
    """Return the report of a stranger's three claims, whose every text is hostile: one holds, two are refuted."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "own.py").write_text(HOSTILE, encoding="utf-8")
    path, claims = list(sys.path), set(REGISTRY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        found = reported(folder / "report", "own.py", "--max-examples", "20", "--jobs", "1")
    found.run = json.loads((folder / "report" / "run.json").read_text(encoding="utf-8"))
    for id in REGISTRY.keys() - claims:  # it is made before what forgets the claims of a test
        del REGISTRY[id]
    sys.path[:] = path
    return found


@pytest.fixture
def again(own, tmp_path, monkeypatch):
    """Work in a copy of the stranger's folder, where nothing is judged; return what writes a report of a run there."""
    shutil.copytree(own.folder.parent, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def write(run, *arguments):
        Path("saved.json").write_text(json.dumps(run), encoding="utf-8")
        return reported(Path("again"), "own.py", "--from", "saved.json", *arguments)

    return write


def of_papers(once, name, claims):
    """Return the report of a run that gives claims of the papers the verdicts that are expected of them; built once."""

    def build(folder):
        folder.mkdir()
        write(folder, run=as_expected())
        ids = [claim.id for claim in claims]
        main(["report", *ids, "-o", str(folder / "report"), "--from", str(folder / "run.json")])

    return written(once(name, build) / "report", claims=claims)


@pytest.fixture(scope="session")
def whole(once):
    """Return the report of every claim of the papers."""
    return of_papers(once, "whole", select([], slow=True))


@pytest.fixture(scope="session")
def some(once):
    """Return the report of a claim of each kind of verdict in each paper, and of one that an address leads to."""
    claims = select([], slow=True)
    kinds = {(c.paper, c.expected, bool(c.corner), bool(c.reading), bool(c.same_as)): c for c in claims}
    ids = {"koehler2022/lemma-3.optimal-d", "dai2018/appendix-c.factor-n"}
    ids |= {id for claim in kinds.values() for id in (claim.id, claim.same_as)}
    return of_papers(once, "some", [claim for claim in claims if claim.id in ids])


@pytest.fixture(params=["some", pytest.param("whole", marks=pytest.mark.long)])
def papers_report(request):
    """Return the report of some claims of the papers, then that of all."""
    return request.getfixturevalue(request.param)


def as_expected():
    """Return such a run."""
    claims = [
        {
            "id": claim.id, "verdict": claim.expected, "expected": claim.expected, "examples": 100, "certain": 99,
            "indistinguishable": 1, "bits": 1020, "seconds": 0.25, "certificate": None, "message": "",
            "source": claim.digest,
        }
        for claim in select([], slow=True)
    ]  # fmt: skip
    return {"version": 1, "seed": 3, "claims": claims}


def write(folder, **files):
    """Write files of JSON, and the figure of an experiment."""
    for name, data in files.items():
        (folder / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    (folder / "figure.svg").write_bytes(SVG)


@pytest.fixture(scope="session")
def every(tmp_path_factory):
    """Return a small report that has of everything one: of claims of all verdicts, findings, and what changed."""
    folder = tmp_path_factory.mktemp("every")
    ids = ["koehler2022/theorem-6.*", "wang2022/theorem-2*", "dai2018/eq-1", "koehler2022/table-1"]
    run, old = as_expected(), as_expected()
    run["claims"] = [c for c in run["claims"] if any(fnmatch(c["id"], pattern) for pattern in ids)]
    run["claims"][0] |= {"verdict": "error", "message": "the claim raises ValueError: no <value>"}
    run["claims"].pop()
    hunt = HUNT | {"target": "dai2018/eq-1"}
    write(folder, run=run, old=old, gate=GATE, fine=GATE | {"outcome": "accepted"}, hunt=hunt, replicate=REPLICATION)
    given = {"from": "run", "against": "old", "gate": "gate", "hunt": "hunt", "replicate": "replicate"}
    options = [text for name, file in given.items() for text in (f"--{name}", str(folder / f"{file}.json"))]
    return reported(folder / "report", *ids, *options, "--gate", str(folder / "fine.json"))


@pytest.fixture
def opened(browser):
    """Return what opens the page of a report; whatever it logs, asks for or pops up fails the test."""
    contexts, complaints = [], []

    def open_page(report, viewport=None, **options):
        context = browser.new_context(
            viewport=viewport or {"width": 1280, "height": 900}, offline=True, reduced_motion="reduce", **options
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: complaints.append(request.url) if asks(request.url) else None)
        address = (report.folder / "index.html").as_uri()

        def asks(url):
            return not url.startswith("data:") and url.partition("#")[0] != address

        page.goto(address)
        return page

    open_page.complaints = complaints
    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
