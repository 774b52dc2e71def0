"""Generated files, to everything that reads one: a line or a correct verdict, soon, and nothing of it is run.

The fast suite has a share of the ten thousand; ``python -m properties.engine.helpers.guided`` goes on from there.
"""

import contextlib
import json
import os
import pickle
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from properties.engine.helpers.hostile import Hung, bytes_damaged, damaged, unharmed
from properties.engine.helpers.readers import OF_CERTIFICATES, OF_OTHERS, OF_REPORTS, OF_SAVED
from properties.engine.helpers.slow import thinned

FEW = {"run": 40, "gate": 20, "hunt": 30, "course": 6, "replicate": 30}
MANY = dict.fromkeys(FEW, 700)
SHARES = {"checker": 80, "check": 10, "picture": 4, "pool": 30, "kept": 30, "keep": 10}
IN_ALL = {"checker": 3000, "check": 700, "picture": 300, "pool": 700, "kept": 700, "keep": 400}


def evaluated():
    with contextlib.suppress(NameError):
        eval("canary")


def imported():
    with contextlib.suppress(ImportError):
        __import__("canary")


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (evaluated, "exec"),
        (imported, "import"),
        (lambda: pickle.loads(b"cos\ngetpid\n."), "pickle.find_class"),
        (lambda: Path("../out").write_text(""), "open"),
        (lambda: Path("../out").unlink(), "os.remove"),
        (lambda: os.system("true"), "os.system"),
        (lambda: time.sleep(60), "Hung"),
    ],
)
def test_what_may_not_happen_is_heard(act, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("../out").touch()
    with pytest.raises((AssertionError, Hung)) as told, unharmed(tmp_path, 0.05):
        act()
    assert kind in repr(told.value)


def answers(read, valid, generate, count, home):
    """Return how often a reader said what, of so many files; what it imports itself it has imported before."""
    read(valid)
    said = Counter()
    for k in range(count):
        text = generate(random.Random(k))
        Path(home, "last").write_bytes(text)
        with unharmed(home):
            said[read(text)] += 1
    return said


def of_certificates(name, count, sent, home):
    valid = sent.bounded if name in ("pool", "kept", "keep") else sent.own + sent.kept
    first = json.dumps(valid[0]).encode()
    return answers(OF_CERTIFICATES[name], first, lambda rng: damaged(rng, rng.choice(valid)), count, home)


@pytest.mark.parametrize("name", thinned(OF_CERTIFICATES, 2, mark="long"))
def test_a_damaged_certificate_is_refused_or_true(name, sent, tmp_path):
    of_certificates(name, SHARES[name], sent, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_CERTIFICATES)
def test_thousands_of_damaged_certificates_are_refused_or_true(name, sent, tmp_path):
    said = of_certificates(name, IN_ALL[name], sent, tmp_path)
    assert len(said) >= 2, said  # some are damaged where nothing rests on it


def of_saved(read, name, count, sent, home):
    valid = sent.saved[name]
    return answers(read, json.dumps(valid).encode(), lambda rng: damaged(rng, valid), count, home)


@pytest.mark.parametrize("counts", [FEW, pytest.param(MANY, marks=pytest.mark.slow)], ids=["few", "many"])
@pytest.mark.parametrize("name", OF_SAVED)
def test_a_damaged_saved_file_is_read_or_refused(name, counts, sent, tmp_path):
    said = of_saved(OF_SAVED[name], name, counts[name], sent, tmp_path)
    assert set(said) == {"read", "UsageError"}


@pytest.mark.parametrize("count", [1, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", OF_REPORTS)
def test_a_report_of_a_damaged_saved_file_is_written_or_refused(name, count, sent, tmp_path):
    of_saved(OF_REPORTS[name], name, count, sent, tmp_path)


@pytest.mark.parametrize("count", [40, pytest.param(400, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", OF_OTHERS)
def test_a_damaged_file_of_another_kind_is_read_or_refused(name, count, sent, tmp_path):
    valid = sent.bytes[name]
    said = answers(OF_OTHERS[name], valid, lambda rng: bytes_damaged(rng, valid), count, tmp_path)
    assert said.keys() & {"refused", "UsageError"}
