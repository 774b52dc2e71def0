"""Hunts whose tasks nobody does: what they are told is kept, and what they find is what a test says."""

from concurrent.futures import Future

from properties.engine.helpers.claims import claim_of, counterexample
from verify import Vector, leq
from verify.certificates.format import certificate
from verify.hunt import elsewhere
from verify.hunt.examiner import Findings
from verify.hunt.portfolio import Move
from verify.hunt.search import Hunt, _Queue


def small_sums(v: Vector["d"]):
    leq(v.sum(), 1)


class Kept:
    """Workers that do nothing but remember what they were asked for."""

    def __init__(self, killed=True):
        self.tasks, self.futures, self.arrived = [], [], []
        self.killed, self.kills, self.waiting = killed, 0, set()

    def submit(self, function, id, source, task, directory):
        assert function is elsewhere.run_elsewhere
        self.tasks.append(task)
        self.futures.append(Future())
        return self.futures[-1]

    def waits(self, future):
        return future in self.waiting

    def kill(self):
        self.kills += 1
        return self.killed


BULK = Move("bulk", ((1,), (2,)))


def queue_of(moves=(BULK,) * 9, body=small_sums, budget=20.0, killed=True, saved=None):
    """Return the queue of a hunt with these moves."""
    hunt = Hunt(claim_of(body), 7, budget, saved)
    workers = Kept(killed)
    return _Queue(hunt, workers, None, workers.arrived.append, iter(moves))


def submitted(queue, count):
    """Start so many tasks and return their futures, and those of all before."""
    for _ in range(count):
        queue.submit()
    return queue.workers.futures


def found(*entries):
    """Return the certificate of a vector whose sum is too large."""
    claim = claim_of(small_sums)
    return certificate(counterexample(claim, claim.signature.infer({"v": entries})))


def end(future, **findings):
    """Let a task end, with these findings."""
    future.set_result(Findings("bulk", **findings))
