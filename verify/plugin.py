"""The pytest plugin: claims are collected as tests that carry their ids.

A claim that is expected to be refuted is tested by checking its certificate again; every other one by its Hypothesis
test, and by its proof if it has one. Slow claims run with ``--slow``.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import Phase, settings

from verify import profiles
from verify.certificates import certificate, keep
from verify.checker import Invalid, Malformed, check, parse, read
from verify.claims import Claim, Refutation, Verdict
from verify.database import Pool, active
from verify.explain import refutation_text
from verify.simplify import simplify

profiles.register()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--slow``."""
    parser.addoption("--slow", action="store_true", help="run slow claims and tests too")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the ``slow`` marker."""
    config.addinivalue_line("markers", "slow: takes long; runs with --slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what is slow unless ``--slow`` is given."""
    if not config.getoption("--slow"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="slow: add --slow"))


def pytest_pycollect_makeitem(collector: Any, name: str, obj: Any) -> Any:
    """Turn a claim into tests named after its id."""
    entry = getattr(obj, "claim", None)
    return list(_tests(collector, name, obj, entry)) if isinstance(entry, Claim) else None


def _tests(collector: Any, name: str, obj: Any, entry: Claim) -> Iterator[pytest.Function]:
    def function(suffix: str, call: Any) -> pytest.Function:
        # without originalname, from which pytest 9.2 would make an id that lacks the brackets
        item: pytest.Function = pytest.Function.from_parent(collector, name=f"{name}[{entry.id}{suffix}]", callobj=call)
        if entry.slow:
            item.add_marker("slow")
        return item

    if entry.expected is Verdict.REFUTED:
        yield function("", lambda: _recheck(entry))
        return
    yield function("", obj)
    if entry.proof is not None:
        yield function(":proof", entry.prove)


def _recheck(entry: Claim) -> None:
    path = entry.certificate_file
    try:
        check(parse(read(path)), {entry.id: entry})
    except (OSError, Malformed, Invalid) as error:
        pytest.fail(f"{entry.id} is expected to be refuted, but its certificate {path} fails: {error}", pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Let the test of a claim fail at once if the database of examples holds a counterexample."""
    entry = getattr(pyfuncitem.obj, "claim", None)
    if isinstance(entry, Claim) and Phase.reuse in settings().phases:
        for data in Pool(active(), warnings.warn).fetch(entry):
            instance = entry.signature.decode(data["inputs"], data["dimensions"])
            raise Refutation(entry, instance, check(data, {entry.id: entry}))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Report a refutation as what was refuted, where, and how to see it again."""
    report = yield
    if call.excinfo is not None and isinstance(call.excinfo.value, Refutation):
        found = call.excinfo.value
        instance, judgement = simplify(found.claim, found.instance, found.judgement)
        report.longrepr = refutation_text(found.claim, instance, judgement, keep(found.claim, instance, judgement))
        Pool(active(), warnings.warn).save(certificate(found.claim, instance, judgement))
    return report
