"""Who does the work: processes of this machine, or the workers of an existing Dask cluster."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from verify.errors import UsageError
from verify.notation import first_line
from verify.workers.processes import Workers, processes

_PATIENCE = 5
"""Seconds to reach the scheduler."""


def workers_of(
    scheduler: str | None, jobs: int | None, default: int, memory: float | None = None
) -> tuple[Workers, int]:
    """Return who does the work, and how many things at a time; each process of this machine has so many GiB.

    Raises UsageError if a cluster cannot be used.
    """
    if scheduler is None:
        count = jobs or default
        return Workers(lambda: processes(count, memory)), count
    cluster = Cluster(scheduler)
    return Workers(lambda: Cluster(scheduler), cluster), min(cluster.processes, jobs or sys.maxsize)


class Cluster(Executor):
    """The worker processes of a Dask cluster, which can import this package.

    Dask itself repeats what a worker that is lost was doing. Raises UsageError if no cluster works at the address.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client  # noqa: PLC0415  # optional, and a second to import
        except ImportError as error:
            raise UsageError("--scheduler needs Dask: pip install 'vae-verify[dask]'") from error
        for name in ("distributed", "distributed.client"):  # the command itself says what goes wrong
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        if not re.fullmatch(r"\w+://\S+:\d+.*|inproc://\S+", address):  # Dask would ask the network for a name
            raise UsageError(f"--scheduler {address!r}: write tcp://host:port")
        try:
            self._client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except OSError as error:
            raise UsageError(f"nobody answers at {address!r}: start it with: dask scheduler") from error
        except Exception as error:
            raise UsageError(f"--scheduler {address!r}: {first_line(error)}: write tcp://host:port") from error
        self.processes = len(self._client.nthreads())
        if not self.processes:
            self._client.close()
            raise UsageError(f"the cluster has no workers: start some with: dask worker {address} --nthreads 1")
        self._executor = self._client.get_executor(pure=False)

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        """Schedule a call."""
        future: Future[Any] = self._executor.submit(function, *arguments, **options)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, and with it whatever it still does for this command."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()
