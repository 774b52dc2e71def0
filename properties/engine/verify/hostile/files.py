"""Generated files, to everything that reads one: a line or a correct verdict, soon, and nothing of it is run.

The fast suite has a share of the ten thousand; ``python -m properties.engine.helpers.guided`` goes on from there.
"""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from properties.engine.helpers.hostile import bytes_damaged, damaged, unharmed
from properties.engine.helpers.readers import OF_CERTIFICATES, OF_OTHERS, OF_REPORTS, OF_SAVED

MANY = pytest.mark.slow
SHARES = {"checker": 60, "check": 20, "picture": 10, "pool": 20, "kept": 20, "keep": 10}
IN_ALL = {"checker": 3000, "check": 700, "picture": 300, "pool": 700, "kept": 700, "keep": 400}


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


@pytest.mark.parametrize("name", OF_CERTIFICATES)
def test_a_damaged_certificate_is_refused_or_true(name, sent, tmp_path):
    of_certificates(name, SHARES[name], sent, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_CERTIFICATES)
def test_thousands_of_damaged_certificates_are_refused_or_true(name, sent, tmp_path):
    said = of_certificates(name, IN_ALL[name], sent, tmp_path)
    assert len(said) >= 2, said


def of_saved(read, name, count, sent, home):
    valid = sent.saved[name]
    return answers(read, json.dumps(valid).encode(), lambda rng: damaged(rng, valid), count, home)


@pytest.mark.parametrize("count", [40, pytest.param(700, marks=MANY)])
@pytest.mark.parametrize("name", OF_SAVED)
def test_a_damaged_saved_file_is_read_or_refused(name, count, sent, tmp_path):
    said = of_saved(OF_SAVED[name], name, count, sent, tmp_path)
    assert set(said) == {"read", "refused"}


@pytest.mark.parametrize("count", [1, pytest.param(60, marks=MANY)])
@pytest.mark.parametrize("name", OF_REPORTS)
def test_a_report_of_a_damaged_saved_file_is_written_or_refused(name, count, sent, tmp_path):
    of_saved(OF_REPORTS[name], name, count, sent, tmp_path)


@pytest.mark.parametrize("count", [40, pytest.param(400, marks=MANY)])
@pytest.mark.parametrize("name", OF_OTHERS)
def test_a_damaged_file_of_another_kind_is_read_or_refused(name, count, sent, tmp_path):
    valid = sent.bytes[name]
    said = answers(OF_OTHERS[name], valid, lambda rng: bytes_damaged(rng, valid), count, tmp_path)
    assert "refused" in said
