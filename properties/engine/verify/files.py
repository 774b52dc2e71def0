"""Files are written whole or not at all, on whatever disk; whoever ends a program leaves no half of one."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.waiting import heard, until
from vae_verify import start
from verify.files import atomic_write

FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("number", FAULTS)
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
def test_a_disk_that_fails_leaves_the_file_as_it_was(call, number, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    file = tmp_path / "kept.json"
    file.write_text("old")
    if call == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    if call == "replace":
        monkeypatch.setattr(Path, "replace", fail)

    def written():
        with atomic_write(file) as draft:
            if call == "open":
                fail()
            draft.write_text("new, but")
            if call == "write":
                fail()

    with pytest.raises(OSError, match=os.strerror(number)):
        written()
    assert names(tmp_path) == ["kept.json"]
    assert file.read_text() == "old"


def test_a_file_that_may_grow_no_further_is_no_half_of_one(tmp_path):
    resource = pytest.importorskip("resource")
    process = os.fork()
    if process == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            with atomic_write(tmp_path / "large") as draft:
                draft.write_bytes(bytes(5000))
        except OSError as error:
            os._exit(0 if error.errno == errno.EFBIG else 2)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert names(tmp_path) == []


def test_two_who_write_the_same_file_do_not_write_the_same_draft(tmp_path):
    file = tmp_path / "page.html"
    with atomic_write(file) as one, atomic_write(file) as other:
        assert one != other
        assert one.suffix == other.suffix == ".html"  # by which a library knows what to write
        one.write_text("one")
        other.write_text("other")
    assert (file.read_text(), names(tmp_path)) == ("one", ["page.html"])


def test_what_a_killed_process_of_ours_left_is_removed_and_what_others_write_is_not(tmp_path):
    other = tmp_path / ".vae-verify-00000000-1-0.json"
    other.write_text("somebody else's")
    process = os.fork()
    if process == 0:
        with atomic_write(tmp_path / "torn.json") as draft:
            draft.write_text("half")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(process, 0)
    assert len(names(tmp_path)) == 2
    start.FOLDERS.add(str(tmp_path))
    start.FOLDERS.add(str(tmp_path / "nowhere"))
    start.tidy()
    assert names(tmp_path) == [other.name]
    assert not start.FOLDERS


PROGRAM = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from vae_verify.start import DRAFTS, FOLDERS, heed, interrupted
heed(interrupted)
FOLDERS.add(".")
Path(DRAFTS + "0").write_text("half")
Path("begun").touch()
time.sleep(600)
"""


def ended(folder, number, *before):
    """Return how a program ends by a signal while it writes."""
    command = [*before, sys.executable, "-S", "-c", PROGRAM, str(TREE)]
    with heard():
        running = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until((folder / "begun").exists, running)
    running.send_signal(number)
    return running


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_request_to_end_is_one_line_and_leaves_nothing_half_written(number, tmp_path):
    running = ended(tmp_path, number)
    assert running.communicate(timeout=300) == ("", "vae-verify: interrupted\n")
    assert running.returncode == 130
    assert names(tmp_path) == ["begun"]


def test_under_nohup_a_program_outlives_its_terminal(tmp_path):
    running = ended(tmp_path, signal.SIGHUP, "nohup")
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(0.3)
    running.terminate()
    running.communicate(timeout=300)
    assert running.returncode == 130


STREAMS = """
import os, sys
sys.path.insert(0, sys.argv[1])
from vae_verify.start import open_streams
open_streams()
file = os.open("file", os.O_CREAT | os.O_WRONLY)
print("lost", flush=True)
print("lost", file=sys.stderr, flush=True)
os.write(file, repr((file > 2, sys.stdin.read())).encode())
"""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_no_file_comes_to_stand_where_a_stream_was_closed(closed, tmp_path):
    (tmp_path / "streams.py").write_text(STREAMS)
    command = f"exec {sys.executable} -S streams.py {TREE} {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, input="", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "file").read_text() == "(True, '')"
