"""Which function that catches errors is found, wherever a body has it from."""

import sys
from functools import partial, wraps
from types import ModuleType

import numpy as np
import pytest

from reference.arithmetic import sqrt
from verify.certificates.programs.catching import catching


def guarded(x):
    try:
        return 1 / x
    except ZeroDivisionError:
        return 0


class Holder:
    def method(self, x):
        with open(x) as file:
            return file

    @classmethod
    def of(cls, x):
        return guarded(x)


class Trusted:
    """A class that says it is one of ours."""

    __module__ = "verify.domains.base"
    method = guarded


def test_what_is_in_classes_of_the_suite_is_not_looked_into():
    def by_ours(x):
        return Trusted.method(x)

    assert catching(by_ours) is None
    Trusted.__module__ = "verify_domains"
    assert catching(by_ours) == "guarded"
    Trusted.__module__ = "verify.domains.base"


def test_the_function_that_catches_is_named_wherever_it_is_called_from():
    def closed(x, inner=None):
        return kept(x)

    kept = guarded

    def plain(x):
        return np.array([x]).sum()

    def twice(x):
        return plain(x) + plain(x)

    def by_class(x):
        return Holder.of(x)

    def itself(x):
        return itself(x)

    def beside(x):
        double = lambda y: 2 * y  # noqa: E731  # a code of its own, which catches nothing
        try:
            return 1 / double(x)
        except ZeroDivisionError:
            return 0

    assert catching(guarded) == "guarded"
    assert catching(beside).endswith(".beside")
    assert catching(closed) == "guarded"
    assert catching(by_class) in ("guarded", "Holder.method")
    assert (catching(plain), catching(twice), catching(itself), catching(sqrt)) == (None,) * 4


class Lazy:
    @property
    def caught(self):
        return guarded(0)


class Empty:
    pass


class Heir(Holder):
    def __call__(self, x):
        return self.of(x)


def of_module(module):
    return lambda x: 1 + module.caught(x)


PACKAGE, MODULE = ModuleType("helpers"), ModuleType("helpers.within")
vars(PACKAGE).update(within=MODULE)
vars(MODULE).update(within=PACKAGE, caught=guarded)
TABLE, OBJECT, PART, FILLED, LAZY = {"all": [guarded]}, Heir(), partial(guarded, 1), Empty(), Lazy()
vars(FILLED).update(kept=guarded)
SET, TUPLE, FROZEN, BOUND = {guarded}, (guarded,), frozenset([guarded]), Holder().method


@wraps(guarded)
def wrapped(x):
    return x


@pytest.mark.parametrize(
    "body",
    [
        lambda x: 1 + TABLE["all"][0](x),
        lambda x: 1 + OBJECT(x),
        lambda x: 1 + PART(),
        lambda x: x + LAZY.caught,
        lambda x: 1 + FILLED.kept(x),  # type: ignore[attr-defined]
        lambda x: 1 + PACKAGE.within.caught(x),
        lambda x, inner=guarded: inner(x),
        lambda x, *, inner=guarded: inner(x),
        lambda x: [inner(x) for inner in SET],
        lambda x: 1 + TUPLE[0](x),
        lambda x: FROZEN and x,
        lambda x: 1 + wrapped(x),
        lambda x: 1 + BOUND(x),
        of_module(MODULE),
    ],
)
def test_the_function_that_catches_is_named_however_it_is_held(body):
    assert catching(body) in ("guarded", "Holder.method")


def test_what_is_held_by_a_module_that_is_trusted_is_not_looked_into():
    ours = ModuleType("numpy.within")
    vars(ours).update(caught=guarded)
    assert catching(of_module(ours)) is None


def test_the_function_that_catches_is_named_where_it_is_imported_as_it_is_called(monkeypatch):
    def body(x):
        import helpers.within as helper  # type: ignore[import-not-found]  # noqa: PLC0415

        return helper.caught(x)

    assert catching(body) is None
    monkeypatch.setitem(sys.modules, "helpers.within", MODULE)
    assert catching(body) == "guarded"
