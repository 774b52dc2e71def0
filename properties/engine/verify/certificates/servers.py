"""Databases of examples on a server, without one: what it is asked, and one line where there is none."""

import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase, InMemoryExampleDatabase

from properties.engine.helpers.commands import refused
from verify.certificates.pool import Server, named_database
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


class Asked:
    """A Redis server, and a database on one, that note how they are asked for."""

    def __init__(self, wrong=None, answer=None):
        self.wrong, self.answer, self.noted = wrong, answer, []

    def from_url(self, url, **options):
        if self.wrong is not None:
            raise self.wrong
        self.noted.append((url, options))
        return self

    def ping(self):
        self.noted.append("ping")
        if self.answer is not None:
            raise self.answer

    def database(self, redis, **options):
        self.noted.append((redis is self, options))
        return "database"


class Failure(Exception):
    """What Redis raises."""


def opened(monkeypatch, server):
    monkeypatch.setitem(sys.modules, "redis", SimpleNamespace(Redis=server, RedisError=Failure))
    extra = SimpleNamespace(RedisExampleDatabase=server.database)
    monkeypatch.setitem(sys.modules, "hypothesis.extra.redis", extra)
    return Server("redis://here:6379/0").opened


def test_a_server_is_waited_for_three_seconds_and_keeps_what_it_has_for_a_year(monkeypatch):
    server = Asked()
    assert opened(monkeypatch, server) == "database"
    waits = {"socket_connect_timeout": 3.0, "socket_timeout": 3.0}
    assert server.noted == [("redis://here:6379/0", waits), "ping", (True, {"expire_after": timedelta(days=365)})]


@pytest.mark.parametrize(
    ("wrong", "answer", "words"),
    [
        (ValueError("no url\nat all"), None, "no url: write redis://host:port/0"),
        (TypeError("no option"), None, "no option: write redis://host:port/0"),
        (None, Failure("nobody"), "nobody: start the server, or unset the variable"),
        (None, OSError("refused"), "refused: start the server, or unset the variable"),
    ],
)
def test_what_is_wrong_with_a_server_is_one_line_and_what_to_do(wrong, answer, words, monkeypatch):
    with pytest.raises(UsageError) as caught:
        opened(monkeypatch, Asked(wrong, answer))
    assert str(caught.value) == f"VAE_VERIFY_DATABASE: {words}"


def test_one_place_has_one_server(monkeypatch):
    for place, other in (("redis://a/0", "redis://b/0"), ("unix://a", "redis://c/0")):
        monkeypatch.setenv("VAE_VERIFY_DATABASE", place)
        first = named_database()
        assert isinstance(first, Server)
        assert named_database() is first
        monkeypatch.setenv("VAE_VERIFY_DATABASE", other)
        assert named_database() is not first
    for place, database in (("", None), ("folder", DirectoryBasedExampleDatabase("folder"))):
        monkeypatch.setenv("VAE_VERIFY_DATABASE", place)
        assert named_database() == database
    monkeypatch.delenv("VAE_VERIFY_DATABASE")
    assert named_database() is None
