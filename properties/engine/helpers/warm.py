"""Python processes that have imported the suite already, for commands of which a fresh process is not the subject.

An import of the suite takes a second, and torch two more. So one process has imported them, and forks for each
command, which has its own folder, variables, streams and status. ``[*warm(), "-m", "verify", …]`` is to
:mod:`subprocess` what ``[sys.executable, "-m", "verify", …]`` is; ``scripts()`` is a folder of programs for a shell. A
program that is killed by SIGKILL leaves what it runs; for that, and for what a start does, take ``sys.executable``.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from functools import cache, partial
from pathlib import Path

from properties.engine.helpers.foreign import CI

PROGRAM = """#!{python} -IS
import json, os, signal, socket, sys

name, arguments = os.path.basename(sys.argv[0]), sys.argv[1:]
script = None if name in ("python", "warm") else os.path.join({bin!r}, name)
known = script or arguments[:2] in (["-m", "verify"], ["-m", "pytest"]) or [name, *arguments[:1]] == ["warm", "-c"]
if not known or any(n in {at_start!r} or n.startswith("PYTHON") and n not in {later!r} for n in os.environ):
    os.execv({python!r}, [{python!r}, *([script] if script else []), *arguments])
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
asked = json.dumps([script, arguments, os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(server, [len(asked).to_bytes(8, "big")], [0, 1, 2])
server.sendall(asked)
answers = server.makefile()
process = int(answers.readline())
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, lambda number, _: os.kill(process, number))
status = int(answers.readline())
if status < 0:
    signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
os._exit(status)
"""

AT_START = (*CI, "VAE_VERIFY_DATABASE")
"""The variables that are read when the suite or Hypothesis is imported: where one is set, a process is fresh."""

LATER = ("PYTHONPATH", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
"""Those of Python's that a fork can still be given."""

IMPORTED = (
    "_hypothesis_globals", "hypothesis", "numpy.random", "hypothesis.internal.conjecture.engine", "pytest", "sympy",
    "scipy.optimize", "torch", "verify.commands.main", "verify.gate", "verify.hunt.search",
)  # fmt: skip


@cache
def scripts():
    """Start the process, and return a folder of programs that run in forks of it: python, pytest and vae-verify."""
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    address = str(folder / "address")
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen(64)
    ends, _held = os.pipe()  # which ends with this process
    command = [sys.executable, "-m", __name__, str(server.fileno()), str(ends)]
    tree = str(Path(__file__).parents[3])
    kept = {name: value for name, value in os.environ.items() if name not in AT_START and name[:6] != "PYTEST"}
    subprocess.Popen(command, cwd=tree, env=kept, pass_fds=[server.fileno(), ends], stdin=subprocess.DEVNULL)
    os.close(ends)
    server.close()  # so that nobody waits for a process that could not import the suite
    places = {"python": sys.executable, "bin": str(Path(sys.executable).parent), "address": address}
    text = PROGRAM.format(**places, at_start=AT_START, later=LATER)
    for name in ("python", "warm", "pytest", "vae-verify"):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def warm():
    """Return the beginning of a command, which ``-m verify``, ``-m pytest`` or ``-c`` and its arguments follow."""
    return [str(scripts() / "warm")]


def serve(server, ends):
    """Fork for every request; return in each fork what it was asked for, and end with the process that started this."""
    import select  # noqa: PLC0415

    while True:
        ready, _, _ = select.select([server, ends], [], [], 1.0)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if ends in ready:
            os._exit(0)
        if server not in ready:
            continue
        client, _ = server.accept()
        if os.fork():
            client.close()
        else:
            server.close()
            os.close(ends)
            return _forked(client)


def _forked(client):
    """Return in a fork what a program asks for; its parent tells the program its number and status."""
    size, streams, _, _ = socket.recv_fds(client, 8, 3)
    asked = json.loads(client.makefile("rb").read(int.from_bytes(size, "big")))
    if process := os.fork():
        for stream in streams:
            os.close(stream)
        for number in (0, 1, 2):
            os.close(number)
        client.sendall(f"{process}\n".encode())
        _, status = os.waitpid(process, 0)
        with contextlib.suppress(OSError):
            client.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    client.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    return asked


def become(script, arguments, folder, variables):
    """Make this process what a fresh one in a folder would be, with these variables, and run the program there."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "properties"]:
        del sys.modules[name]
    os.chdir(folder)
    hypothesis.configuration.__hypothesis_home_directory_default = Path(folder) / ".hypothesis"
    sys.dont_write_bytecode = True  # a file that is written again in the same second is read again
    os.environ.clear()
    os.environ.update(variables)
    coding, _, errors = variables.get("PYTHONIOENCODING", "").partition(":")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        known = "backslashreplace" if name == "stderr" else errors or "strict"
        stream = open(number, "r" if number == 0 else "w", encoding=coding or "utf-8", errors=known, closefd=False)  # noqa: SIM115
        if number == 2:
            stream.reconfigure(line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    added = [place for place in variables.get("PYTHONPATH", "").split(os.pathsep) if place]
    sys.path[:] = [str(Path(script).parent) if script else folder, *added, *BASE]
    sys.argv[:] = [script, *arguments] if script else ["-c", *arguments[2:]]
    sys.orig_argv[:] = [sys.executable, *([script] if script else []), *arguments]
    if script:
        runpy.run_path(script, run_name="__main__")
    elif arguments[0] == "-c":
        exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})
    else:
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)


def end_with(work):
    """Do the work of this process, and end it as Python does, but for taking all apart that was imported."""
    status = 0
    try:
        work()
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else bool(stop.code)
        if status is True:
            print(stop.code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(status & 0xFF)


if __name__ == "__main__":
    tree = os.getcwd()
    added = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    BASE = [place for place in sys.path if place not in (tree, *added)]
    _hypothesis_globals, hypothesis, random, *_ = map(importlib.import_module, IMPORTED)
    for module in (hypothesis, _hypothesis_globals):
        module.__doc__ = f"{module.__doc__} PYTEST_DONT_REWRITE"  # or pytest would warn that it comes too late
    vars(sys.modules["verify.hunt.search"])["SIMPLIFYING"] = 60.0  # a page shows the end of that, on a busy machine too
    gc.freeze()  # of all this, no fork looks for garbage
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        asked = serve(listening, int(sys.argv[2]))
    random.seed()
    end_with(partial(become, *asked))
