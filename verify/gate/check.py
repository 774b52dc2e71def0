"""The gate as a function: in a test file, one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vae_verify.extras import require
from verify.gate.errors import Unusable
from verify.gate.expectations import Expectations, expectations
from verify.gate.isolation import isolated
from verify.gate.report import Report
from verify.workers.limits import MEMORY

TIMEOUT = 60.0
"""Seconds that a gate may take."""


class Refused(AssertionError):
    """A loss is not what it is expected to be, or that could not be judged; ``report`` says what it is."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report}")
        self.report = report


def check_loss(
    loss: Any,
    *,
    data: Any = None,
    timeout: float = TIMEOUT,
    memory: float | None = MEMORY,
    **declared: Any,
) -> Report:
    """Raise Refused if a VAE loss is not the one that is declared, the negative evidence lower bound if nothing is.

    ``loss`` is a function of the reconstruction (n × d), the data (n × d), the mean and the log-variance (n × k) of
    the posterior, of tensors or arrays, or a model; docs/how-to/gate says what else. Declared are ``beta``,
    ``decoder_variance``, ``prior_variance`` and ``posterior_variance`` as numbers or formulas in n, d, k (and in N,
    the size of the data set), ``reduction`` ("mean", "sum" or a formula), ``likelihood``, ``head``, ``surrogate=True``;
    ``shapes`` are those (n, d, k) at which to look. ``data``, an array (samples × features), has the consequences told.
    The loss is evaluated in a process of its own, for at most ``timeout`` seconds and with ``memory`` GiB. Returns the
    report of a loss that is accepted; raises Unusable if it cannot be evaluated.
    """
    report = gate(loss, name_of(loss), expectations(**declared), data, timeout, memory)
    if not report.accepted:
        raise Refused(report)
    return report


def gate(
    loss: Any,
    name: str,
    declared: Expectations,
    data: Any = None,
    timeout: float = TIMEOUT,
    memory: float | None = MEMORY,
) -> Report:
    """Return the report on a loss; raises Unusable, in a line that begins with its name, if it cannot be evaluated."""
    return _isolated(partial(_examine, lambda: loss, name, declared, data, {}), name, timeout, memory)


def gate_target(
    target: str,
    declared: Expectations,
    data: Any = None,
    model: Mapping[str, int] = MappingProxyType({}),
    timeout: float = TIMEOUT,
    memory: float | None = MEMORY,
) -> Report:
    """Return the report on what ``package.module:attribute`` or ``file.py:attribute`` names.

    ``model`` has the ``latents`` and the ``batch`` for which the consequences on the data are told.
    """
    from verify.gate.interface.targets import load  # noqa: PLC0415

    work = partial(_examine, partial(load, target), target, declared, data, dict(model))
    return _isolated(work, target, timeout, memory)


def _isolated(
    work: Callable[[Callable[[str], None]], Report], name: str, timeout: float, memory: float | None
) -> Report:
    require("the gate", "gate")
    import verify.gate.examination  # noqa: PLC0415, F401  # once, and not in each fork

    try:
        return isolated(work, timeout, memory)
    except Unusable as error:
        raise Unusable(f"{name}: {error}") from None


def _examine(
    load: Callable[[], Any],
    name: str,
    declared: Expectations,
    data: Any,
    model: Mapping[str, int],
    note: Callable[[str], None],
) -> Report:
    from verify.gate.consequences import checked, tell  # noqa: PLC0415
    from verify.gate.examination import examine  # noqa: PLC0415  # NumPy, and the code of the user, in the fork

    data = None if data is None else checked(data)
    note("while it is loaded")
    report = examine(load(), declared, name, note)
    if data is not None:
        tell(report, declared, data, **model)
    return report


def name_of(loss: Any) -> str:
    """Return what to call a loss: its file and name, if it has them."""
    code = getattr(loss, "__code__", None)
    name = getattr(loss, "__qualname__", None) or type(loss).__qualname__
    name = name.rpartition("<locals>.")[2]
    return f"{Path(code.co_filename).name}:{name}" if code is not None else str(name)
