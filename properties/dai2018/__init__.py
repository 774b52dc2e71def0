"""dai2018: its claims, with their proofs and experiments."""

CITATION = "Dai, Wang, Aston, Hua, Wipf: Hidden talents of the variational autoencoder, 2018."

READING_ORDER = [
    "claims.affine",
    "claims.hadamard",
    "claims.variational",
    "claims.principal",
    "claims.multiplicity",
    "claims.columns",
    "claims.local_minima",
    "claims.robust_pca",
    "claims.candidate",
    "claims.orders",
    "claims.robust_limits",
    "claims.shared_variances",
    "claims.moving_codes",
    "claims.tails",
    "claims.quantiser",
    "claims.exactness",
    "experiments.table_1",
]
