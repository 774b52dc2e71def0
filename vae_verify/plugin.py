"""The pytest plugin until a claim is met: it imports nothing of the suite, and touches nothing of a project without.

What claims need, :mod:`verify.plugin`, is registered with the first of them.
"""

import sys
from argparse import SUPPRESS
from collections.abc import Generator
from types import FunctionType
from typing import Any

import pytest

from vae_verify import CLAIM, PACKAGES, Shadowed, require


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add ``--vae-slow``, which the help of a project without claims does not mention; leave assertions alone.

    pytest rewrites those of all packages that come with a plugin, which takes a second, and of any others so called.
    """
    getattr(pluginmanager.rewrite_hook, "_must_rewrite", set()).difference_update(PACKAGES)
    parser.addoption("--vae-slow", action="store_true", help=SUPPRESS)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the profiles of the suite if one of them is asked for."""
    profile = config.getoption("--hypothesis-profile", default=None)
    if profile is not None and profile.startswith("vae-"):
        try:
            require("verify")
            import verify.running.profiles  # noqa: F401, PLC0415  # registers them
        except Shadowed as error:
            raise pytest.UsageError(f"--hypothesis-profile={profile}: {error}") from error


def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> Any:
    """Turn a claim into tests named after its id."""
    test = obj.__func__ if type(obj) is staticmethod else obj
    if type(test) is not FunctionType or CLAIM not in vars(test):
        return None
    from verify import plugin  # noqa: PLC0415  # what states a claim has imported all of it

    if not collector.config.pluginmanager.is_registered(plugin):
        collector.config.pluginmanager.register(plugin, "vae_verify_claims")
    return list(plugin.tests(collector, name, test))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, Any]:
    """Let claims fail that a module states where pytest does not look, as in a list: nothing judges them."""
    report = yield
    if isinstance(collector, pytest.Module) and report.passed and "verify.registry.declare" in sys.modules:
        from verify import plugin  # noqa: PLC0415  # some module has imported what it needs

        report.result += plugin.unseen(collector)
    return report


def pytest_exception_interact(call: pytest.CallInfo[Any], report: Any) -> None:
    """Say beside a failed import of ``verify`` or ``reference`` that it is another package, if it is."""
    error = call.excinfo.value.__cause__ if call.excinfo is not None else None
    package = (error.name or "").partition(".")[0] if isinstance(error, ImportError) else ""
    if package in PACKAGES:
        try:
            require(package)
        except Shadowed as shadowed:
            report.sections.append(("vae-verify", str(shadowed)))
