"""Training steps per second of Table 1's linear VAEs: all models of a seed in one batch, beside one after the other.

The two take turns, at 200 steps of every model a turn, so that whatever else the machine does slows both alike.

    python benchmarks/training.py [--turns N]
"""

import argparse
import time

import torch
from rich.progress import track

from properties.koehler2022.experiments.table_1 import linear_settings
from properties.koehler2022.experiments.training.linear import LinearVAE
from verify.replicate.training import preferred_device

STEPS = 200


def main() -> None:
    """Measure, and print a table and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings, device = linear_settings(), preferred_device()
    together = [LinearVAE(settings, 0, device)]
    alone = [LinearVAE([setting], 0, device) for setting in settings]
    seconds = {"in one batch": 0.0, "one by one": 0.0}
    for trainings in (together, alone):
        trainings[0].advance(None, STEPS, STEPS)  # whatever is set up but once
    for _ in track(range(options.turns), description="turns"):
        for name, trainings in zip(seconds, (together, alone), strict=True):
            started = time.perf_counter()
            for training in trainings:
                training.advance(None, STEPS, STEPS)
            seconds[name] += time.perf_counter() - started
    total = STEPS * options.turns * len(settings)
    print(f"{len(settings)} models on {device}       steps of a model/s")
    for name, spent in seconds.items():
        print(f"{name:20s}{total / spent:12,.0f}")
    print(f"{'ratio':20s}{seconds['one by one'] / seconds['in one batch']:12.2f}")


if __name__ == "__main__":
    main()
