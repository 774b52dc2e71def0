"""Wang, Ziyin: Posterior collapse of a linear latent variable model, 2022."""

__all__ = [
    "losses",
    "stationarity",
    "fixed_variance",
    "collapse",
    "learned_variance",
    "learned_minimum",
    "implications",
    "hessian",
    "experiments",
]  # in the order in which they read
