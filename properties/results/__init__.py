"""results: theorems of our own, in the shape of a paper: what the papers' statements become when they are sharpened."""

CITATION = "Theorems of our own: docs/explanation/results.md has them in the form of a short paper."

READING_ORDER = [
    "claims.recovery",
    "claims.end_of_eps",
    "claims.slow_residual",
    "claims.balance",
    "claims.decoder",
    "claims.second_moments",
    "claims.one_sample",
    "claims.moving_codes",
    "claims.coinciding_inliers",
    "claims.norm_tail",
    "claims.trivial_solution",
    "claims.collapsed_minimum",
    "claims.linear_minima",
    "claims.linear_landscape",
    "claims.learned_landscape",
]
