"""Koehler, Mehta, Zhou, Risteski: Variational autoencoders in the presence of low-dimensional data, ICLR 2022."""

__all__ = [  # in the order in which they read
    "losses",
    "landscape",
    "nonlinear",
    "symmetry",
    "flow",
    "trajectories",
    "rotated_trajectories",
    "descending",
    "original_loss",
    "original_loss_trajectories",
    "recovery",
    "recovery_trajectories",
    "initialisation",
    "decay_experiment",
    "linear_experiments",
    "nonlinear_experiments",
    "sphere_experiments",
    "variance_experiments",
]
