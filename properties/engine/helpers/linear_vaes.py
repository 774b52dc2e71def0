"""Objectives of linear VAEs, right and wrong, as functions of the weights: what the model gate is to tell apart."""

import numpy as np


def terms(A, At, Bt, D):
    """Return the reconstruction error, E‖B̃x‖² and, per latent, D − 1 − log D."""
    return ((A - At @ Bt @ A) ** 2).sum() + (D * At**2).sum(), ((Bt @ A) ** 2).sum(), D - 1 - np.log(D)


def closed_form(A, At, Bt, D, eps):
    """Return the negative evidence lower bound with all its constants, in closed form."""
    error, code, variances = terms(A, At, Bt, D)
    return error / (2 * eps**2) + len(A) * np.log(2 * np.pi * eps**2) / 2 + (code + variances.sum()) / 2


def of_a_batch(X, noise, At, Bt, D, eps):
    """Return what a VAE computes of a batch and the noise of its codes, the mean over the batch."""
    mean, logvar = X @ Bt.T, np.log(D)
    recon = (mean + np.exp(logvar / 2) * noise) @ At.T
    error = ((X - recon) ** 2).sum(1) / (2 * eps**2) + X.shape[1] * np.log(eps)
    return (error - (1 + logvar - mean**2 - np.exp(logvar)).sum(1) / 2).mean()


def simplified(A, At, Bt, eps):
    """Return the loss with the optimal encoder variance."""
    return closed_form(A, At, Bt, eps**2 / ((At**2).sum(0) + eps**2), eps)


def of_fixed_variance(A, At, Bt, D):
    """Return ‖x − x̂‖² + KL without ½ and logarithm: the decoder's variance is ½."""
    error, code, variances = terms(A, At, Bt, D)
    return error + (code + variances.sum()) / 2


def kl_averaged(A, At, Bt, D, eps):
    """Average the divergence over the latents."""
    error, code, variances = terms(A, At, Bt, D)
    return error / (2 * eps**2) + len(A) * np.log(eps) + (code + variances.sum()) / 2 / len(D)


def error_without_half(A, At, Bt, D, eps):
    """Forget the ½ of the reconstruction."""
    error, code, variances = terms(A, At, Bt, D)
    return error / eps**2 + len(A) * np.log(eps) + (code + variances.sum()) / 2


def beta_four(A, At, Bt, D, eps):
    """Weigh the divergence by 4."""
    error, code, variances = terms(A, At, Bt, D)
    return error / (2 * eps**2) + len(A) * np.log(eps) + 2 * (code + variances.sum())


def variance_for_deviation(A, At, Bt, D, eps):
    """Take the encoder's variance for its standard deviation, in the divergence."""
    error, code, _ = terms(A, At, Bt, D)
    return error / (2 * eps**2) + len(A) * np.log(eps) + (code + (D**2 - 1 - np.log(D**2)).sum()) / 2


def without_noise(A, At, Bt, D, eps):
    """Decode the mean of the code: the encoder's variance is ignored."""
    error, code, variances = terms(A, At, Bt, D)
    error -= (D * At**2).sum()
    return error / (2 * eps**2) + len(A) * np.log(eps) + (code + variances.sum()) / 2


def deviation_for_variance(A, At, Bt, D, eps):
    """Divide by the decoder's deviation where its variance is meant."""
    error, code, variances = terms(A, At, Bt, D)
    return error / (2 * eps) + len(A) * np.log(eps) + (code + variances.sum()) / 2


def without_normalisation(A, At, Bt, D, eps):
    """Forget the logarithm of the decoder's deviation."""
    error, code, variances = terms(A, At, Bt, D)
    return error / (2 * eps**2) + (code + variances.sum()) / 2


def sign_of_logarithm(A, At, Bt, D, eps):
    """Add log D where it is to be subtracted."""
    error, code, _ = terms(A, At, Bt, D)
    return error / (2 * eps**2) + len(A) * np.log(eps) + (code + (D - 1 + np.log(D)).sum()) / 2


def without_mean(A, At, Bt, D, eps):
    """Leave the mean of the code out of the divergence."""
    error, _, variances = terms(A, At, Bt, D)
    return error / (2 * eps**2) + len(A) * np.log(eps) + variances.sum() / 2


def first_feature_twice(A, At, Bt, D, eps):
    """Count the error of the first feature twice."""
    error, code, variances = terms(A, At, Bt, D)
    first = ((A[:1] - At[:1] @ Bt @ A) ** 2).sum() + (D * At[:1] ** 2).sum()
    return (error + first) / (2 * eps**2) + len(A) * np.log(eps) + (code + variances.sum()) / 2


def decay_of_encoder(A, At, Bt, D, eps):
    """Take ‖B̃‖² for E‖B̃x‖²."""
    error, _, variances = terms(A, At, Bt, D)
    return error / (2 * eps**2) + len(A) * np.log(eps) + ((Bt**2).sum() + variances.sum()) / 2
