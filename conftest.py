"""What this tree alone has: --long, --slow and the profiles dev, ci and thorough under short names, and checked shapes.

Tests run under dev, or ci where the environment says CI; --hypothesis-profile overrides both.
"""

import gc
import os
import sys

import pytest
from hypothesis import settings

import verify  # noqa: F401  # registers its profiles
from properties.engine.helpers.formulas import check_shapes
from verify.registry.declare import REGISTRY

os.environ["OMP_NUM_THREADS"] = "1"  # torch's threads would wait for each other where others are at work
gc.disable()  # while tests are collected: all of these objects stay, and looking through them is a sixth of the time
check_shapes()  # before a claim or test imports a formula
_UNWRITTEN, sys.dont_write_bytecode = sys.dont_write_bytecode, False
"""Tests are compiled once for all workers, whatever the environment says: that takes as long as to import them."""

for name, examples in (("dev", 25), ("ci", 25), ("thorough", 2000)):  # of each claim ``make verify`` judges 100
    settings.register_profile(name, settings.get_profile(f"vae-{name}"), max_examples=examples)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser):
    """Add ``--long``, and ``--slow``, which is ``--vae-slow``."""
    parser.addoption("--long", action="store_true", help="run long tests too")
    parser.addoption("--slow", dest="vae_slow", action="store_true", help="run long and slow tests and slow claims too")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef):
    """Forget the claims that a fixture of the session states: no test that comes before or after it knows them."""
    if fixturedef.scope != "session":
        return (yield)
    claims, path = set(REGISTRY), list(sys.path)
    made = yield
    for id in REGISTRY.keys() - claims:
        if REGISTRY[id].is_own:
            del REGISTRY[id]
    sys.path[:] = path
    return made


def pytest_collection_finish():
    """Look for garbage again, but seldom, and leave it to the environment whether bytecode is written."""
    gc.set_threshold(20_000)
    gc.enable()
    sys.dont_write_bytecode = _UNWRITTEN


def pytest_sessionfinish():
    """Spare what the tests have left: pytest looks for garbage twice at its end, in every process."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Leave out slow tests unless ``--slow`` is given, as slow claims are; long ones unless that or ``--long`` is.

    The proofs of the claims are long: ``make verify`` derives each. Whoever names a test is told why it does not run.
    """
    slow = config.getoption("vae_slow")
    left_out = {"slow": not slow, "long": not (slow or config.getoption("long"))}
    waiting = []
    for item in items:
        if item.get_closest_marker("vae_slow"):
            item.add_marker("slow")
            continue  # the plugin of all who use it skips it
        if item.name.endswith(":proof]"):
            item.add_marker("long")
        names = [name for name, is_left_out in left_out.items() if is_left_out and item.get_closest_marker(name)]
        for name in names:
            item.add_marker(pytest.mark.skip(reason=f"{name}: add --{name}"))
        waiting += [item] if names else []
    if waiting and not any("::" in argument for argument in config.args):  # to skip thousands takes seconds
        config.hook.pytest_deselected(items=waiting)
        left = set(map(id, waiting))
        items[:] = [item for item in items if id(item) not in left]
