"""dai2020: its claims, with their proofs."""

CITATION = "Dai, Wang, Wipf: The usual suspects? Reassessing blame for VAE posterior collapse, 2020."

READING_ORDER = [
    "claims.affine",
    "claims.affine_fixed_variance",
    "claims.affine_saddle",
    "claims.gaussian_tails",
    "claims.soft_threshold",
    "claims.collapse_stationarity",
    "claims.autoencoder",
    "claims.trivial_solution",
    "claims.quadratic_bounds",
    "claims.collapsed_dimension",
]
