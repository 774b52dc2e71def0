"""koehler2022: its claims, with their proofs, trajectories and experiments."""

CITATION = (
    "Koehler, Mehta, Zhou, Risteski: Variational autoencoders in the presence of low-dimensional data, ICLR 2022."
)

READING_ORDER = [
    "claims.losses",
    "claims.landscape",
    "claims.nonlinear",
    "claims.symmetry",
    "claims.flow",
    "trajectories.theorem_5",
    "trajectories.lemma_6",
    "claims.descent",
    "trajectories.lemma_1",
    "claims.original_loss",
    "trajectories.original_loss",
    "claims.left_over",
    "claims.recovery",
    "trajectories.recovery",
    "claims.initialisation",
    "trajectories.initialisation",
    "experiments.theorem_5",
    "experiments.table_1",
    "experiments.tables_2_and_4",
    "experiments.tables_3_and_5",
    "experiments.section_6",
]
