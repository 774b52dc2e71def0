"""Gaussian densities, tails, divergences, expectations and integrals."""

from reference.gaussian.densities import (
    density,
    expectation,
    kl_divergence,
    lattice_rule,
    log_density,
    nodes,
    norm_tail,
    upper_moments,
    upper_tail,
)
from reference.gaussian.integrals import (
    Piece,
    entrywise,
    euler_gamma,
    gaussian_mean,
)

__all__ = [
    "Piece",
    "density",
    "entrywise",
    "euler_gamma",
    "expectation",
    "gaussian_mean",
    "kl_divergence",
    "lattice_rule",
    "log_density",
    "nodes",
    "norm_tail",
    "upper_moments",
    "upper_tail",
]
