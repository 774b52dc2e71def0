"""One mutant after another, each in a process of its own that is forked from one where everything is imported.

    python -m properties.engine.helpers.mutants.trial MODULES TEMPORARY [PATH...]     # in a copy of the tree

With paths, the tests there are collected once, and in each fork the code of the functions that a slip changes is
exchanged. Without, only packages of others are imported, and each fork finds the slip in its file, imports everything,
and collects: what runs while modules are imported, or in a process that a test starts, has the slip then too. A line
of standard input asks for one trial, a line of standard output answers, both in JSON.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import settings

SECONDS, TIMES = 5.0, 8.0
"""A test may take so many seconds of the processor more, and so many times as long, as without the slip."""

PATIENCE = 12.0
"""It may wait so many times as long."""

MEMORY = 8 << 30
"""Bytes of data that a fork may have."""

OPTIONS = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0")

Request = dict[str, Any]
Tell = Callable[[Request], None]


class Kept:
    """A plugin of pytest: Hypothesis remembers nothing from trial to trial, and ``loop`` is called with the session."""

    def __init__(self, loop: Callable[[Any], None]) -> None:
        self.loop = loop

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        """Keep no examples."""
        settings.register_profile("trial", settings(database=None))
        settings.load_profile("trial")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        """Do the trials instead of running all that was collected."""
        self.loop(session)
        return True


def code_of(file: Path, text: str) -> CodeType:
    """Return the code of a module as an import makes it: by what it takes from the future, and not what we do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(text, str(file), "exec", dont_inherit=True)


def exchanged(old: CodeType, new: CodeType) -> dict[CodeType, CodeType] | None:
    """Return which code of the functions of a module becomes which; None if that is not certain."""
    found: dict[CodeType, CodeType] = {}
    pairs = [(old, new)]
    while pairs:
        before, after = pairs.pop()
        inner = [[each for each in code.co_consts if isinstance(each, CodeType)] for code in (before, after)]
        if [each.co_qualname for each in inner[0]] != [each.co_qualname for each in inner[1]]:
            return None
        for pair in zip(*inner, strict=True):
            if found.setdefault(*pair) != pair[1]:
                return None
            pairs.append(pair)
    return {before: after for before, after in found.items() if before != after}


def exchange(functions: list[FunctionType], changed: dict[CodeType, CodeType]) -> int:
    """Give functions their new code; return how many have it, or 0 if one cannot."""
    count = 0
    for function in functions:
        if (code := changed.get(function.__code__)) is not None:
            if len(code.co_freevars) != len(function.__code__.co_freevars):
                return 0
            function.__code__ = code
            count += 1
    return count


def functions_of(folder: Path) -> dict[str, list[FunctionType]]:
    """Return the functions that are there, by the file that states them."""
    found: dict[str, list[FunctionType]] = {}
    for each in gc.get_objects():
        if type(each) is FunctionType and each.__code__.co_filename.startswith(str(folder)):
            found.setdefault(each.__code__.co_filename, []).append(each)
    return found


def attempt(session: Any, tests: list[Any], tell: Tell) -> None:
    """Run tests until one fails, and tell which."""
    if session.testsfailed:
        return tell({"status": "killed", "test": "collection"})
    items = {item.nodeid: item for item in session.items}
    chosen = [(items[id], cpu) for id, _, cpu in tests if id in items]
    for i, (item, cpu) in enumerate(chosen):
        tell({"test": item.nodeid})
        _limit(SECONDS + TIMES * cpu)
        following = chosen[i + 1][0] if i + 1 < len(chosen) else None
        if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
            return tell({"status": "killed", "test": item.nodeid})
    return tell({"status": "survived", "run": len(chosen)})


def _limit(seconds: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def forked(request: Request, work: Callable[[Request, Tell], None]) -> Request:
    """Do the work in a fork, and return what it told last; a fork that does not end is killed, its children too."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        _in_fork(request, work, writing)
    os.close(writing)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpgid(pid, pid)
    answer = _watched(reading, {id: wall for id, wall, _ in request["tests"]})
    os.close(reading)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if "status" not in answer:
        slow = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
        answer["status"] = "timeout" if slow or answer.pop("late", False) else "killed"
        answer.setdefault("test", "import")
    return answer


def _in_fork(request: Request, work: Callable[[Request, Tell], None], writing: int) -> None:
    try:
        os.setpgid(0, 0)
        end_with_parent()
        sink = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(sink, stream)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        _limit(60.0)
        work(request, lambda answer: _write(writing, answer))
    finally:
        os._exit(0)


def end_with_parent() -> None:
    """Let the kernel end this process as soon as that is gone which started it."""
    with contextlib.suppress(AttributeError):  # no other system than Linux has it
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _write(writing: int, answer: Request) -> None:
    os.write(writing, (json.dumps(answer) + "\n").encode())


def _watched(reading: int, walls: dict[str, float]) -> Request:
    """Return what a fork told, until it has a status, ends, or has been silent for too long."""
    answer: Request = {}
    left, until = b"", time.monotonic() + 120.0
    while "status" not in answer:
        if not select.select([reading], [], [], max(0.0, until - time.monotonic()))[0]:
            return answer | {"late": True}
        if not (some := os.read(reading, 1 << 16)):
            return answer
        *lines, left = (left + some).split(b"\n")
        for line in lines:
            answer |= json.loads(line)
            until = time.monotonic() + PATIENCE * (SECONDS + walls.get(answer.get("test", ""), 0.0))
    return answer


def collected_once(session: Any, asked: Callable[[Callable[[Request], Request]], None], temporary: Path) -> None:
    """Answer requests from a session: functions get other code."""
    tree = Path.cwd()
    functions = functions_of(tree)
    gc.collect()
    gc.freeze()

    def work(request: Request, tell: Tell) -> None:
        file = tree / request["path"]
        codes = [code_of(file, text) for text in (file.read_text("utf-8"), request["source"])]
        changed = exchanged(*codes)
        if codes[0] != codes[1] and not (changed and exchange(functions.get(str(file), []), changed)):
            return tell({"status": "afresh"})
        session.config._tmp_path_factory._basetemp = _emptied(temporary)
        return attempt(session, request["tests"], tell)

    asked(lambda request: forked(request, work))


def afresh(request: Request, tell: Tell, temporary: Path) -> None:
    """Import everything, with the slip in its file, and run the tests."""
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    files = sorted({id.partition("::")[0] for id, _, _ in request["tests"]})
    plugin = Kept(lambda session: attempt(session, request["tests"], tell))
    pytest.main([*OPTIONS, f"--basetemp={_emptied(temporary)}", *files], plugins=[plugin])


def in_file(request: Request, work: Callable[[Request, Tell], None]) -> Request:
    """Do the work while the file has the slip."""
    file = Path.cwd() / request["path"]
    text = file.read_bytes()
    for compiled in file.parent.glob(f"__pycache__/{file.stem}.*.pyc"):
        compiled.unlink()  # it may be of the same second, and then Python would take it
    try:
        file.write_text(request["source"], encoding="utf-8")
        return forked(request, work)
    finally:
        file.write_bytes(text)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def main() -> None:
    """Answer requests until there are no more."""
    end_with_parent()
    modules, temporary, *paths = sys.argv[1:]
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    sink = os.open(os.devnull, os.O_RDONLY)
    os.dup2(sink, 0)
    os.dup2(2, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in json.loads(Path(modules).read_text(encoding="utf-8")):
            with contextlib.suppress(BaseException):
                importlib.import_module(name)

    def asked(answer: Callable[[Request], Request]) -> None:
        for line in requests:
            request = json.loads(line)
            print(json.dumps(request | answer(request) | {"tests": None, "source": None}), file=answers, flush=True)

    own = Path(temporary)
    if paths:
        pytest.main([*OPTIONS, *paths], plugins=[Kept(lambda session: collected_once(session, asked, own))])
    else:
        asked(lambda request: in_file(request, lambda request, tell: afresh(request, tell, own)))


if __name__ == "__main__":
    main()
