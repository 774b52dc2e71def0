"""What a loss draws inside: the same at each call, or a design over which the mean of a quadratic is its expectation."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import numpy as np

from verify.gate.instances import Instance


class Noise:
    """The same noise at each call, from one seed."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def turns(self, instance: Instance) -> Iterator[None]:
        """Prepare what is drawn in each of the calls over which the value at an instance is a mean."""
        seed_all(self.seed)
        yield


def seed_all(seed: int) -> None:
    """Seed whatever a loss may draw from."""
    random.seed(seed)
    np.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
