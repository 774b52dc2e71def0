"""Dai, Wang, Wipf: The usual suspects? Reassessing blame for VAE posterior collapse, 2020."""

__all__ = [  # in the order in which they read
    "affine",
    "affine_fixed_variance",
    "affine_saddle",
    "gaussian_tails",
    "soft_threshold",
    "collapse_stationarity",
    "autoencoder",
    "quadratic_bounds",
    "collapsed_dimension",
]
