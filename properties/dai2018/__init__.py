"""Dai, Wang, Aston, Hua, Wipf: Hidden talents of the variational autoencoder, 2018."""

__all__ = [
    "affine",
    "hadamard",
    "variational",
    "principal",
    "multiplicity",
    "local_minima",
    "robust_pca",
    "robust_limits",
    "shared_variances",
    "moving_codes",
    "tails",
    "quantiser",
    "exactness",
    "manifold_experiment",
]  # in the order in which they read
