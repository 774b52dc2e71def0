"""wang2022: its claims, with their proofs and experiments."""

CITATION = "Wang, Ziyin: Posterior collapse of a linear latent variable model, 2022."

READING_ORDER = [
    "claims.losses",
    "claims.stationarity",
    "claims.fixed_variance",
    "claims.collapse",
    "claims.learned_variance",
    "claims.learned_minimum",
    "claims.unused_dimensions",
    "claims.implications",
    "claims.hessian",
    "claims.remarks",
    "experiments.figure_4",
    "experiments.figure_1",
    "experiments.digits",
]
