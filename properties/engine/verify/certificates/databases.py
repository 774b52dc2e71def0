"""A database is looked at before the work: one that cannot be used is a line, whoever says it."""

import json
import os
import warnings

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase, InMemoryExampleDatabase

from verify.certificates.pool import VARIABLE, Pool, usable
from verify.errors import UsageError


def test_a_named_database_is_looked_at_before_the_work(tmp_path, monkeypatch):
    warned = []
    monkeypatch.setenv(VARIABLE, str(tmp_path / "new" / "folder"))
    with monkeypatch.context() as patch:
        patch.setattr("verify.certificates.pool.settings", lambda: settings(database=InMemoryExampleDatabase()))
        assert usable(warned.append) == DirectoryBasedExampleDatabase(tmp_path / "new" / "folder")
        assert not warned
        asked = []
        patch.setattr(os, "access", lambda *how: asked.append(how))  # the owner of all files is always let in
        usable(warned.append)
        assert asked == [(str(tmp_path / "new" / "folder"), os.W_OK)]
        assert warned == [f"{VARIABLE}: {tmp_path}/new/folder cannot be written: what is found is not saved there"]
        (tmp_path / "file").write_text("no database")
        for place in ("file", "file/below"):
            patch.setenv(VARIABLE, str(tmp_path / place))
            with pytest.raises(UsageError, match=r"name a folder, or unset the variable"):
                usable(warned.append)


def test_what_hypothesis_says_of_its_own_database_is_a_line(monkeypatch):
    def unusable():
        warnings.warn("the default location is unusable", stacklevel=1)
        return InMemoryExampleDatabase()

    warned = []
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("verify.certificates.pool.active", unusable)
    for heard in ("ignore", "error", "once"):  # whatever becomes of warnings else
        warned.clear()
        with warnings.catch_warnings():
            warnings.simplefilter(heard)
            assert isinstance(usable(warned.append), InMemoryExampleDatabase)
        assert warned == ["the default location is unusable"]


def test_each_that_a_hunt_makes_smaller_takes_the_place_of_the_one_before():
    database = InMemoryExampleDatabase()
    pool = Pool(database, pytest.fail)
    for claim, number in (("a/b", 1), ("a/c", 1), ("a/b", 2), ("a/b", 3), ("a/c", 1)):  # the last is the same again
        pool.replace({"claim": claim, "number": number})
    for claim, number in (("a/b", 3), ("a/c", 1)):
        (text,) = database.fetch(f"vae-verify:{claim}".encode())
        assert json.loads(text) == {"claim": claim, "number": number}
