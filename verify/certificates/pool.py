"""Counterexamples in Hypothesis's example database: what a hunt found fails a test at once, and the other way round.

They lie there as the texts of their certificates, under a key of each claim. A team that shares a database pools them.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from verify.certificates.checker import Unjudged, Unproven, check, parse
from verify.certificates.format import complexity
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.errors import UsageError
from verify.notation import first_line
from verify.workers.limits import GivenUp, time_limit

VARIABLE = "VAE_VERIFY_DATABASE"
"""The environment variable that names a database: a folder, or the URL of a Redis server."""

_PATIENCE = 3.0
_KEPT_FOR = timedelta(days=365)


def named_database() -> ExampleDatabase | None:
    """Return the database that the environment names, if it names one; nothing is opened yet."""
    place = os.environ.get(VARIABLE, "")
    if not place:
        return None
    return _server(place) if "://" in place else DirectoryBasedExampleDatabase(place)


def active(chosen: settings | None = None) -> ExampleDatabase | None:
    """Return the named database, else that of the chosen settings or the active profile; None where these have none."""
    database = (chosen or settings()).database
    return None if database is None else named_database() or database


def usable(warn: Callable[[str], object]) -> ExampleDatabase | None:
    """Return the active database, looked at before the work: one that cannot be saved to is warned of.

    Raises UsageError if one that is named cannot be used at all.
    """
    with warnings.catch_warnings(record=True) as troubles:  # Hypothesis's, of several lines
        warnings.simplefilter("always")
        database = active()
    for trouble in troubles:
        warn(f"{trouble.message}")
    place = os.environ.get(VARIABLE, "")
    if isinstance(database, Server):
        _ = database.opened
    elif database is not None and place:
        try:
            Path(place).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{VARIABLE}: {place}: {error.strerror}: name a folder, or unset the variable") from error
        if not os.access(place, os.W_OK):
            warn(f"{VARIABLE}: {place} cannot be written: what is found is not saved there")
    return database


class Server(ExampleDatabase):
    """A database on a Redis server, which is asked for only when it is used."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    @cached_property
    def opened(self) -> ExampleDatabase:
        """The database itself; raises UsageError if it cannot be reached."""
        try:
            from hypothesis.extra.redis import RedisExampleDatabase  # noqa: PLC0415  # optional
            from redis import Redis, RedisError  # noqa: PLC0415
        except ImportError as error:
            raise UsageError(f"{VARIABLE} names a Redis server: pip install 'vae-verify[redis]'") from error
        try:
            redis = Redis.from_url(self._url, socket_connect_timeout=_PATIENCE, socket_timeout=_PATIENCE)
            redis.ping()
        except (ValueError, TypeError) as error:  # also of options that Redis has not
            raise UsageError(f"{VARIABLE}: {first_line(error)}: write redis://host:port/0") from error
        except (RedisError, OSError) as error:
            raise UsageError(f"{VARIABLE}: {first_line(error)}: start the server, or unset the variable") from error
        return RedisExampleDatabase(redis, expire_after=_KEPT_FOR)

    def save(self, key: bytes, value: bytes) -> None:
        """Save a value under a key."""
        self.opened.save(key, value)

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """Return the values of a key."""
        return self.opened.fetch(key)

    def delete(self, key: bytes, value: bytes) -> None:
        """Forget a value of a key."""
        self.opened.delete(key, value)


_server = cache(Server)


class Pool:
    """The counterexamples in a database. One that fails is no reason to stop: one warning, and it is used no more."""

    def __init__(self, database: ExampleDatabase | None, warn: Callable[[str], object]) -> None:
        self._database, self._warn = database, warn
        self._latest: dict[str, Mapping[str, Any]] = {}

    def save(self, content: Mapping[str, Any]) -> None:
        """Save a certificate."""
        self._try(lambda database: database.save(_key(content["claim"]), _text(content)))

    def replace(self, content: Mapping[str, Any]) -> None:
        """Save a certificate, and delete the one of the same claim for which this was called before."""
        before = self._latest.get(content["claim"], content)
        self.save(content)
        if before != content:
            self._try(lambda database: database.delete(_key(content["claim"]), _text(before)))
        self._latest[content["claim"]] = content

    def fetch(self, claim: Claim) -> list[Counterexample]:
        """Return the counterexamples that the checker accepts in good time, the simplest first.

        What it refuses is deleted.
        """
        valid: list[Counterexample] = []

        def fetch(database: ExampleDatabase) -> None:
            for text in sorted(database.fetch(_key(claim.id))):
                try:
                    valid.append(check(parse(text), {claim.id: claim}))
                except Unjudged:
                    continue
                except Unproven:
                    database.delete(_key(claim.id), text)

        with suppress(GivenUp), time_limit(_PATIENCE):
            self._try(fetch)
        return sorted(valid, key=lambda found: complexity(found.instance.sizes, found.instance.encode()))

    def _try(self, use: Callable[[ExampleDatabase], None]) -> None:
        if self._database is not None:
            try:
                use(self._database)
            except Exception as error:  # of whatever database it is
                self._database = None
                self._warn(f"the database of examples is not used any more: {first_line(error)}")


def _text(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _key(id: str) -> bytes:
    return f"vae-verify:{id}".encode()
