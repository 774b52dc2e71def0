"""Claims under pytest: the part of the plugin that is registered with the first claim.

A claim that is expected to be refuted is tested by checking its certificate again, and by what it says of it: that
another is proved, or that it fails at a corner alone. Every other one is tested by its Hypothesis test, and by its
proof if it has one. Slow claims run with ``--vae-slow``.
"""

from __future__ import annotations

import contextlib
import json
import unittest
import warnings
from collections.abc import Callable, Iterator
from functools import singledispatch
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from hypothesis import Phase, settings

from vae_verify import CLAIM
from vae_verify.extras import Lacking, of_import
from verify.certificates.checker import Unproven, check
from verify.certificates.format import certificate
from verify.certificates.pool import Pool, active
from verify.certificates.shelf import keep, kept
from verify.claims.attack import further
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample, Refutation
from verify.claims.entry import Entry, Verdict
from verify.notation import first_line
from verify.registry.declare import REGISTRY, away_test, universal
from verify.running.profiles import of_claim
from verify.simplify import simplify
from verify.writing.refutations import refutation_text

_SETTINGS, _SEED = "_hypothesis_internal_use_settings", "_hypothesis_internal_use_seed"
"""Where Hypothesis looks up the settings and the seed of a test when it runs."""


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of slow claims."""
    config.addinivalue_line("markers", "vae_slow: a claim that takes long; runs with --vae-slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip slow claims unless ``--vae-slow`` is given."""
    if not config.getoption("vae_slow"):
        for item in items:
            if item.get_closest_marker("vae_slow"):
                item.add_marker(pytest.mark.skip(reason="slow: add --vae-slow"))


def tests(collector: Any, name: str, test: Any) -> Iterator[pytest.Function]:
    """Yield the tests of a claim, which are named after its id and have the marks of the function that states it."""
    entry: Entry = vars(test)[CLAIM]
    for other in _hidden_by(entry):
        yield _Item.from_parent(collector, name=f"{name}[{other.id}]", callobj=_hidden(other, name))
    for kind, suffix, call in _tests(entry, test):
        call.pytestmark = getattr(test, "pytestmark", [])
        # without originalname, from which pytest 9.2 would make an id that lacks the brackets
        made: pytest.Function = kind.from_parent(collector, name=f"{name}[{entry.id}{suffix}]", callobj=call)
        if entry.slow:
            made.add_marker("vae_slow")
        yield made


def _hidden_by(entry: Entry) -> list[Entry]:
    """Return the other claims of a module that are stated by a function of the same name, as in a loop."""
    body = entry.body
    if "<locals>" in body.__qualname__:  # it may have any name in the module
        return []
    found = [other for other in REGISTRY.values() if getattr(other.body, "__globals__", None) is body.__globals__]
    return [other for other in found if other is not entry and other.body.__qualname__ == body.__qualname__]


def unseen(collector: Any) -> Iterator[pytest.Function]:
    """Yield a test that fails for each claim which a module states and pytest does not find in it: in a list, say."""
    stated = [entry for entry in REGISTRY.values() if getattr(entry.body, "__globals__", None) is vars(collector.obj)]
    found = list(_found(collector, collector.obj)) if stated else []
    for entry in stated:
        if entry not in found and not any(entry in _hidden_by(other) for other in found):
            name = entry.body.__name__
            call = _failing(f"{entry.id} is not judged: pytest finds it under no name of this module: {_NAME_IT}")
            yield _Item.from_parent(collector, name=f"{name}[{entry.id}]", callobj=call)


_NAME_IT = 'globals()["test_a"] = ... gives it one, and of classes only those count that pytest collects'


def _found(collector: Any, place: Any) -> Iterator[Entry]:
    """Yield the claims among the names of a module, and of the classes there that pytest looks into."""
    for name in dir(place):
        thing = getattr(place, name)
        if isinstance(thing, FunctionType) and CLAIM in vars(thing):
            yield vars(thing)[CLAIM]
        elif isinstance(thing, type) and _is_collected(collector, name, thing):
            yield from _found(collector, thing)


def _is_collected(collector: Any, name: str, thing: type) -> bool:
    made = any({"__init__", "__new__"} & vars(base).keys() for base in thing.__mro__[:-1])  # these pytest passes over
    return issubclass(thing, unittest.TestCase) or (bool(collector.istestclass(thing, name)) and not made)


def _hidden(entry: Entry, name: str) -> Callable[[], None]:
    return _failing(f"{entry.id} is not judged: another claim has the name {name}: give each its own")


def _failing(reason: str) -> Callable[[], None]:
    def hidden() -> None:
        pytest.fail(reason, pytrace=False)

    return hidden


@singledispatch
def _tests(entry: Entry, test: Any) -> Iterator[tuple[type[pytest.Function], str, Any]]:
    """Yield what tests an entry: the kind of test, what its name has after the id, and what it calls."""
    yield _Item, "", test


@_tests.register
def _(claim: Claim, test: Any) -> Iterator[tuple[type[pytest.Function], str, Any]]:
    if claim.expected is Verdict.REFUTED:
        yield _Item, "", _recheck(claim)
        if claim.universal:
            yield _Item, ":universal", lambda: universal(claim).prove()
        if not claim.corner:
            return
        test = away_test(claim)
    if hasattr(test, _SETTINGS):
        setattr(test, _SETTINGS, of_claim(getattr(test, _SETTINGS)))
    yield _Attack, ":away" if claim.corner else "", test
    if claim.proof is not None or claim.expected is Verdict.PROVED:
        yield _Item, ":proof", _prove(claim)


def _recheck(claim: Claim) -> Callable[[], None]:
    def recheck() -> None:
        try:
            kept(claim)
        except Unproven as error:
            pytest.fail(f"expected to be refuted, but {error}", pytrace=False)

    return recheck


def _prove(claim: Claim) -> Callable[[], None]:
    def prove() -> None:
        __tracebackhide__ = True
        claim.prove()

    return prove


class _Item(pytest.Function):
    """A test of a claim."""

    @property
    def id(self) -> Any:
        """The id as pytest 9.2 reads it from its cache: what stands in brackets are parameters."""
        return super().id.parse(self.nodeid)

    def runtest(self) -> None:
        """Run the test; refuse what no claim can have."""
        if self.get_closest_marker("parametrize"):
            pytest.fail("a claim has no parameters for @parametrize: annotate an argument, as OneOf", pytrace=False)
        try:
            super().runtest()
        except ImportError as error:
            if not isinstance(error, Lacking) and not of_import(error):
                raise
            pytest.fail(f"not judged: {first_line(error)}", pytrace=False)


class _Attack(_Item):
    """The test that looks for a counterexample."""

    @property
    def chosen(self) -> settings:
        """The settings that the test runs under."""
        return getattr(self.obj, _SETTINGS, None) or settings()

    def runtest(self) -> None:
        """Run the test; fail at once if the database of examples holds a counterexample."""
        entry: Claim = vars(self.obj)[CLAIM]
        if Phase.reuse in self.chosen.phases:
            for found in Pool(active(self.chosen), warnings.warn).fetch(entry):
                raise Refutation(found)
        observer = vars(self.obj)["observer"]
        observer.forget()
        super().runtest()
        for number in further(lambda: observer.unjudged):
            with _seeded(self.obj, number):
                super().runtest()
        if observer.unjudged:
            pytest.fail(f"{entry.id}: {observer.unjudged}", pytrace=False)
        if entry.expected in (Verdict.UNDECIDED, Verdict.ERROR):
            pytest.fail(f"{entry.id} holds, and is expected to be {entry.expected}", pytrace=False)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Report a refutation as what was refuted, where, and how to see it again.

        pytest calls this where an exception would end the session, and under xdist pass it: so there is none.
        """
        if isinstance(excinfo.value, Refutation):
            with _noting([], ""):
                text = _told(excinfo.value.counterexample, Pool(active(self.chosen), warnings.warn))
                return text.encode("utf-8", "backslashreplace").decode()  # xdist cannot send a lone surrogate
        return super().repr_failure(excinfo)


@contextlib.contextmanager
def _seeded(test: Any, number: int) -> Iterator[None]:
    """Have a test draw other examples inside the block, though it draws the same ones each time."""
    before = getattr(test, _SEED, None)
    setattr(test, _SEED, f"{before}:{number}")
    try:
        yield
    finally:
        setattr(test, _SEED, before)


def _told(found: Counterexample, pool: Pool) -> str:
    """Make a counterexample small, keep it and tell it; one that cannot be kept is told with its whole certificate."""
    claim = found.claim
    troubles: list[str] = []
    with _noting(troubles, "it was not made small"):
        found = simplify(found)
    content: dict[str, Any] = {}
    with _noting(troubles, "its certificate fails"):
        made = certificate(found)
        found, content = check(made, {claim.id: claim}), made
    if not content:
        return "\n".join([f"{claim.id}: a refutation was found, but", *troubles, found.instance.show()])
    path, whole = Path("-"), [json.dumps(content, indent=2, ensure_ascii=False)]
    with _noting(troubles, "it is not in the database of examples"):
        pool.save(content)
    with _noting(troubles, "it could not be kept, so here is its certificate"):
        path, whole = keep(found), []
    return "\n".join([refutation_text(found, path), *troubles, *whole])


@contextlib.contextmanager
def _noting(troubles: list[str], what: str) -> Iterator[None]:
    """Note what goes wrong, whatever it is, and go on; only who ends the session may."""
    try:
        yield
    except (KeyboardInterrupt, pytest.exit.Exception):
        raise
    except BaseException as error:  # pytest.skip in a body is none of Exception's
        troubles.append(f"  {what}: {type(error).__name__}: {first_line(error)}")
