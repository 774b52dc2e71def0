"""The hunt on a Dask cluster: the answer of a local one, whichever worker dies, and one line where there is none."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from properties.engine.helpers.waiting import until
from verify.commands.main import main

NEEDLE = """
import os, time
from pathlib import Path
from verify import Vector, claim, leq

@claim("far/needle", "false where all sizes are 4, and held on the way there", kind="inequality")
def test_needle(a: Vector["d"], b: Vector["k"], c: Vector["r"]):
    sizes, folder = (*a.shape, *b.shape, *c.shape), Path(__file__).parent
    if sizes[0] == 3:
        (folder / f"worker-{os.getpid()}").touch()
        while (folder / "held").exists():
            time.sleep(0.01)
    volume = a.sum() * b.sum() * c.sum()
    leq(volume, 1 / 8 if sizes == (4, 4, 4) else volume)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAE_VERIFY_DATABASE", str(tmp_path / "examples"))
    return tmp_path


def command(*arguments):
    """Return the command line of a hunt."""
    return [sys.executable, "-m", "verify", "hunt", *map(str, arguments), "--json", "-"]


@pytest.mark.slow
def test_a_hunt_on_a_cluster_survives_the_death_of_a_worker_with_the_answer_of_a_local_one(
    folder, dask, capsys, monkeypatch, unhurried
):
    dask.work(2)
    (folder / "far.py").write_text(NEEDLE, encoding="utf-8")
    (folder / "held").touch()  # until both workers have a part in it, and one is dead

    def kill_one():
        until(lambda: len(list(folder.glob("worker-*"))) == 2)
        os.kill(int(next(folder.glob("worker-*")).name.removeprefix("worker-")), signal.SIGKILL)
        (folder / "held").unlink()

    with ThreadPoolExecutor(1) as killer:
        killed = killer.submit(kill_one)
        status = main(["hunt", "far.py", "--seed", "5", "--scheduler", dask.address, "--budget", "300", "--json", "-"])
    killed.result()
    out, err = capsys.readouterr()
    assert (status, err) == (1, "")
    far = json.loads(out)
    assert (far["verdict"], far["strategy"], far["errors"]) == ("refuted", "bulk", [])
    assert main(["check", "--claims", "far.py", far["certificate"]]) == 0
    found = json.loads((folder / far["certificate"]).read_text(encoding="utf-8"))
    assert sum(process.poll() is not None for process in dask.processes) == 1

    capsys.readouterr()
    monkeypatch.setenv("VAE_VERIFY_DATABASE", str(folder / "other-examples"))  # from scratch
    assert main(["hunt", "far.py", "--seed", "5", "--budget", "300", "--out", "near", "--json", "-"]) == 1
    near = json.loads(capsys.readouterr().out)
    assert near["strategy"] == "bulk"
    assert json.loads((folder / near["certificate"]).read_text(encoding="utf-8")) == found


@pytest.mark.slow
def test_a_cluster_judges_the_claim_as_it_now_is_and_its_end_is_an_answer_too(folder, dask):
    true = NEEDLE.replace("1 / 8 if sizes == (4, 4, 4) else ", "")
    assert subprocess.run(command("far.py", "--scheduler", dask.address), check=False).returncode == 2  # no file
    (folder / "far.py").write_text(NEEDLE, encoding="utf-8")
    idle = subprocess.run(
        command("far.py", "--scheduler", dask.address), capture_output=True, text=True, check=False, timeout=300
    )
    assert idle.returncode == 2
    assert "has no workers" in idle.stderr
    dask.work(2)
    assert subprocess.run(command("far.py", "--scheduler", dask.address), check=False, timeout=300).returncode == 1
    (folder / "far.py").write_text(true, encoding="utf-8")
    survived = command("far.py", "--scheduler", dask.address, "--budget", "2")
    assert subprocess.run(survived, check=False, timeout=300).returncode == 0

    for mark in folder.glob("worker-*"):
        mark.unlink()
    hunt = subprocess.Popen(
        command("far.py", "--scheduler", dask.address, "--budget", "100"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until(lambda: list(folder.glob("worker-*")), hunt)
    dask.scheduler.kill()
    out, err = hunt.communicate(timeout=300)
    assert hunt.returncode == 1
    assert "Traceback" not in err
    assert any("nobody answers" in error for error in json.loads(out)["errors"])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "write tcp://host:port"),
        ("nowhere", "write tcp://host:port"),
        ("tcp://host", "write tcp://host:port"),
        ("tcp://127.0.0.1:1", "nobody answers"),
    ],
)
def test_a_cluster_that_is_not_there_is_one_line(folder, capsys, monkeypatch, address, words):
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    monkeypatch.setattr("verify.workers.cluster._PATIENCE", 0.3)
    (folder / "far.py").write_text(NEEDLE, encoding="utf-8")
    assert main(["hunt", "far.py", "--scheduler", address]) == 2
    out, err = capsys.readouterr()
    ours = [line for line in err.splitlines() if line.startswith("vae-verify")]  # a client that Dask drops may complain
    assert (out, len(ours)) == ("", 1)
    assert words in ours[0]


def test_a_scheduler_without_the_extra_says_what_to_install(folder, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    (folder / "far.py").write_text(NEEDLE, encoding="utf-8")
    assert main(["hunt", "far.py", "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "pip install 'vae-verify[dask]'" in capsys.readouterr().err
