"""Files: written whole or not at all, somewhere if a disk is full, under any name; the helpers beside each."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from properties.engine.helpers.slow import but
from properties.engine.helpers.warm import warm
from verify.certificates import shelf
from verify.commands.main import main
from verify.files import atomic_write


def verify(*arguments, cwd, **options):
    """Run a command in a process of its own."""
    python = [sys.executable] if options else warm()
    command = [*python, "-m", "verify", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **options)


@pytest.mark.parametrize("kind", ["file", "link", "new"])
def test_a_file_that_cannot_be_written_whole_stays_as_it_was(kind, tmp_path):
    path = tmp_path / "old.json"
    if kind != "new":
        path.write_text("old")
    if kind == "link":
        path = tmp_path / "link.json"
        path.symlink_to("old.json")

    def fail():
        with atomic_write(path, named=True) as draft:
            draft.write_text("half")
            raise OSError(28, "No space left on device")

    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match="space"):
        fail()
    assert sorted(tmp_path.iterdir()) == before
    assert kind == "new" or path.read_text() == "old"
    with atomic_write(path, named=True) as draft:
        draft.write_text("new")
    assert path.read_text() == "new"
    assert path.is_symlink() == (kind == "link")


def test_a_device_is_written_to_and_stays_one(tmp_path, capsys, folder):
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], cwd=tmp_path, stdout=subprocess.PIPE)
    assert main(["run", "own.py::test_square", "--max-examples", "3", "--json", "pipe"]) == 0
    assert json.loads(reader.communicate(timeout=300)[0])["claims"][0]["verdict"] == "holds"
    assert (tmp_path / "pipe").is_fifo()
    assert main(["run", "own.py::test_square", "--max-examples", "3", "--json", "/dev/full"]) == 2
    assert Path("/dev/full").is_char_device()


@pytest.mark.long
def test_a_full_disk_leaves_the_old_results(folder):
    (folder / "results.json").write_text("old")

    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = verify("run", "own.py", "--max-examples", "3", "--json", "results.json", cwd=folder, preexec_fn=full)
    assert (folder / "results.json").read_text() == "old"
    assert not list(folder.glob(".results*"))
    assert "test_log" not in done.stderr
    assert (done.returncode, len(done.stderr.splitlines())) in [(2, 1), (2, 2)]


@pytest.mark.long
@pytest.mark.parametrize("lost", ["file", "full"])
def test_a_counterexample_is_shown_and_kept_whatever_the_folder_is(lost, folder, capsys, monkeypatch):
    if lost == "file":
        (folder / "counterexamples").write_text("in the way")
    else:
        keep = shelf.write

        def write(content, path):
            if path.parent.name == "counterexamples":
                raise OSError(28, "No space left on device")
            keep(content, path)

        monkeypatch.setattr(shelf, "write", write)
    assert main(["run", "own.py::test_symmetric", "--json", "results.json"]) == 0
    found = json.loads((folder / "results.json").read_text())["claims"][0]
    assert found["verdict"] == "refuted"
    assert main(["check", "--claims", "own.py", found["certificate"]]) == 0
    assert "A = [0 1; 0 0]" in found["message"] or "A = [0 0; 1 0]" in found["message"]


@pytest.mark.long
def test_names_that_are_not_utf8_are_names(folder):
    strange = os.fsdecode(b"\xff\xfe.py")
    (folder / strange).write_bytes((folder / "own.py").read_bytes())
    results, out = os.fsdecode(b"r\xff.json"), os.fsdecode(b"o\xff")
    done = verify("run", strange, "--max-examples", "3", "--json", results, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads((folder / results).read_text())["claims"]) == 3
    done = verify("hunt", f"{strange}::test_symmetric", "--jobs", "1", "--out", out, "--json", "-", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["certificate"], found["target"]) == (f"{out}/own_symmetric.json", f"{strange}::test_symmetric")
    for command in (["show", strange], ["check", "--claims", strange, f"{out}/own_symmetric.json"]):
        done = verify(*command, cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")


HELPED = """
from verify import Scalar, claim, equal
{top}

@claim("{name}/double", "2x = x + x")
def test_double(x: Scalar):
    {inside}
    equal(double(x), x + x)
"""
IMPORT = "from helpers import double"


@pytest.mark.parametrize("places", but([(IMPORT, "pass"), ("", IMPORT)], ("", IMPORT), mark="long"))
@pytest.mark.parametrize("order", but([("a", "b"), ("b", "a")], ("b", "a"), mark="long"))
def test_each_file_has_the_helpers_beside_it(places, order, folder, capsys, monkeypatch):
    monkeypatch.setenv("VAE_VERIFY_DATABASE", str(folder / "examples"))
    for name, factor in (("a", 2), ("b", 3)):
        (folder / name).mkdir()
        (folder / name / "helpers.py").write_text("from more import factor\ndef double(x): return factor * x\n")
        (folder / name / "more.py").write_text(f"factor = {factor}\n")
        text = HELPED.format(name=name, top=places[0], inside=places[1])
        (folder / name / "mine.py").write_text(text, encoding="utf-8")
    files = [f"{name}/mine.py" for name in order]
    assert main(["run", *files, "--json", "-", "--max-examples", "5"]) == 1
    verdicts = {claim["id"]: claim["verdict"] for claim in json.loads(capsys.readouterr().out)["claims"]}
    assert verdicts == {"a/double": "holds", "b/double": "refuted"}
    for name, status in (("a", 0), ("b", 1)):
        options = ["--budget", "0.1", "--jobs", "1", "--out", "found", "--json", "-"]
        assert main(["hunt", f"{name}/double", *options]) == status
    capsys.readouterr()
    own = [option for file in files for option in ("--claims", file)]
    assert main(["check", *own, "found/b_double.json"]) == 0


@pytest.mark.long
def test_what_a_file_prints_as_it_is_loaded_is_no_part_of_a_report(folder):
    text = "import os\nprint('noise')\nos.write(1, b'noise')\nos.system('echo noise')\n"
    (folder / "own.py").write_text(text + (folder / "own.py").read_text(encoding="utf-8"), encoding="utf-8")
    done = verify("run", "own.py", "--max-examples", "3", "--json", "-", cwd=folder)
    assert len(json.loads(done.stdout)["claims"]) == 3
    assert done.stderr.count("noise") == 3
