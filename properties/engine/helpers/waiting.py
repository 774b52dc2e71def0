"""Waiting for what another process does: for the thing itself, never for a time."""

import contextlib
import signal
import subprocess
import time


def until(so, process=None):
    """Return as soon as ``so()`` is true; fail if the process ends before, or after minutes that no machine needs."""
    deadline = time.monotonic() + 300
    while not so():
        assert process is None or process.poll() is None, "the process has ended"
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def runs(process):
    """Say whether a process of this number runs; one that has ended and that nobody asked about does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")


@contextlib.contextmanager
def heard():
    """Let what starts in the block hear that its terminal is gone, though the tests themselves may be under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
