"""Spreading an experiment's trainings over workers, slice by slice; whatever the workers, the numbers are the same."""

from __future__ import annotations

import hashlib
import inspect
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import torch

import reference
from verify.registry.loading import Source, find
from verify.replicate.checkpoints import Checkpoints, State
from verify.replicate.experiment import Experiment, Outcome, Row, Setting
from verify.replicate.training import preferred_device
from verify.workers.processes import Workers, first_done

SLICES = 50
"""Into how many parts a training is divided: after each it is written down."""

_RETRIES = 3
"""How often a part is tried again whose worker died."""


@dataclass(frozen=True)
class Unit:
    """One batch of models that is trained as a whole: some settings, one seed."""

    id: str
    source: Source | None
    seed: int
    group: int
    groups: int
    steps: int
    device: str

    def settings(self, experiment: Experiment) -> Sequence[Setting]:
        """Return the settings of the group."""
        return experiment.settings[self.group :: self.groups]


_loading = threading.Lock()
"""A worker of a cluster may have several threads."""

Measured = tuple[list[dict[str, float]], list[State]]
"""The numbers and the exhibits of the settings of a unit."""


def work(unit: Unit, state: State | None, until: int) -> tuple[State, Measured | None]:
    """Train a unit on until so many steps are done, and measure it if that is all."""
    with _loading:
        entry = find(unit.id, unit.source)
    if not isinstance(entry, Experiment):
        raise TypeError(f"{unit.id} is no experiment")
    return trained(entry, unit, state, until)


def trained(entry: Experiment, unit: Unit, state: State | None, until: int) -> tuple[State, Measured | None]:
    """Train a unit of an experiment that is at hand, which need not be one of the registered ones."""
    torch.set_num_threads(1)  # more would change the order of sums, and with it the numbers
    training = entry.computation(unit.settings(entry), unit.seed, unit.device)
    if state is None or int(state["done"]) < until:
        state = training.advance(state, until, unit.steps)
    return state, training.conclude(state) if until == unit.steps else None


def replicate(
    experiment: Experiment, seeds: Sequence[int], steps: int, workers: Workers | None = None,
    folder: Path | None = None, update: Callable[[float], None] = lambda share: None,
) -> Outcome:  # fmt: skip
    """Train all settings from all seeds, here or by ``workers``, and return what was measured.

    With a ``folder``, trainings are written down there after each slice, and gone on with. ``update`` hears the share
    that is done. Raises OSError where nothing can be written, FloatingPointError where a training diverges or measures
    what is not finite, and BrokenExecutor where workers keep dying.
    """
    # asked where the work is done; a process that had touched a GPU itself could not share it with those it forks
    device = preferred_device() if workers is None else _result(workers.submit(preferred_device))
    source = Source.of(experiment)
    units = [
        Unit(experiment.id, source, seed, group, experiment.groups, steps, device)
        for seed in seeds
        for group in range(experiment.groups)
    ]
    checkpoints = None if folder is None else Checkpoints(folder, fingerprint(experiment, steps, device))
    files = [checkpoints.path(unit.seed, unit.group) for unit in units] if checkpoints is not None else []
    measured: dict[Unit, Measured] = {}
    progress = dict.fromkeys(units, 0)
    for unit, state, found in _slices(experiment, units, workers, checkpoints):
        progress[unit] = int(state["done"])
        if checkpoints is not None:
            checkpoints.save(unit.seed, unit.group, state)
        if found is not None:
            measured[unit] = found
        update(sum(progress.values()) / (steps * len(units)))
    return _gathered(experiment, units, measured, files)


def _result(future: Future[Any]) -> Any:
    """Wait for a result, or until an end is requested."""
    (done,) = first_done([future])
    return done.result()


def fingerprint(experiment: Experiment, steps: int, device: str) -> str:
    """Return what tells apart trainings whose numbers may differ: of other steps, settings, sources or devices.

    The sources are those of the experiment, of the classes that train it, of this package and of the formulas.
    """
    kind = type(experiment.computation(experiment.settings[:: experiment.groups], 0, "cpu"))
    classes = [inspect.getsourcefile(base) for base in kind.__mro__ if base.__module__ not in ("abc", "builtins")]
    files = {Path(file) for file in [*classes, inspect.getsourcefile(experiment.body)] if file}
    files |= {*Path(__file__).parent.glob("*.py"), *Path(reference.__file__).parent.rglob("*.py")}
    settings = [(setting.name, sorted(setting.values.items())) for setting in experiment.settings]
    identity = repr((experiment.id, settings, experiment.groups, steps, device, torch.__version__)).encode()
    contents = sorted(file.name.encode() + file.read_bytes() for file in files)  # wherever they lie
    return hashlib.sha256(b"".join([identity, *contents])).hexdigest()


def _slices(
    experiment: Experiment, units: Sequence[Unit], workers: Workers | None, checkpoints: Checkpoints | None
) -> Iterator[tuple[Unit, State, Measured | None]]:
    """Yield every unit's state after each slice, and what was measured after the last."""
    states = {unit: checkpoints.load(unit.seed, unit.group) if checkpoints else None for unit in units}
    if workers is None:
        for unit in units:
            state, found = states[unit], None
            while found is None:
                state, found = trained(experiment, unit, state, _next(unit, state))
                yield unit, state, found
        return
    running: dict[Future[Any], Unit] = {}
    failures = 0

    def submit(unit: Unit) -> None:
        running[workers.submit(work, unit, states[unit], _next(unit, states[unit]))] = unit

    for unit in units:
        submit(unit)
    while running:
        for future in first_done(running):
            unit = running.pop(future)
            try:
                state, found = future.result()
            except BrokenExecutor:  # a worker died: of this part, or of one beside it
                failures += 1
                if failures > _RETRIES * len(units):
                    raise
                submit(unit)
                continue
            states[unit] = state
            if found is None:
                submit(unit)
            yield unit, state, found


def _next(unit: Unit, state: State | None) -> int:
    """Return where the next slice ends."""
    done = 0 if state is None else int(state["done"])
    slice_ = max(1, unit.steps // SLICES)
    return min(unit.steps, (done // slice_ + 1) * slice_)


def _gathered(
    experiment: Experiment, units: Sequence[Unit], measured: dict[Unit, Measured], files: Sequence[Path]
) -> Outcome:
    numbers: dict[str, dict[str, list[float]]] = {setting.name: {} for setting in experiment.settings}
    exhibits = {}
    for unit in units:
        found, shown = measured[unit]
        for setting, values, shows in zip(unit.settings(experiment), found, shown, strict=True):
            exhibits[unit.seed, setting.name] = shows
            for name, value in values.items():
                if not isfinite(value):
                    raise FloatingPointError(f"the measured {name!r} of {setting.name!r} is {value}: mend measure()")
                numbers[setting.name].setdefault(name, []).append(float(value))
    return Outcome([Row(setting, numbers[setting.name]) for setting in experiment.settings], exhibits, files)
