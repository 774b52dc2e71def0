"""How the end of a user's code is told, without a process: errors, places, streams, and what check_loss asks for."""

import io
import os
import pickle
import sys
from functools import partial
from types import SimpleNamespace

import pytest
import torch  # noqa: F401  # whose threads are told

import verify.gate.check as checking
from verify.errors import UsageError
from verify.gate import isolation
from verify.gate.check import Refused, check_loss, gate, gate_target, name_of
from verify.gate.errors import Unusable
from verify.gate.isolation import _descriptors, _end, _is_own, _line, _message, _received, _told, _where
from verify.gate.report import Report
from verify.workers.limits import MEMORY
from verify.workers.supervision import Lost

HERE = f", at {__file__}:"
GPU = "torch has used a GPU in this process, and cannot in a fork of it: gate the loss in a new process"


def raised(error):
    """Return an error with the place where it was raised."""
    try:
        raise error
    except BaseException as caught:
        return caught


class Rude(Exception):
    def __str__(self):
        raise ValueError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("one\ntwo"), "ValueError: one"), (ValueError(), "ValueError"),
        (ValueError("\n \n two \n"), "ValueError: two"),
        (ValueError("x" * 300), "ValueError: " + "x" * 300), (ValueError("x" * 301), "ValueError: " + "x" * 300 + "…"),
        (Rude(), "Rude"), (ValueError("\udc80"), "ValueError: \\udc80"), (KeyError("a"), "KeyError: 'a'"),
    ],
)  # fmt: skip
def test_an_error_is_its_kind_and_the_first_line_of_its_message(error, told):
    assert _line(error) == told
    assert _message(Rude()) == ""


@pytest.mark.parametrize(
    ("error", "memory", "told"),
    [
        (ValueError("one"), 4, f"ValueError: one{HERE}"), (MemoryError(), 4, f"it needs more than 4 GiB{HERE}"),
        (MemoryError(), None, f"memory ends{HERE}"), (MemoryError(), 0.5, f"it needs more than 0.5 GiB{HERE}"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), 4, f"it needs more than 4 GiB{HERE}"),
        (ValueError("can't allocate memory"), 4, f"ValueError: can't allocate memory{HERE}"),
        (RuntimeError("Cannot re-initialize CUDA in forked subprocess"), 4, GPU),
        (RuntimeError("autograd's threads after a fork"), 4, GPU),
        (RuntimeError("after a fork"), 4, f"RuntimeError: after a fork{HERE}"),
        (RuntimeError("CUDA out of memory"), 4, f"RuntimeError: CUDA out of memory{HERE}"),
    ],
)  # fmt: skip
def test_what_ends_it_is_told_with_the_users_own_line(error, memory, told):
    assert _told(raised(error), memory).startswith(told)


def test_the_place_is_the_innermost_that_is_the_users():
    assert _where(ValueError()) == ""
    assert _where(raised(ValueError())).startswith(HERE)
    with pytest.raises(UsageError) as caught:
        isolation._received(b"no pickle")
    assert _where(caught.value).startswith(HERE)
    with pytest.raises(pickle.UnpicklingError) as caught:
        partial(pickle.loads, b"no pickle")()
    assert _where(caught.value).startswith(HERE)


@pytest.mark.parametrize(
    ("file", "own"),
    [
        ("/home/me/loss.py", True), ("<stdin>", True), ("<stdin-3>", True), ("<string>", True),
        ("<ipython-input-1>", True),
        ("<frozen importlib>", False), ("<__array_function__ internals>", False), (pickle.__file__, False),
        ("/x/site-packages/torch/nn.py", False), ("/x/dist-packages/torch/nn.py", False),
    ],
)  # fmt: skip
def test_a_file_of_a_library_is_not_the_users(file, own):
    assert _is_own(file) is own


def test_an_end_is_a_result_or_an_error_with_its_place():
    assert _end(lambda note: 3, None) == (False, 3)
    usage = UsageError("wrong")

    def wrong(note):
        raise usage

    assert _end(wrong, None) == (True, usage)

    def fails(note):
        note("at n = 4")
        note("at n = 8")
        raise ValueError("no")

    raises, error = _end(fails, None)
    assert raises
    assert type(error) is Unusable
    assert str(error).startswith(f"ValueError: no{HERE}")
    assert str(error).endswith(", at n = 8")

    def leaves(note):
        raise SystemExit(3)

    assert str(_end(leaves, None)[1]).startswith(f"SystemExit: 3{HERE}")
    assert not str(_end(leaves, None)[1]).endswith(", ")


def test_who_interrupts_a_process_of_its_own_is_told_and_else_it_is_the_caller(monkeypatch):
    def interrupts(note):
        raise KeyboardInterrupt

    monkeypatch.setattr(isolation, "FORKED", True)
    assert str(_end(interrupts, None)[1]).startswith("KeyboardInterrupt")
    monkeypatch.setattr(isolation, "FORKED", False)
    with pytest.raises(KeyboardInterrupt):
        _end(interrupts, None)


def test_a_result_is_pickled_and_what_is_none_is_told():
    assert _received(pickle.dumps((False, 3))) == (False, 3)
    with pytest.raises(
        Unusable, match=r"^what is made of it does not pass from process to process \(UnpicklingError: "
    ):
        _received(b"no pickle")


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (Lost("died", "at n = 4", 1.0, late=True), "no answer within 7 s, at n = 4: --timeout SECONDS gives more"),
        (Lost("died", "", 1.0, late=True), "no answer within 7 s: --timeout SECONDS gives more"),
        (Lost("it died", "at n = 4", 1.0, late=False), "it died, at n = 4: call it there by itself to see why"),
        (Lost("it died", "", 1.0, late=False), "it died: call it there by itself to see why"),
    ],
)  # fmt: skip
def test_a_process_that_is_lost_is_told(monkeypatch, end, told):
    monkeypatch.setattr(isolation, "FORKED", True)
    asked = []

    def supervised(work, tasks, workers, timeout, again):
        asked.append((tasks, workers, timeout(()), again(())))
        return [((), end)]

    monkeypatch.setattr(isolation, "supervised", supervised)
    with pytest.raises(Unusable) as caught:
        isolation.isolated(lambda note: 0, 7.0)
    assert str(caught.value) == told
    assert asked == [([()], 1, 7.0, True)]


def test_the_streams_of_the_caller_are_known_whatever_they_are(monkeypatch):
    class Odd:
        def fileno(self):
            raise ValueError

    monkeypatch.setattr(sys, "stdout", SimpleNamespace(fileno=lambda: 77))
    monkeypatch.setattr(sys, "stderr", Odd())
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert _descriptors() >= {0, 1, 2, 77}


def test_a_process_of_its_own_leaves_all_of_the_caller_alone(monkeypatch):
    called = []

    def noted(name, result=None):
        return lambda *given: (called.append((name, *given)), result)[1]

    for module, name, result in (
        (isolation.os, "setsid", None), (isolation.faulthandler, "disable", None), (isolation.gc, "freeze", None),
        (isolation.signal, "set_wakeup_fd", None), (isolation.os, "open", 9), (isolation.os, "dup2", None),
        (isolation, "write_no_core", None), (sys.modules["torch"], "set_num_threads", None),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, noted(name, result))
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    isolation._part_from_the_caller([1, 77])
    threads = isolation.os.environ["OMP_NUM_THREADS"]
    monkeypatch.undo()
    assert called == [
        ("setsid",), ("disable",), ("set_wakeup_fd", -1), ("freeze",), ("open", os.devnull, os.O_RDWR),
        ("dup2", 9, 1), ("dup2", 9, 77), ("write_no_core",), ("set_num_threads", 1),
    ]  # fmt: skip
    assert threads == "1"


# --- check_loss -----------------------------------------------------------------------------------------------------


@pytest.fixture
def isolated(monkeypatch):
    """Return what was asked of a process, which returns the report that is given."""
    asked = SimpleNamespace(report=Report("loss", "accepted"), calls=[])

    def run(work, timeout, memory):
        asked.calls.append((timeout, memory))
        if isinstance(asked.report, Exception):
            raise asked.report
        return asked.report

    monkeypatch.setattr(checking, "isolated", run)
    return asked


def loss(recon, x, mu, logvar):
    return 0.0


def test_a_loss_is_checked_with_the_limits_that_are_given(isolated):
    assert check_loss(loss) is isolated.report
    assert check_loss(loss, timeout=5, memory=2) is isolated.report
    assert gate(loss, "loss", None) is isolated.report
    assert gate_target("loss.py:loss", None, timeout=6, memory=None) is isolated.report
    assert gate_target("loss.py:loss", None) is isolated.report
    assert isolated.calls == [(60.0, MEMORY), (5, 2), (60.0, MEMORY), (6, None), (60.0, MEMORY)]


@pytest.mark.parametrize("outcome", ["defect", "undecided"])
def test_what_is_not_accepted_is_refused_with_its_report(isolated, outcome):
    isolated.report = Report("loss", outcome)
    with pytest.raises(Refused) as caught:
        check_loss(loss)
    assert caught.value.report is isolated.report
    assert str(caught.value) == f"{isolated.report}"
    assert gate(loss, "loss", None) is isolated.report


def test_what_cannot_be_evaluated_is_told_with_its_name(isolated):
    isolated.report = Unusable("no answer")
    with pytest.raises(Unusable, match=r"^ends.py:loss: no answer$"):
        check_loss(loss)
    with pytest.raises(Unusable, match=r"^mine: no answer$"):
        gate(loss, "mine", None)


class Called:
    def __call__(self):
        return 0

    def method(self):
        return 0


def test_a_loss_is_called_by_its_file_and_name():
    assert name_of(loss) == "ends.py:loss"
    assert name_of(Called()) == "Called"
    assert name_of(Called().method) == "ends.py:Called.method"
    assert name_of(lambda: 0) == "ends.py:<lambda>"
    assert name_of(partial(loss, 1)) == "partial"
    assert name_of(len) == "len"
