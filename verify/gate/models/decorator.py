"""``@parametrize_with_claims``: a test for each claim on the loss that a user's objective is to be."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from verify.errors import UsageError
from verify.gate.models.adapter import Adapter
from verify.gate.models.check import Check
from verify.gate.models.claims import OF_LOSS, OF_SIMPLIFIED_LOSS
from verify.gate.models.objective import Objective, Refused


def parametrize_with_claims(
    adapter: Callable[..., Any],
    expected_failures: Mapping[str, str] | None = None,
    *,
    eps: float | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Parametrise a test with one check for each claim on the loss of linear VAEs; they are named after the claims.

    The test calls the check that it is given; one that it does not call is called after it.

    Args:
        adapter: returns the objective, a number, at the weights that its parameters name: ``A`` (d, k) or data ``X``
            (n, d), ``At`` (d, r), ``Bt`` (r, d), ``D`` (r), ``eps``, and perhaps ``noise`` (n, r). Without ``D`` it is
            the loss L₁ (5) of koehler2022, with it L (4); without ``eps`` the decoder's deviation is fixed. Arrays are
            float64; in which floats the adapter computes is found out.
        expected_failures: reasons by the ids of claims that do not hold of the objective; if one does, its test fails.
        eps: the decoder's standard deviation in an objective that takes none: 1, or √β in a β-VAE of variance 1.

    Raises:
        UsageError: parameters, ids or an eps that are none, in one line.
    """
    import pytest  # noqa: PLC0415  # who calls a check alone needs none

    checks = checks_of(adapter, eps)
    failures = dict(expected_failures or {})
    if unknown := [id for id in failures if id not in checks]:
        raise UsageError(
            f"expected_failures: no claim on this objective is called {unknown[0]!r}: there are {', '.join(checks)}"
        )

    def parameter(check: Check) -> Any:
        reason = failures.get(check.id)
        marks = () if reason is None else pytest.mark.xfail(strict=True, raises=Refused, reason=reason)
        return pytest.param(check, id=check.id, marks=marks)

    def decorate(test: Callable[..., Any]) -> Any:
        names = [name for name in inspect.signature(test).parameters if name != "self"]
        if not names:
            raise UsageError(f"{test.__name__} has no parameter for the check: def {test.__name__}(check): check()")

        @functools.wraps(test)
        def run(*args: Any, **kwargs: Any) -> None:
            __tracebackhide__ = True
            called = kwargs[names[0]] = _Called(kwargs[names[0]])
            test(*args, **kwargs)
            if not called.was:
                called()

        return pytest.mark.parametrize(names[0], list(map(parameter, checks.values())))(run)

    return decorate


def checks_of(adapter: Callable[..., Any], eps: float | None = None) -> dict[str, Check]:
    """Return the checks of an objective by their ids, as :func:`parametrize_with_claims` has them."""
    made = Adapter(adapter)
    objective = Objective(made, eps)
    claims = OF_LOSS if made.takes("D") else OF_SIMPLIFIED_LOSS
    return {id: Check(id, names, objective) for id, names in claims.items()}


class _Called:
    """A check, and whether it was called."""

    def __init__(self, check: Check) -> None:
        self.check, self.id, self.was = check, check.id, False

    def __call__(self) -> None:
        __tracebackhide__ = True
        self.was = True
        self.check()

    def __repr__(self) -> str:
        return repr(self.check)
