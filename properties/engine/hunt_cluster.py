"""The hunt in executors of all kinds: the same answer everywhere, whatever dies or hangs there."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from verify.checker import check
from verify.claims import REGISTRY
from verify.cli import main
from verify.executors import Workers, ended, turn
from verify.hunt import search as searching
from verify.hunt.search import Hunt, search
from verify.inventory import Source, find, load_file

NEEDLE = """
import os, time
from pathlib import Path
from verify import Vector, claim, leq

@claim("far/needle", "false where all sizes are 4, and slow on the way there", kind="inequality")
def test_needle(a: Vector["d"], b: Vector["k"], c: Vector["r"]):
    sizes = (*a.shape, *b.shape, *c.shape)
    if sizes[0] == 2:
        (Path(__file__).parent / f"worker-{os.getpid()}").touch()
        time.sleep(0.05)
    volume = a.sum() * b.sum() * c.sum()
    leq(volume, 1 / 8 if sizes == (4, 4, 4) else volume)
"""

ALONE = """
import threading
import time
from verify import Matrix, claim, leq
from reference.arithmetic import trace

inside, most = 0, 0
guard = threading.Lock()

@claim("far/alone", "the trace is not above 2, of 3 by 3 matrices")
def test_alone(A: Matrix["d d", {"d": (2, 3)}]):
    global inside, most
    with guard:
        inside += 1
        most = max(most, inside)
    time.sleep(0.0005)  # another thread may enter
    with guard:
        inside -= 1
    leq(trace(A), 2 if A.shape[-1] == 3 else trace(A))
"""

HEAD = "import os, sys\nfrom pathlib import Path\nfrom verify import Matrix, Scalar, claim, leq, equal\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in an empty folder, and forget afterwards what is stated there."""
    known = dict(REGISTRY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAE_VERIFY_DATABASE", str(tmp_path / "examples"))
    yield tmp_path
    REGISTRY.clear()
    REGISTRY.update(known)


def stated(folder, text, name="far.py"):
    """Write a file of one claim and load it."""
    (folder / name).write_text(text, encoding="utf-8")
    return load_file(folder / name)[0]


def hunted(claim, make, jobs, seed=0, budget=20.0):
    """Hunt in an executor and return what was found; nothing is written down."""
    hunt = Hunt(claim, seed, budget)
    with Workers(make) as workers:
        search(hunt, workers, jobs, None)
    return hunt.total


# --- any executor ---------------------------------------------------------------------------------------------------


def test_the_answer_does_not_depend_on_the_executor(folder):
    claim = stated(folder, ALONE)
    alone = sys.modules["claims_of_far"]
    answers = []
    for kind in (ProcessPoolExecutor, ThreadPoolExecutor):
        for jobs in (1, 2, 3):
            found = hunted(claim, lambda kind=kind, jobs=jobs: kind(jobs), jobs, seed=3)
            check(found.certificate, {claim.id: claim})
            assert (found.strategy, found.errors) == ("bulk", [])
            answers.append(found.certificate)
    assert all(answer == answers[0] for answer in answers)
    assert alone.most == 1, "two threads compute at once, with one working precision between them"


def test_a_process_that_dies_once_costs_nothing(folder):
    dying = "    if not Path('died').exists():\n        Path('died').touch()\n        os._exit(1)\n"
    text = HEAD + f"@claim('far/dies', 'x ≤ 3')\ndef test_dies(x: Scalar):\n{dying}    leq(x, 3)\n"
    for jobs in (1, 2, 3):
        (folder / "died").unlink(missing_ok=True)
        found = hunted(stated(folder, text), lambda jobs=jobs: ProcessPoolExecutor(jobs), jobs)
        assert (folder / "died").exists()
        assert found.certificate is not None
        assert found.errors == []


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_claim_that_ends_every_process_is_an_error_and_no_endless_hunt(folder, jobs):
    text = HEAD + "@claim('far/exits', 'x ≤ 3')\ndef test_exits(x: Scalar):\n    os._exit(1)\n"
    found = hunted(stated(folder, text), lambda: ProcessPoolExecutor(jobs), jobs)
    assert found.certificate is None
    assert "a process died" in found.errors[0]


def test_a_claim_that_loops_in_a_thread_is_ended_and_the_next_one_has_its_turn(folder, monkeypatch):
    monkeypatch.setattr(searching, "SIMPLIFYING", 0.2)
    text = HEAD + "@claim('far/loops', 'x ≤ 3')\ndef test_loops(x: Scalar):\n    while True:\n        pass\n"
    found = hunted(stated(folder, text), lambda: ThreadPoolExecutor(1), 1, budget=0.5)
    assert found.certificate is None
    assert "does not return" in found.errors[0]
    with turn(5):  # nobody computes any more
        pass
    assert hunted(stated(folder, ALONE, "next.py"), lambda: ThreadPoolExecutor(1), 1).certificate is not None


def test_a_block_that_takes_too_long_is_ended_in_any_thread_and_one_that_does_not_is_left_alone():
    class Over(BaseException):
        pass

    def run(seconds, work):
        try:
            with ended(seconds, Over):
                deadline = time.monotonic() + work
                while time.monotonic() < deadline:
                    pass
            for _ in range(100_000):  # nothing is raised later
                pass
        except Over:
            return "ended"
        return "done"

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run, 0.1, 60).result(timeout=30) == "ended"
        assert pool.submit(run, 60, 0.01).result(timeout=30) == "done"


def test_a_turn_that_does_not_come_is_refused():
    with turn(1), ThreadPoolExecutor(1) as pool:

        def wait():
            with turn(0.05):
                pass

        with pytest.raises(TimeoutError, match="restart"):
            pool.submit(wait).result()
    with turn(1):
        pass


def test_a_worker_uses_the_text_that_it_is_sent(folder):
    old = HEAD + "@claim('far/version', 'x ≤ 3')\ndef test_version(x: Scalar):\n    leq(x, 3)\n"
    sent = Source(str(folder / "elsewhere" / "version.py"), old)
    first = find("far/version", sent)
    assert first.statement == "x ≤ 3"
    assert find("far/version", sent) is first
    new = Source(sent.path, old.replace("3", "4"))
    second = find("far/version", new)
    assert second.statement == "x ≤ 4"
    assert second.digest != first.digest
    assert Source.of(second).text == new.text
    assert find("far/version", sent).statement == "x ≤ 3"
    (folder / "version.py").write_text(new.text, encoding="utf-8")
    here = find("far/version", Source(str(folder / "version.py"), new.text))
    assert here.source_file == folder / "version.py"


# --- Dask -----------------------------------------------------------------------------------------------------------


class Dask:
    """A scheduler and workers on loopback, which end with the test."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        file = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", file)
        while not (file.exists() and file.read_text()):
            assert self.scheduler.poll() is None
            time.sleep(0.05)
        self.address = json.loads(file.read_text())["address"]

    def start(self, *arguments):
        """Start a scheduler or worker, which knows nothing of the folder of the test."""
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        log = (elsewhere / f"log-{len(self.processes)}").open("w")
        command = [sys.executable, "-m", "dask", *map(str, arguments), "--no-dashboard"]
        self.processes.append(subprocess.Popen(command, cwd=elsewhere, stdout=log, stderr=log))
        return self.processes[-1]

    def work(self, workers):
        """Start workers, and wait until they are there."""
        from distributed import Client  # noqa: PLC0415

        own = ("--no-nanny", "--nthreads", "2", "--local-directory", self.folder / "elsewhere")
        processes = [self.start("worker", self.address, *own) for _ in range(workers)]
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        return processes


@pytest.fixture
def dask(folder):
    """Return a scheduler without workers."""
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    cluster = Dask(folder)
    yield cluster
    for process in cluster.processes:
        process.kill()
        process.wait()


def command(*arguments):
    """Return the command line of a hunt."""
    return [sys.executable, "-m", "verify", "hunt", *map(str, arguments), "--json", "-"]


def test_a_hunt_on_a_cluster_survives_the_death_of_a_worker_with_the_answer_of_a_local_one(
    folder, dask, capsys, monkeypatch
):
    dask.work(2)
    (folder / "far.py").write_text(NEEDLE, encoding="utf-8")
    hunt = subprocess.Popen(
        command("far.py", "--seed", 5, "--scheduler", dask.address), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while len(busy := list(folder.glob("worker-*"))) < 2:
        assert hunt.poll() is None, "the hunt has ended before both workers had a part in it"
        time.sleep(0.02)
    os.kill(int(busy[0].name.removeprefix("worker-")), signal.SIGKILL)
    assert hunt.poll() is None
    out, err = hunt.communicate(timeout=60)
    assert (hunt.returncode, err) == (1, b"")
    far = json.loads(out)
    assert (far["verdict"], far["strategy"], far["errors"]) == ("refuted", "bulk", [])
    assert main(["check", "--claims", "far.py", far["certificate"]]) == 0
    found = json.loads((folder / far["certificate"]).read_text(encoding="utf-8"))
    assert sum(process.poll() is not None for process in dask.processes) == 1

    capsys.readouterr()
    monkeypatch.setenv("VAE_VERIFY_DATABASE", str(folder / "other-examples"))  # from scratch
    assert main(["hunt", "far.py", "--seed", "5", "--out", "near", "--json", "-"]) == 1
    near = json.loads(capsys.readouterr().out)
    assert near["strategy"] == "bulk"
    assert json.loads((folder / near["certificate"]).read_text(encoding="utf-8")) == found


@pytest.mark.slow
def test_a_cluster_judges_the_claim_as_it_now_is_and_its_end_is_an_answer_too(folder, dask):
    false = NEEDLE.replace("sleep(0.05)", "sleep(0)")
    true = false.replace("1 / 8 if sizes == (4, 4, 4) else ", "").replace("sleep(0)", "sleep(0.05)")
    assert subprocess.run(command("far.py", "--scheduler", dask.address), check=False).returncode == 2  # no file
    (folder / "far.py").write_text(false, encoding="utf-8")
    idle = subprocess.run(
        command("far.py", "--scheduler", dask.address), capture_output=True, text=True, check=False, timeout=60
    )
    assert idle.returncode == 2
    assert "has no workers" in idle.stderr
    dask.work(2)
    assert subprocess.run(command("far.py", "--scheduler", dask.address), check=False, timeout=60).returncode == 1
    (folder / "far.py").write_text(true, encoding="utf-8")
    survived = command("far.py", "--scheduler", dask.address, "--budget", "2")
    assert subprocess.run(survived, check=False, timeout=60).returncode == 0

    for mark in folder.glob("worker-*"):
        mark.unlink()
    hunt = subprocess.Popen(
        command("far.py", "--scheduler", dask.address, "--budget", "100"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not list(folder.glob("worker-*")):
        assert hunt.poll() is None
        time.sleep(0.05)
    dask.scheduler.kill()
    out, err = hunt.communicate(timeout=60)
    assert hunt.returncode == 1
    assert "Traceback" not in err
    assert any("nobody answers" in error for error in json.loads(out)["errors"])


@pytest.mark.parametrize(
    ("address", "words"),
    [("", "write tcp://host:port"), ("nowhere", "write tcp://host:port"), ("tcp://127.0.0.1:1", "nobody answers")],
)
def test_a_cluster_that_is_not_there_is_one_line(folder, capsys, monkeypatch, address, words):
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    monkeypatch.setattr("verify.hunt.cluster._PATIENCE", 0.3)
    stated(folder, ALONE)
    assert main(["hunt", "far.py", "--scheduler", address]) == 2
    out, err = capsys.readouterr()
    ours = [line for line in err.splitlines() if line.startswith("vae-verify")]  # a client that Dask drops may complain
    assert (out, len(ours)) == ("", 1)
    assert words in ours[0]


def test_a_scheduler_without_the_extra_says_what_to_install(folder, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    stated(folder, ALONE)
    assert main(["hunt", "far.py", "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "pip install 'vae-verify[dask]'" in capsys.readouterr().err
