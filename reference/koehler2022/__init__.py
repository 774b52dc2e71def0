"""Koehler, Mehta, Risteski, Zhou, *Variational autoencoders in the presence of low-dimensional data* (ICLR 2022)."""

from reference.koehler2022.losses import (
    descent_step,
    ground_truth_parameters,
    linear_reconstruction,
    loss,
    loss_gradient,
    nonlinear_decoder,
    optimal_decoder_deviation,
    optimal_encoder_variance,
    sigmoid_data,
    simplified_loss,
    simplified_loss_gradient,
    vae_loss,
    wide_encoder_variance,
    wide_parameters,
)
from reference.koehler2022.rates import (
    aggregate_covariance,
    decay_matrix,
    residual_drift,
    residual_pull,
    unused_dimensions,
)

__all__ = [
    "aggregate_covariance",
    "decay_matrix",
    "descent_step",
    "ground_truth_parameters",
    "linear_reconstruction",
    "loss",
    "loss_gradient",
    "nonlinear_decoder",
    "optimal_decoder_deviation",
    "optimal_encoder_variance",
    "residual_drift",
    "residual_pull",
    "sigmoid_data",
    "simplified_loss",
    "simplified_loss_gradient",
    "unused_dimensions",
    "vae_loss",
    "wide_encoder_variance",
    "wide_parameters",
]
