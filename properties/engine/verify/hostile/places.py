"""Folders, pipes, devices, links and names of strangers: nothing is waited for, nothing written through a link."""

import json
import os
import time
import zipfile
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis.database import DirectoryBasedExampleDatabase, InMemoryExampleDatabase

from properties.engine.helpers.certificates import certified, resealed
from properties.engine.helpers.commands import refused
from properties.engine.helpers.findings import REPLICATION, SVG
from properties.engine.helpers.hostile import unharmed
from properties.engine.helpers.readers import CLAIM, COURSE
from verify.certificates import checker, shelf
from verify.certificates.checker import check
from verify.certificates.format import certificate
from verify.certificates.pool import Pool, Server
from verify.claims.counterexample import Counterexample
from verify.commands.main import main
from verify.errors import UsageError
from verify.files import atomic_write
from verify.registry.loading import load_file
from verify.replicate.checkpoints import Checkpoints
from verify.report.files import replication_of
from verify.workers.limits import GivenUp, time_limit

ENDLESS = """
from verify import Scalar, claim, leq

@claim("own/endless", "it is small, where it can be told")
def test_endless(x: Scalar):
    while bool(x.array > 5):
        pass
    leq(x, 1)
"""


@pytest.fixture(autouse=True)
def _sent(sent):
    """All of these work in a folder with claims."""


def test_nothing_waits_for_a_pipe_that_nobody_writes_to(registry, capsys, tmp_path):
    os.mkfifo("pipe.json")
    Path("found").mkdir()
    os.mkfifo(shelf.path_of(registry[CLAIM], Path("found")))
    os.mkfifo(Checkpoints(Path(), "1" * 64).path(0, 0))
    with unharmed(tmp_path):
        for arguments in (["check"], ["picture"], *(["report", option] for option in ("--from", "--gate", "--hunt"))):
            assert "not JSON" in refused(capsys, *arguments, "pipe.json")
        assert "not JSON" in refused(capsys, "keep", CLAIM, "--from", "found")
        assert Checkpoints(Path(), "1" * 64).load(0, 0) is None


def test_what_somebody_writes_into_a_pipe_is_read(capsys):
    content = json.dumps(certified(CLAIM)).encode()
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    assert main(["check", f"/dev/fd/{reading}"]) == 0
    os.close(reading)


def test_a_device_is_not_read(capsys):
    Path("link.json").symlink_to("/dev/zero")
    for option in (["check"], ["picture"], ["report", "--from"]):
        assert "cannot be read: is a device" in refused(capsys, *option, "link.json")


@pytest.mark.parametrize("name", ["\x1b[2J.json", "a\nb.json: valid.json", "\u202e.json", "\udcff.json"])
def test_a_name_moves_no_cursor_and_adds_no_line(name, capsys):
    Path(name).write_text(json.dumps(certified(CLAIM)), encoding="utf-8")
    assert main(["check", "--independent", name]) == 0
    out, _ = capsys.readouterr()
    assert [line.isprintable() for line in out.splitlines()] == [True, True]


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def precious(tmp_path_factory):
    """Return a file in another folder, which nobody may write to."""
    file = tmp_path_factory.mktemp("elsewhere") / "precious"
    file.write_text("precious")
    yield file
    assert file.read_text() == "precious"


def test_what_is_written_under_a_name_of_ours_goes_through_no_link(registry, precious):
    claim, content = registry[CLAIM], certified(CLAIM)
    path = shelf.path_of(claim, Path("found"))
    path.parent.mkdir()
    path.symlink_to(precious)
    Path("found", f".{path.name}.{os.getpid()}").symlink_to(precious)
    shelf.keep(check(content, registry), Path("found"))
    assert not path.is_symlink()
    assert json.loads(path.read_text(encoding="utf-8")) == content
    path.unlink()
    os.mkfifo(path)
    shelf.write(content, path)
    assert path.is_file()


def test_a_link_that_the_user_names_stays_one(tmp_path):
    Path("link").symlink_to(tmp_path / "file")
    with atomic_write(Path("link"), named=True) as draft:
        draft.write_text("new")
    assert (Path("link").is_symlink(), Path("file").read_text()) == (True, "new")


def test_a_hunt_writes_through_no_link(precious, capsys):
    for end in ("json", "tex"):
        path = Path("counterexamples", f"forged_bounded.{end}")
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(precious)
    assert main(["hunt", CLAIM, "--budget", "1", "--jobs", "1"]) == 1
    assert Path("counterexamples/forged_bounded.tex").read_text(encoding="utf-8").startswith("\\paragraph")


def test_a_report_writes_through_no_link(precious, capsys):
    told = {"version": 1, "written": "", "run": {}, "claims": []}
    for name in ("page", "other"):
        Path(name).mkdir()
        Path(name, "manifest.json").write_text(json.dumps(told))
    Path("page/index.html").symlink_to(precious)
    Path("other/certificates").symlink_to(precious.parent)
    assert main(["report", "forged.py", "--from", "run.json", "-o", "page"]) in (0, 1)
    assert Path("page/index.html").read_text(encoding="utf-8").startswith("<!")
    capsys.readouterr()
    assert "certificates is a link" in refused(capsys, "report", "forged.py", "--from", "run.json", "-o", "other")


def test_a_figure_of_another_folder_is_not_shown(precious):
    secret = precious.parent / "secret.svg"
    secret.write_bytes(SVG)
    Path("link.svg").symlink_to(secret)
    names = [str(secret), os.path.relpath(secret), "link.svg"]
    Path("r.json").write_text(json.dumps(REPLICATION | {"figures": names}))
    assert list(replication_of(Path("r.json")).figures) == []


def test_how_a_picture_looks_is_not_said_by_the_folder(capsys):
    """A ``matplotlibrc`` that lies in it sets these, and may ask for LaTeX to be run."""
    hunt = {"course": COURSE, "target": "own/$x_1$", "verdict": "refuted", "instances": 90}
    Path("hunt.json").write_text(json.dumps(hunt))
    drawn = []
    for said in ({}, {"text.usetex": True, "font.size": 40.0, "svg.fonttype": "path"}):
        with mpl.rc_context(said):
            assert main(["picture", "hunt.json"]) == 0
        drawn.append(capsys.readouterr().out)
    assert drawn[0] == drawn[1]


# --- what takes for ever, or all memory -------------------------------------------------------------------------------


@pytest.fixture
def endless(monkeypatch):
    """Return a valid certificate, and one at whose instance the claim never answers."""
    Path("endless.py").write_text(ENDLESS, encoding="utf-8")
    (claim,) = load_file(Path("endless.py"))
    instance = claim.signature.infer({"x": 2})
    good = certificate(Counterexample(claim, instance, claim.judge(instance)))
    monkeypatch.setattr(checker, "PATIENCE", 0.2)
    return claim, good, resealed(good, inputs={"x": "7"})


def test_a_claim_that_never_answers_there_is_not_judged(endless, capsys):
    _, good, bad = endless
    for name, data in (("good", good), ("bad", bad)):
        Path(f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    assert main(["check", "bad.json", "good.json"]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("good.json: valid")
    assert err == "bad.json: not judged: own/endless takes more than 0.2 s there\n"


def test_what_is_not_judged_stays_in_the_database(endless):
    claim, good, bad = endless
    database, key = InMemoryExampleDatabase(), b"vae-verify:own/endless"
    for data in (bad, good):
        database.save(key, json.dumps(data).encode())
    assert [found.instance.encode() for found in Pool(database, pytest.fail).fetch(claim)] == [good["inputs"]]
    assert len(set(database.fetch(key))) == 2


def test_a_limit_of_time_within_another_is_no_end_of_that():
    def after_another():
        with time_limit(60):
            pass
        time.sleep(60)

    with pytest.raises(GivenUp), time_limit(0.05):
        after_another()
    with pytest.raises(GivenUp), time_limit(0.05), time_limit(60):
        time.sleep(60)
    with pytest.raises(GivenUp), time_limit(60), time_limit(0.05):
        time.sleep(60)


def test_a_database_that_waits_is_waited_for_a_little(registry, monkeypatch):
    monkeypatch.setattr("verify.certificates.pool._PATIENCE", 0.2)
    folder = DirectoryBasedExampleDatabase("database")
    folder.save(f"vae-verify:{CLAIM}".encode(), b"{}")
    (place,) = {path.parent for path in Path("database").rglob("*") if path.is_file() and path.read_bytes() == b"{}"}
    os.mkfifo(place / "pipe")
    assert Pool(folder, pytest.fail).fetch(registry[CLAIM]) == []


def test_a_checkpoint_is_unpacked_and_unpickled_by_nobody(tmp_path):
    class Canary:
        def __reduce__(self):
            return os.mkdir, ("canary",)

    checkpoints = Checkpoints(tmp_path, "0" * 64)
    state = {"done": np.array(7), "parameter x": np.zeros(100_000)}
    checkpoints.save(0, 0, state)
    path = checkpoints.path(0, 0)
    with np.load(path) as file:
        whole = dict(file)
    np.savez_compressed(path, **whole)
    assert path.stat().st_size < 10_000
    assert checkpoints.load(0, 0) is None
    np.savez(path, **whole | {"x": np.array([Canary()], dtype=object)})
    assert checkpoints.load(0, 0) is None
    assert not Path("canary").exists()
    np.savez(path, **whole)
    assert checkpoints.load(0, 0) is not None
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("../escaped.npy", b"")
    assert checkpoints.load(0, 0) is None


@pytest.mark.parametrize(
    "url", ["redis://localhost:1?foo=bar", "redis://localhost:1?connection_class=os", "redis://[::1", "://"]
)
def test_an_address_that_is_none_is_refused_in_a_line(url):
    pytest.importorskip("redis")
    with pytest.raises(UsageError, match="write redis://host:port/0"):
        _ = Server(url).opened
