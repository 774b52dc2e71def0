"""Databases of examples on a server, without one: what it is asked, and one line where there is none."""

import sys

import pytest
from hypothesis import settings
from hypothesis.database import InMemoryExampleDatabase

from properties.engine.helpers.commands import refused
from verify.certificates.pool import Server
from verify.errors import UsageError


@pytest.fixture
def pooled():
    """Run under a profile that has a database, which that of CI has not."""
    before = settings.get_current_profile_name()
    settings.register_profile("pooled", settings(database=InMemoryExampleDatabase()))
    settings.load_profile("pooled")
    yield
    settings.load_profile(before)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("ftp://x", "write redis://"),
        ("redis://h:port/0", "write redis://"),
        ("redis://127.0.0.1:1/0", "start the server, or unset the variable"),
    ],
)
def test_a_place_that_is_malformed_or_where_nobody_is_is_one_line(place, words, folder, pooled, monkeypatch, capsys):
    pytest.importorskip("redis", reason="the extra redis is not installed")
    monkeypatch.setenv("VAE_VERIFY_DATABASE", place)
    assert words in refused(capsys, "hunt", "own.py")


def test_a_server_is_asked_for_what_a_database_is():
    server, database = Server("redis://127.0.0.1/0"), InMemoryExampleDatabase()
    server.__dict__["opened"] = database
    server.save(b"key", b"value")
    assert list(server.fetch(b"key")) == list(database.fetch(b"key")) == [b"value"]
    server.delete(b"key", b"value")
    assert not list(database.fetch(b"key"))


def test_a_server_without_the_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.delitem(sys.modules, "hypothesis.extra.redis", raising=False)
    with pytest.raises(UsageError, match=r"pip install 'vae-verify\[redis\]'"):
        _ = Server("redis://127.0.0.1/0").opened
