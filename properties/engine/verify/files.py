"""Files are written whole or not at all, on whatever disk; whoever ends a program leaves no half of one."""

import errno
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.waiting import heard, until
from vae_verify import start
from verify import files
from verify.files import atomic_write, opened, read_at_most, somewhere

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


# --- whose file, and where ------------------------------------------------------------------------------------------


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_no_more_is_read_than_shows_that_a_file_is_too_large(tmp_path):
    (tmp_path / "it").write_bytes(b"12345")
    assert [read_at_most(tmp_path / "it", most) for most in (3, 4, 5, 6)] == [b"1234", *[b"12345"] * 3]


def test_a_device_and_a_name_that_is_none_are_errors_with_their_numbers(tmp_path):
    for name, number, words in (
        ("/dev/zero", errno.ENODEV, "is a device"), ("a\0b", errno.EINVAL, "embedded null"),
        (str(tmp_path / "none"), errno.ENOENT, os.strerror(errno.ENOENT)),
    ):  # fmt: skip
        with pytest.raises(OSError, match=words) as refused:
            opened(Path(name))
        assert (refused.value.errno, refused.value.filename) == (number, name)


def test_a_pipe_is_opened_at_once_and_read_as_any_other(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert read_at_most(tmp_path / "pipe", 9) == b""
    with opened(tmp_path / "pipe") as reader:
        assert os.get_blocking(reader.fileno())
        with open(tmp_path / "pipe", "wb") as writer:
            writer.write(b"said")
        assert reader.read() == b"said"


def test_a_disk_is_no_file_and_where_no_pipe_is_one_files_are_opened_as_they_are(tmp_path, monkeypatch):
    (tmp_path / "it").write_bytes(b"said")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "is_block_device", lambda path: True)
        with pytest.raises(OSError, match="is a device"):
            opened(tmp_path / "it")
    monkeypatch.delattr(os, "O_NONBLOCK")
    with os.fdopen(files._at_once(str(tmp_path / "it"), os.O_RDONLY), "rb") as file:
        assert file.read() == b"said"


def test_a_file_keeps_its_mode_and_a_link_in_a_folder_of_ours_is_replaced(tmp_path):
    file, link = tmp_path / "it.json", tmp_path / "link.json"
    file.write_text("old")
    file.chmod(0o640)
    with atomic_write(file) as draft:
        draft.write_text("new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o640)
    file.chmod(0o600)
    link.symlink_to(file)
    with atomic_write(link) as draft:
        draft.write_text("ours")
    assert (link.is_symlink(), link.read_text(), file.read_text()) == (False, "ours", "new")
    assert stat.S_IMODE(link.stat().st_mode) != 0o600  # nor is the mode of what it led to taken


def test_what_the_user_names_is_written_through_its_link_and_as_it_is_if_it_is_no_file(tmp_path):
    file, link = tmp_path / "it.json", tmp_path / "link.json"
    file.write_text("old")
    link.symlink_to(file)
    with atomic_write(link, named=True) as draft:
        assert draft.parent == tmp_path
        draft.write_text("new")
    assert (link.is_symlink(), file.read_text()) == (True, "new")
    with atomic_write(Path("/dev/null"), named=True) as draft:
        assert draft == Path("/dev/null")
    with atomic_write(tmp_path / "new.json", named=True) as draft:
        assert draft.name.startswith(start.DRAFTS)
        assert str(tmp_path) in start.FOLDERS
        draft.write_text("new")
    assert names(tmp_path) == ["it.json", "link.json", "new.json"]


def test_a_draft_that_another_left_under_the_same_name_is_begun_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_number", iter([7]))
    (tmp_path / f"{start.DRAFTS}{os.getpid()}-7.json").write_text("left")
    with atomic_write(tmp_path / "it.json") as draft:
        assert not draft.exists()
        draft.write_text("new")
    assert names(tmp_path) == ["it.json"]


def test_what_a_folder_does_not_take_goes_to_a_temporary_one_once_said(tmp_path, monkeypatch, capsys):
    made = []

    def write(folder):
        if folder == tmp_path:
            full()
        made.append(folder)
        (folder / "it").touch()
        return folder / "it"

    assert somewhere(write, tmp_path / "..") == tmp_path / ".." / "it"
    assert capsys.readouterr().err == ""
    paths = [somewhere(write, tmp_path) for _ in range(2)]
    assert paths == [made[1] / "it"] * 2
    assert re.fullmatch(r"vae-verify-\w{8}", made[1].name)
    told = f"vae-verify: {tmp_path}: {os.strerror(errno.ENOSPC)}: the counterexample is in {made[1]}\n"
    assert capsys.readouterr().err == told  # once


def test_where_nothing_can_be_written_anywhere_nothing_is_left(tmp_path, monkeypatch, capsys):
    tried = []
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        somewhere(lambda folder: tried.append(folder) or full(), tmp_path)
    first, second = tried
    assert (first, second.exists()) == (tmp_path, False)
    assert capsys.readouterr().err == ""


def test_what_was_half_written_in_a_temporary_folder_is_in_nobodys_way(tmp_path, monkeypatch):
    (tmp_path / "instead").mkdir()
    monkeypatch.setattr(files, "_elsewhere", lambda folder: tmp_path / "instead")

    def write(folder):
        (folder / "half").touch()
        full()

    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        somewhere(write, tmp_path)
