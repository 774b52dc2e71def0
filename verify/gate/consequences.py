"""What an effective β does on given data: how many latent variables of a linear VAE stay active."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from reference.wang2022 import Weights, learned_decoder_singular_values
from verify.errors import UsageError
from verify.files import opened
from verify.gate.expectations import Expectations
from verify.gate.formulas import parse
from verify.gate.report import Report
from verify.gate.shapes import Shape

LATENTS, BATCH = 8, 128
"""What is supposed of a model, where its loss depends on it."""


def read_data(file: str) -> Any:
    """Return the array (samples × features) of a .npy file; raises UsageError if it holds none."""
    try:
        with opened(Path(file)) as stream:
            data = np.load(stream, allow_pickle=False)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}: name a file that numpy.save wrote") from None
    except Exception:  # a damaged file raises whatever its reader stumbles over
        raise UsageError(f"{file}: no array: name a file that numpy.save wrote") from None
    return checked(data, file)


def checked(data: Any, name: str = "data") -> Any:
    """Return data as numbers, samples × features; raises UsageError if they are none."""
    try:
        array = np.asarray(data, float)
    except (TypeError, ValueError):
        raise UsageError(f"{name}: no numbers: samples × features are needed") from None
    if array.ndim < 2 or not array.size or len(array) < 2:
        raise UsageError(f"{name}: of shape {array.shape}: samples × features are needed")
    if not np.isfinite(array).all():
        raise UsageError(f"{name}: has entries that are not finite: leave them out")
    return array.reshape(len(array), -1)


def tell(report: Report, declared: Expectations, data: Any, latents: int = LATENTS, batch: int = BATCH) -> None:
    """Say how many latent variables a linear VAE with this β learns, and how many with the one that is expected.

    Theorem 2 of wang2022: mode i is learned where ζ_i² > βη_dec²; for y = x, less its mean, ζ_i² are the eigenvalues
    of the covariance of the data.
    """
    if report.effective_beta["formula"] is None or report.likelihood != "Gaussian":
        return
    shape = Shape(batch, data.shape[1], latents)
    found = parse(report.effective_beta["formula"], "beta", declared.data_set)(shape)
    expected = declared.expected_beta(shape)
    if declared.decoder_variance is not None:
        expected *= declared.decoder_variance(shape)
    spectrum = np.linalg.svd(data - data.mean(0), compute_uv=False)[:latents] / np.sqrt(len(data))
    counts = [_active(spectrum, beta) for beta in (found, expected)]
    instead = "" if report.accepted or counts[0] == counts[1] else f" instead of {counts[1]}"
    at = f"with k = {latents} in batches of {batch}"
    report.consequence = f"{at}, {counts[0]} of {latents} latents stay active{instead} (wang2022/theorem-2)"


def _active(spectrum: Any, beta: float) -> int:
    """Return how many modes are learned; with β ≤ 0 nothing holds one back."""
    if beta <= 0:
        return len(spectrum)
    weights = Weights(np.array(beta), np.array(1.0), np.array(1.0))
    return int((learned_decoder_singular_values(spectrum, weights) > 0).sum())
