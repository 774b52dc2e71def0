"""Spreading an experiment's trainings over workers, slice by slice; whatever the workers, the numbers are the same."""

from __future__ import annotations

import hashlib
import inspect
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from typing import Any

import torch

import reference
from vae_verify import is_own
from verify.judging.statements import ClaimError
from verify.registry.sources import Source, find
from verify.replicate.checkpoints import Checkpoints, State
from verify.replicate.experiment import Experiment, Replication, Row, Setting
from verify.replicate.training import preferred_device
from verify.workers.processes import Workers, first_done

SLICES = 50
"""Into how many parts a training is divided: after each it is written down."""

_RETRIES = 3
"""How often a part is tried again whose worker died."""


@dataclass(frozen=True)
class Batch:
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
"""The numbers and the exhibits of the settings of a batch."""


def work(batch: Batch, state: State | None, until: int) -> tuple[State, Measured | None]:
    """Train a batch on until so many steps are done, and measure it if that is all."""
    with _loading:
        entry = find(batch.id, Experiment, batch.source)
    return trained(entry, batch, state, until)


def trained(entry: Experiment, batch: Batch, state: State | None, until: int) -> tuple[State, Measured | None]:
    """Train a batch of an experiment that is at hand, which need not be one of the registered ones."""
    torch.set_num_threads(1)  # more would change the order of sums, and with it the numbers
    training = entry.training(batch.settings(entry), batch.seed, batch.device)
    if state is None or int(state["done"]) < until:
        state = training.advance(state, until, batch.steps)
        if int(state["done"]) != until:
            raise ClaimError(f"{entry.id}: after {until} steps its computation says that {int(state['done'])} are done")
    return state, training.conclude(state) if until == batch.steps else None


def replicate(
    experiment: Experiment, seeds: Sequence[int], steps: int, workers: Workers | None = None,
    folder: Path | None = None, update: Callable[[float], None] = lambda share: None, timeout: float = inf,
) -> Replication:  # fmt: skip
    """Train all settings from all seeds, here or by ``workers``, and return what was measured.

    With a ``folder``, trainings are written down there after each slice, and gone on with. ``update`` hears the share
    that is done. Raises OSError where nothing can be written, FloatingPointError where a training diverges or measures
    what is not finite, BrokenExecutor where workers keep dying, and TimeoutError where for ``timeout`` seconds none of
    them has done any part of its training.
    """
    # asked where the work is done; a process that had touched a GPU itself could not share it with those it forks
    device = preferred_device() if workers is None else _result(workers.submit(preferred_device))
    source = Source.of(experiment)
    batches = [
        Batch(experiment.id, source, seed, group, experiment.groups, steps, device)
        for seed in seeds
        for group in range(experiment.groups)
    ]
    checkpoints = None if folder is None else Checkpoints(folder, fingerprint(experiment, steps, device))
    files = [checkpoints.path(batch.seed, batch.group) for batch in batches] if checkpoints is not None else []
    measured: dict[Batch, Measured] = {}
    progress = dict.fromkeys(batches, 0)
    for batch, state, found in _slices(experiment, batches, workers, checkpoints, timeout):
        progress[batch] = int(state["done"])
        if checkpoints is not None:
            checkpoints.save(batch.seed, batch.group, state)
        if found is not None:
            measured[batch] = found
        update(sum(progress.values()) / (steps * len(batches)))
    return _gathered(experiment, batches, measured, files)


def _result(future: Future[Any]) -> Any:
    """Wait for a result, or until an end is requested."""
    (done,) = first_done([future])
    return done.result()


def fingerprint(experiment: Experiment, steps: int, device: str) -> str:
    """Return what tells apart trainings whose numbers may differ: of other steps, settings, sources or devices.

    The sources are those of the experiment, of the classes that train it, of this package and of the formulas; of one's
    own experiment, all that lie beside it.
    """
    kind = type(experiment.training(experiment.settings[:: experiment.groups], 0, "cpu"))
    stating = inspect.getsourcefile(experiment.body)
    classes = [inspect.getsourcefile(base) for base in kind.__mro__ if base.__module__ not in ("abc", "builtins")]
    files = {Path(file) for file in [*classes, stating] if file}
    if stating and is_own(experiment.body.__module__):
        files |= set(Path(stating).resolve().parent.glob("*.py"))
    files |= {*Path(__file__).parent.glob("*.py"), *Path(reference.__file__).parent.rglob("*.py")}
    settings = [(setting.name, sorted(setting.values.items())) for setting in experiment.settings]
    identity = repr((experiment.id, settings, experiment.groups, steps, device, torch.__version__)).encode()
    contents = sorted(file.name.encode() + file.read_bytes() for file in files)  # wherever they lie
    return hashlib.sha256(b"".join([identity, *contents])).hexdigest()


def _slices(
    experiment: Experiment, batches: Sequence[Batch], workers: Workers | None, checkpoints: Checkpoints | None,
    timeout: float,
) -> Iterator[tuple[Batch, State, Measured | None]]:  # fmt: skip
    """Yield every batch's state after each slice, and what was measured after the last."""
    states = {batch: checkpoints.load(batch.seed, batch.group) if checkpoints else None for batch in batches}
    if workers is None:
        for batch in batches:
            state, found = states[batch], None
            while found is None:
                state, found = trained(experiment, batch, state, _next(batch, state))
                yield batch, state, found
        return
    running: dict[Future[Any], Batch] = {}
    failures = 0

    def submit(batch: Batch) -> None:
        running[workers.submit(work, batch, states[batch], _next(batch, states[batch]))] = batch

    for batch in batches:
        submit(batch)
    while running:
        done = first_done(running, timeout)
        if not done:
            raise TimeoutError(f"no part of a training came to its end within {timeout:g} s")
        for future in done:
            batch = running.pop(future)
            try:
                state, found = future.result()
            except BrokenExecutor:  # a worker died: of this part, or of one beside it
                failures += 1
                if failures > _RETRIES * len(batches):
                    raise
                submit(batch)
                continue
            states[batch] = state
            if found is None:
                submit(batch)
            yield batch, state, found


def _next(batch: Batch, state: State | None) -> int:
    """Return where the next slice ends."""
    done = 0 if state is None else int(state["done"])
    slice_ = max(1, batch.steps // SLICES)
    return min(batch.steps, (done // slice_ + 1) * slice_)


def _gathered(
    experiment: Experiment, batches: Sequence[Batch], measured: dict[Batch, Measured], files: Sequence[Path]
) -> Replication:
    numbers: dict[str, dict[str, list[float]]] = {setting.name: {} for setting in experiment.settings}
    exhibits = {}
    for batch in batches:
        found, shown = measured[batch]
        for setting, values, shows in zip(batch.settings(experiment), found, shown, strict=True):
            exhibits[batch.seed, setting.name] = shows
            if not values:
                raise ClaimError(f"{experiment.id}: nothing is measured of {setting.name!r}")
            for name, value in values.items():
                if not isfinite(value):
                    raise FloatingPointError(f"the measured {name!r} of {setting.name!r} is {value}: mend measure()")
                numbers[setting.name].setdefault(name, []).append(float(value))
    return Replication([Row(setting, numbers[setting.name]) for setting in experiment.settings], exhibits, files)
