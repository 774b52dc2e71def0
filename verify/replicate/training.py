"""Training many models side by side: one loop, one optimiser, and a leading axis of models in every tensor."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from verify.replicate.checkpoints import State
from verify.replicate.experiment import Setting

RECORDS = 50
"""How often a training is watched: that many times, at equal distances."""


def preferred_device() -> str:
    """Return ``cuda`` if torch has a GPU, else ``cpu``."""
    return "cuda" if torch.cuda.is_available() else "cpu"


class Training(ABC):
    """n models, one for each setting, trained from one seed by Adam on fresh batches.

    A subclass draws the parameters and says what the losses of a batch are. All it draws comes from ``self.generator``,
    whose state is part of the training's, but for what it draws in its ``__init__``, from ``self.world``: the truth
    that the data come from, the same whenever the training is gone on with.
    """

    rate: ClassVar[float] = 1e-3
    """Adam's learning rate."""

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        self.settings, self.device = settings, torch.device(device)
        self.generator, self.world = self._seeded("training", seed), self._seeded("world", seed)

    def _seeded(self, purpose: str, seed: int) -> torch.Generator:
        names = "|".join(setting.name for setting in self.settings)
        digest = hashlib.sha256(f"{type(self).__name__}|{names}|{purpose}|{seed}".encode()).digest()
        return torch.Generator(self.device).manual_seed(int.from_bytes(digest[:7], "big"))

    def normal(self, *shape: int) -> Tensor:
        """Draw standard normal numbers."""
        return torch.randn(shape, generator=self.generator, device=self.device)

    @abstractmethod
    def parameters(self) -> dict[str, Tensor]:
        """Draw the initial parameters, (n, …) each."""

    @abstractmethod
    def losses(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Draw a batch for each model and return its losses, (n)."""

    def constrain(self, parameters: Mapping[str, Tensor]) -> None:  # noqa: B027  # most leave it as it is
        """Put parameters back where they may be, in place, after every step."""

    def watch(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return what is recorded in the course of the training, (n) each; it should draw nothing."""
        return {}

    @abstractmethod
    def measure(self, parameters: Mapping[str, Tensor]) -> list[dict[str, float]]:
        """Return the numbers of each setting at the end; those that the paper prints have the names of its row."""

    def exhibit(self, parameters: Mapping[str, Tensor]) -> list[State]:
        """Return what a figure shows of each setting: spectra, samples."""
        return [{} for _ in self.settings]

    def advance(self, state: State | None, until: int, steps: int) -> State:
        """Train on from a state, or from the start, until so many of all the steps are done.

        The state that this ends with is the same, bit for bit, however often the training was interrupted, on one kind
        of machine. Raises FloatingPointError where a parameter is no longer finite.
        """
        parameters = self.parameters()
        leaves = {name: value.detach().clone().requires_grad_() for name, value in parameters.items()}
        adam = torch.optim.Adam(leaves.values(), lr=self.rate, fused=True)
        done, traces = (0, []) if state is None else _restore(state, self, leaves, adam)
        every = max(1, steps // RECORDS)
        while done < until:
            if done % every == 0:
                with torch.no_grad():
                    traces.append({name: value.cpu().numpy().copy() for name, value in self.watch(leaves).items()})
            adam.zero_grad()
            self.losses(leaves).sum().backward()  # type: ignore[no-untyped-call]
            adam.step()
            with torch.no_grad():
                self.constrain(leaves)
            done += 1
        if not all(bool(torch.isfinite(value).all()) for value in leaves.values()):
            raise FloatingPointError(f"training diverged within {done:,} steps: take fewer, or a lower rate")
        return _dump(done, traces, self, leaves, adam)

    def conclude(self, state: State) -> tuple[list[dict[str, float]], list[State]]:
        """Return what is measured and shown of a finished training, for each setting."""
        with torch.no_grad():
            parameters = {name: value.to(self.device) for name, value in _named(state, "parameter").items()}
            self.generator.set_state(torch.from_numpy(state["generator"]))
            exhibits = self.exhibit(parameters)
            traces = {name: value.numpy() for name, value in _named(state, "trace").items()}
            shown = [{name: trace[:, i] for name, trace in traces.items()} for i in range(len(self.settings))]
            return self.measure(parameters), [a | b for a, b in zip(shown, exhibits, strict=True)]


def _dump(
    done: int, traces: list[dict[str, Any]], training: Training, leaves: Mapping[str, Tensor], adam: torch.optim.Adam
) -> State:
    arrays: State = {"done": np.array(done), "generator": training.generator.get_state().numpy()}
    for name, leaf in leaves.items():
        moments = adam.state[leaf]
        arrays[f"parameter {name}"] = leaf.detach().cpu().numpy()
        arrays[f"mean {name}"], arrays[f"square {name}"] = (
            moments[key].cpu().numpy() for key in ("exp_avg", "exp_avg_sq")
        )
    for name in traces[0] if traces else ():
        arrays[f"trace {name}"] = np.stack([trace[name] for trace in traces])
    return arrays


def _restore(
    state: State, training: Training, leaves: Mapping[str, Tensor], adam: torch.optim.Adam
) -> tuple[int, list[dict[str, Any]]]:
    done = int(state["done"])
    training.generator.set_state(torch.from_numpy(state["generator"]))
    parameters, means, squares, traces = (_named(state, kind) for kind in ("parameter", "mean", "square", "trace"))
    with torch.no_grad():
        for name, leaf in leaves.items():
            leaf.copy_(parameters[name])
            adam.state[leaf] = {
                "step": torch.tensor(float(done), device=training.device),
                "exp_avg": means[name].to(training.device),
                "exp_avg_sq": squares[name].to(training.device),
            }
    records = max((len(trace) for trace in traces.values()), default=0)
    return done, [{name: trace[i].numpy() for name, trace in traces.items()} for i in range(records)]


def _named(state: State, kind: str) -> dict[str, Tensor]:
    """Return the tensors of one kind by their names."""
    return {
        key.removeprefix(f"{kind} "): torch.from_numpy(value.copy())
        for key, value in state.items()
        if key.startswith(f"{kind} ")
    }
