"""Processes that a test answers for."""

from types import SimpleNamespace

import pytest

from verify.workers import supervision


@pytest.fixture
def workers(monkeypatch):
    """Return the processes that are made: each ends its task at the next look, with what the test says of it."""
    made, answers = [], {}

    class Worker:
        def __init__(self, work):
            self.connection, self.tasks, self.spent, self.log = work, 0, False, []
            made.append(self)

        def begin(self, task, patience, now):
            self.task, self.tasks = task, self.tasks + 1
            self.log.append(task[0])

        def ended(self, now):
            found = answers.get(self.task[0], "fine")
            self.result, self.spent = (found.pop(0) if isinstance(found, list) else found), self.task[0] == "spends"
            return self.result is not None

        def kill(self):
            self.log.append("killed")

    monkeypatch.setattr(supervision, "_Worker", Worker)
    monkeypatch.setattr(supervision, "wait", lambda connections, seconds: looks.append((len(connections), seconds)))
    looks = []
    return SimpleNamespace(made=made, answers=answers, looks=looks)
