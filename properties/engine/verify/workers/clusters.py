"""The workers of a cluster, beside a Dask that only notes what it is asked for: no network, and no second to import."""

import logging
import sys
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from verify.errors import UsageError
from verify.workers.cluster import Cluster

ADDRESS = "tcp://127.0.0.1:8786"


@pytest.fixture
def dask(monkeypatch):
    """Return what is asked of Dask, which has so many workers, or raises an error when somebody connects."""
    asked = SimpleNamespace(events=[], workers={"a": 2, "b": 1}, error=None)

    class Scheduled:
        def submit(self, function, *arguments, **options):
            future = Future()
            future.set_result((function(*arguments), options))
            return future

        def shutdown(self, **how):
            asked.events.append(("shutdown", how))

    class Client:
        def __init__(self, *arguments, **options):
            asked.events.append((*arguments, options))
            if asked.error:
                raise asked.error

        def nthreads(self):
            return asked.workers

        def get_executor(self, **how):
            asked.events.append(how)
            return Scheduled()

        def close(self):
            asked.events.append("closed")

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    return asked


def test_a_cluster_has_as_many_processes_as_workers_and_is_left_alone_by_others_of_its_process(dask):
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.INFO)
    cluster = Cluster(ADDRESS)
    assert cluster.processes == 2
    assert dask.events == [(ADDRESS, {"timeout": 5, "set_as_default": False}), {"pure": False}]
    for name in ("distributed", "distributed.client"):  # the command says itself what goes wrong
        assert not logging.getLogger(name).isEnabledFor(logging.CRITICAL)


def test_calls_are_passed_on_with_all_of_their_arguments(dask):
    assert Cluster(ADDRESS).submit(divmod, 7, 4, retries=3).result() == ((1, 3), {"retries": 3})


@pytest.mark.parametrize(
    ("how", "waits"),
    [
        ({}, True), ({"wait": False}, False), ({"cancel_futures": True}, False),
        ({"wait": False, "cancel_futures": True}, False),
    ],
)  # fmt: skip
def test_who_leaves_a_cluster_waits_for_its_work_unless_that_is_given_up(how, waits, dask):
    cluster = Cluster(ADDRESS)
    del dask.events[:]
    cluster.shutdown(**how)
    assert dask.events == [("shutdown", {"wait": waits}), "closed"]


def test_a_cluster_without_workers_is_closed_and_refused(dask):
    dask.workers = {}
    with pytest.raises(UsageError) as refused:
        Cluster(ADDRESS)
    assert str(refused.value) == (f"the cluster has no workers: start some with: dask worker {ADDRESS} --nthreads 1")
    assert dask.events[1:] == ["closed"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError("no route"), f"nobody answers at {ADDRESS!r}: start it with: dask scheduler"),
        (ValueError("odd\nwords"), f"--scheduler {ADDRESS!r}: odd: write tcp://host:port"),
    ],
)
def test_who_does_not_answer_is_told_in_a_line(error, words, dask):
    dask.error = error
    with pytest.raises(UsageError) as refused:
        Cluster(ADDRESS)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    "address", ["host", "host:1", "tcp://host", "tcp://:1", "://host:1", "tcp://host:port", "inproc:1"]
)
def test_what_is_no_address_is_refused_before_the_network_is_asked(address, dask):
    with pytest.raises(UsageError) as refused:
        Cluster(address)
    assert str(refused.value) == f"--scheduler {address!r}: write tcp://host:port"
    assert dask.events == []


@pytest.mark.parametrize(
    "address", ["tcp://host:1", "tls://10.0.0.1:8786", "ws://host:1/path", "inproc://10.0.0.1/2/3"]
)
def test_what_dask_listens_at_is_an_address(address, dask):
    assert Cluster(address).processes == 2


def test_where_there_is_no_dask_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError) as refused:
        Cluster(ADDRESS)
    assert str(refused.value) == "--scheduler needs Dask: pip install 'vae-verify[dask]'"
