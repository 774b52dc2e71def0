"""Losses of arrays, written anew: squared error plus some function of the heads; and what is said of them."""

import numpy as np

from verify.gate.divergence import explain
from verify.gate.divergence.part import parts
from verify.gate.evaluation import Loss
from verify.gate.instances import Ranges
from verify.gate.reading import read, sample
from verify.gate.shapes import SHAPES


def error(recon, x):
    """Return ½‖x−x̂‖², as a mean over the samples."""
    return 0.5 * ((x - recon) ** 2).sum(1).mean()


def kl(mu, logvar):
    """Return the divergence of each element, n × k."""
    return 0.5 * (mu**2 + np.exp(logvar) - logvar - 1)


def softplus(value):
    """Return log(1 + e^v)."""
    return np.logaddexp(0, value)


def with_error(of_heads):
    """Return the loss that is squared error plus a function of the heads."""
    return lambda recon, x, mu, head: error(recon, x) + of_heads(mu, head)


def examined(call, positive=False, wide=True, shapes=SHAPES):
    """Return a loss, and it at the shapes."""
    loss = Loss(call, torch=False)
    return loss, [sample(loss, shape, Ranges(wide, positive)) for shape in shapes]


def part_of(of_heads, positive=False, shapes=SHAPES):
    """Return the part of a function of the heads at the shapes."""
    return parts(*examined(with_error(of_heads), positive, shapes=shapes))


def explained(call, positive=False, wide=True):
    """Return the reading of a loss, and its explanation."""
    loss, samples = examined(call, positive, wide)
    reading = read(loss, samples)
    return reading, explain(loss, samples, reading)


def text(series):
    """Return the formula of a weight."""
    return str(series.formula)
