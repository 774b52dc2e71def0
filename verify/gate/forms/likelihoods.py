"""The reconstruction errors that are recognised: −log p(x | x̂), up to its weight and a constant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from verify.gate.forms.terms import Elements, Term, modulus, sigmoid, softplus
from verify.gate.instances import Array, Instance


class Standing(Enum):
    """What a reconstruction error is, if its weight is right."""

    RIGHT = "the negative logarithm of a likelihood"
    UNJUDGED = "the gate does not judge it"
    WRONG = "no likelihood"


@dataclass(frozen=True)
class Likelihood:
    """A reconstruction error: a sum of terms, the first of which says what it is."""

    name: str
    terms: tuple[Term, ...]
    standing: Standing = Standing.RIGHT
    finding: str = ""
    """The code of what is wrong with it."""
    gaussian: bool = False
    """Whether it is half a squared error, whose weight is one over the variance of the decoder."""


def _square(instance: Instance) -> Array:
    return (instance.x - instance.recon) ** 2 / 2


def _distance(instance: Instance) -> Array:
    return modulus(instance.x - instance.recon)


def _entropy(p: Array, of: Array) -> Array:
    return -of * np.log(p) - (1 - of) * np.log1p(-p)


def _huber(instance: Instance) -> Array:
    distance = _distance(instance)
    return np.where(np.real(distance) < 1, distance**2 / 2, distance - 0.5)


def _each(text: str, elements: Elements) -> tuple[Term]:
    return (Term(text, elements),)


def _batch_mean(elements: Array) -> Array:
    return 2 * elements.mean((-2, -1))


SQUARE = Term("½‖x−x̂‖²", _square)
_LOG_OF_MEAN = Term("d/2·log MSE", _square, lambda e: e.shape[-1] / 2 * np.log(_batch_mean(e)))
_LOG_OF_SAMPLE = Term(
    "d/2·log(mean (x−x̂)² of the sample)", _square, lambda e: e.shape[-1] / 2 * np.log(2 * e.mean(-1)).mean(-1)
)
_LOG_OF_FEATURE = Term("½·Σ log(mean (x−x̂)² of the feature)", _square, lambda e: np.log(2 * e.mean(-2)).sum(-1) / 2)
_INVERSE = Term("1/MSE", _square, lambda e: 1 / _batch_mean(e))
_ROOT = Term("√MSE", _square, lambda e: np.sqrt(_batch_mean(e)))
_NORM = Term("‖x−x̂‖", _square, lambda e: np.sqrt(2 * e.sum(-1)).mean(-1))

GAUSSIAN = Likelihood("Gaussian", (SQUARE,), gaussian=True)
BERNOULLI = Likelihood("Bernoulli (probabilities)", _each("−log Bernoulli(x; x̂)", lambda i: _entropy(i.recon, i.x)))
LOGITS = Likelihood(
    "Bernoulli (logits)", _each("−log Bernoulli(x; sigmoid(x̂))", lambda i: softplus(i.recon) - i.x * i.recon)
)
LAPLACE = Likelihood("Laplace", _each("‖x−x̂‖₁", _distance))
GAUSSIANS = Likelihood("Gaussian (a fixed variance for each feature)", _each("½Σ(x−x̂)²/s²", _square))
LAPLACES = Likelihood("Laplace (a fixed scale for each feature)", _each("Σ|x−x̂|/s", _distance))
"""Of scale 1; it is told by the constant of a loss what the scales are."""
PROFILED = (
    Likelihood("Gaussian, its variance the MSE of the batch", (_LOG_OF_MEAN,)),
    Likelihood("Gaussian, its variance the MSE of each sample", (_LOG_OF_SAMPLE,)),
    Likelihood("Gaussian, the variance of a feature its MSE over the batch", (_LOG_OF_FEATURE,)),
)
SIGMOID = Likelihood(
    "Gaussian, about sigmoid(x̂)",
    _each("½‖x−sigmoid(x̂)‖²", lambda i: (i.x - sigmoid(i.recon)) ** 2 / 2),
    gaussian=True,
)


def _of_logits(of: Callable[[Array], Array]) -> Elements:
    return lambda i: softplus(i.recon) - of(i.x) * i.recon


def _above(value: Array) -> Array:
    return np.where(np.real(value) > 0, 1.0, 0.0)


_SQUASHED = (
    Likelihood(
        "Bernoulli (logits), of sigmoid(x)", _each("−log Bernoulli(sigmoid(x); sigmoid(x̂))", _of_logits(sigmoid))
    ),
    Likelihood("Bernoulli (logits), of [x > 0]", _each("−log Bernoulli([x > 0]; sigmoid(x̂))", _of_logits(_above))),
    SIGMOID,
    Likelihood(
        "Gaussian, of sigmoid(x) about sigmoid(x̂)",
        _each("½‖sigmoid(x)−sigmoid(x̂)‖²", lambda i: (sigmoid(i.x) - sigmoid(i.recon)) ** 2 / 2),
        gaussian=True,
    ),
)
"""Of data or means that go through a function first, in the loss or in an adapter."""


def _swapped(text: str, of: Callable[[Array], Array], logits: bool) -> Likelihood:
    def elements(i: Instance) -> Array:
        return softplus(of(i.x)) - i.recon * of(i.x) if logits else _entropy(of(i.x), i.recon)

    return Likelihood(
        f"Bernoulli ({'logits' if logits else 'probabilities'}), with {text} and x̂ swapped",
        _each(f"−log Bernoulli(x̂; {text})", elements),
        Standing.WRONG,
        "arguments-swapped",
    )


def _twice(text: str, of: Callable[[Array], Array]) -> Likelihood:
    return Likelihood(
        f"Bernoulli (logits), of {text}, its logits squashed already",
        _each(
            f"−log Bernoulli({text}; sigmoid(sigmoid(x̂)))",
            lambda i: softplus(sigmoid(i.recon)) - of(i.x) * sigmoid(i.recon),
        ),
        Standing.WRONG,
        "sigmoid-twice",
    )


def _itself(value: Array) -> Array:
    return value


LIKELIHOODS = (
    GAUSSIAN,
    BERNOULLI,
    LOGITS,
    LAPLACE,
    *PROFILED,
    *_SQUASHED,
    Likelihood("Huber", _each("Huber(x−x̂)", _huber), Standing.UNJUDGED),
    Likelihood("norm of the residual, not squared", (_NORM,), Standing.UNJUDGED),
    Likelihood("root of the MSE of the batch", (_ROOT,), Standing.WRONG, "reconstruction-couples-samples"),
    Likelihood("squared and absolute error", (SQUARE, *LAPLACE.terms), Standing.UNJUDGED),
    Likelihood(
        "Gaussian, its standard deviation the MSE",
        (_LOG_OF_MEAN, _INVERSE),
        Standing.WRONG,
        "variance-as-standard-deviation",
    ),
    *(_swapped(text, of, True) for text, of in (("x", _itself), ("sigmoid(x)", sigmoid), ("[x > 0]", _above))),
    *(_swapped(text, of, False) for text, of in (("x", _itself), ("sigmoid(x)", sigmoid))),
    Likelihood(
        "Bernoulli (probabilities), with x and sigmoid(x̂) swapped",
        _each("−log Bernoulli(sigmoid(x̂); sigmoid(x))", lambda i: softplus(i.x) - sigmoid(i.recon) * i.x),
        Standing.WRONG,
        "arguments-swapped",
    ),
    *(_twice(text, of) for text, of in (("x", _itself), ("sigmoid(x)", sigmoid), ("[x > 0]", _above))),
)
"""In the order in which they are tried."""
