"""Random generators that are told some of what they draw."""

import numpy as np


class Told:
    """A generator that is told what it draws of so many."""

    def __init__(self, seed, **told):
        self.generator, self.told = np.random.default_rng(seed), {int(k[1:]): value for k, value in told.items()}

    def integers(self, *bounds, **options):
        if len(bounds) == 1 and bounds[0] in self.told:
            return self.told[bounds[0]]
        return self.generator.integers(*bounds, **options)

    def __getattr__(self, name):
        return getattr(self.generator, name)
