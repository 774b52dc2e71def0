"""results: theorems of our own, in the shape of a paper: what the papers' statements become when they are sharpened."""

CITATION = "Theorems of our own: docs/results.md has them in the form of a short paper."

READING_ORDER: list[str] = ["claims.linear_minima", "claims.linear_landscape"]
