"""The functions of the heads of which slips are made: of single elements, and of what sums over samples or latents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from verify.gate.forms.terms import Term, modulus, softplus
from verify.gate.instances import Array, Instance


@dataclass(frozen=True)
class Entry:
    """A term that a loss may have, and which elements of the heads it does not take apart."""

    term: Term
    mean: bool
    """Whether the mean enters."""
    head: bool
    """Whether the second head enters."""
    couples_samples: bool = False
    couples_latents: bool = False

    @property
    def text(self) -> str:
        """The term as it is written."""
        return self.term.text


def _element(text: str, of: Callable[[Instance], Array], mean: bool = False, head: bool = False) -> Entry:
    return Entry(Term(text, of), mean, head)


def _mu(text: str, of: Callable[[Array], Array]) -> Entry:
    return _element(text, lambda i: of(i.mu), mean=True)


def _head(text: str, of: Callable[[Array], Array]) -> Entry:
    return _element(text, lambda i: of(i.head), head=True)


def _both(text: str, of: Callable[[Array, Array], Array]) -> Entry:
    return _element(text, lambda i: of(i.mu, i.head), mean=True, head=True)


def _coupled(
    text: str,
    elements: Callable[[Instance], Array],
    of: Callable[[Array], Array],
    samples: bool,
    latents: bool,
    mean: bool = False,
) -> Entry:
    return Entry(Term(text, elements, of), mean, not mean, samples, latents)


def _the_mean(i: Instance) -> Array:
    return i.mu


def _the_head(i: Instance) -> Array:
    return i.head


def _exp_head(i: Instance) -> Array:
    return np.exp(i.head)


MEANS = (
    _mu("Σμ²", lambda m: m**2),
    _mu("Σμ", lambda m: m),
    _mu("Σ|μ|", modulus),
    _mu("Σμ⁴", lambda m: m**4),
    _mu("Σ e^μ", np.exp),
    _mu("Σ e^{2μ}", lambda m: np.exp(2 * m)),
    _coupled("(Σ_j μ_j)²", _the_mean, lambda e: (e.sum(-1) ** 2).mean(-1), False, True, True),
    _coupled("Σ_j (mean_i μ_ij)²", _the_mean, lambda e: (e.mean(-2) ** 2).sum(-1), True, False, True),
    _coupled("(mean_i Σ_j μ_ij)²", _the_mean, lambda e: e.sum(-1).mean(-1) ** 2, True, True, True),
    _coupled("‖μ‖", lambda i: i.mu**2, lambda e: np.sqrt(e.sum(-1)).mean(-1), False, True, True),
    _coupled("√(mean_i ‖μ‖²)", lambda i: i.mu**2, lambda e: np.sqrt(e.sum(-1).mean(-1)), True, True, True),
    _coupled("(‖μ‖²)²", lambda i: i.mu**2, lambda e: (e.sum(-1) ** 2).mean(-1), False, True, True),
    _coupled("|Σ_j μ_j|", _the_mean, lambda e: modulus(e.sum(-1)).mean(-1), False, True, True),
)
"""Functions of the mean, the commonest first."""

_REAL = (
    _head("Σh", lambda h: h),
    _head("Σ e^h", np.exp),
    _head("Σ e^{h/2}", lambda h: np.exp(h / 2)),
    _head("Σ e^{2h}", lambda h: np.exp(2 * h)),
    _head("Σ e^{−h}", lambda h: np.exp(-h)),
    _head("Σh²", lambda h: h**2),
    _head("Σ|h|", modulus),
    _head("Σ h·e^h", lambda h: h * np.exp(h)),
    _head("Σ e^{−2h}", lambda h: np.exp(-2 * h)),
    _head("Σ e^{−h/2}", lambda h: np.exp(-h / 2)),
    _head("Σ e^{4h}", lambda h: np.exp(4 * h)),
    _head("Σ softplus(h)", softplus),
    _head("Σ softplus(h)²", lambda h: softplus(h) ** 2),
    _head("Σ softplus(h)⁴", lambda h: softplus(h) ** 4),
    _head("Σ log softplus(h)", lambda h: np.log(softplus(h))),
    _head("Σ e^{softplus(h)}", lambda h: 1 + np.exp(h)),
    _head("Σ log(h²)", lambda h: np.log(h**2)),
    _head("Σ log|h|", lambda h: np.log(modulus(h))),
    _head("Σ e^{e^h}", lambda h: np.exp(np.exp(h))),
    _head("Σ e^{e^{h/2}}", lambda h: np.exp(np.exp(h / 2))),
    _head("Σ e^{2·e^{h/2}}", lambda h: np.exp(2 * np.exp(h / 2))),
    _head("Σ log(e^{e^{h/2}} − 1)", lambda h: np.log(np.expm1(np.exp(h / 2)))),
    _head("Σ log(1 + h²)", lambda h: np.log1p(h**2)),
    _coupled("e^{Σ_j h_j}", _the_head, lambda e: np.exp(e.sum(-1)).mean(-1), False, True),
    _coupled("log Σ_j e^{h_j}", _exp_head, lambda e: np.log(e.sum(-1)).mean(-1), False, True),
    _coupled("Σ_j log(mean_i e^{h_ij})", _exp_head, lambda e: np.log(e.mean(-2)).sum(-1), True, False),
    _coupled("log(mean_i Σ_j e^{h_ij})", _exp_head, lambda e: np.log(e.sum(-1).mean(-1)), True, True),
    _coupled("Σ_j e^{mean_i h_ij}", _the_head, lambda e: np.exp(e.mean(-2)).sum(-1), True, False),
    _coupled("(Σ_j h_j)²", _the_head, lambda e: (e.sum(-1) ** 2).mean(-1), False, True),
    _coupled("Σ_j (mean_i h_ij)²", _the_head, lambda e: (e.mean(-2) ** 2).sum(-1), True, False),
    _coupled("(Σ_j e^{h_j})²", _exp_head, lambda e: (e.sum(-1) ** 2).mean(-1), False, True),
)
_POSITIVE = (
    _head("Σh²", lambda h: h**2),
    _head("Σ log h", np.log),
    _head("Σh", lambda h: h),
    _head("Σ√h", np.sqrt),
    _head("Σ e^h", np.exp),
    _head("Σ1/h", lambda h: 1 / h),
    _head("Σ1/h²", lambda h: 1 / h**2),
    _head("Σh⁴", lambda h: h**4),
    _head("Σ(log h)²", lambda h: np.log(h) ** 2),
    _head("Σ e^{2h}", lambda h: np.exp(2 * h)),
    _head("Σ e^{h²}", lambda h: np.exp(h**2)),
    _head("Σ log(e^h − 1)", lambda h: np.log(np.expm1(h))),
    _head("Σ h·log h", lambda h: h * np.log(h)),
    _coupled("Π_j h_j", _the_head, lambda e: e.prod(-1).mean(-1), False, True),
    _coupled("Π_j h_j²", _the_head, lambda e: (e**2).prod(-1).mean(-1), False, True),
    _coupled("Σ_j log(mean_i h_ij)", _the_head, lambda e: np.log(e.mean(-2)).sum(-1), True, False),
    _coupled("Σ_j log(mean_i h_ij²)", _the_head, lambda e: np.log((e**2).mean(-2)).sum(-1), True, False),
    _coupled("log Σ_j h_j", _the_head, lambda e: np.log(e.sum(-1)).mean(-1), False, True),
    _coupled("Σ_j (mean_i h_ij)²", _the_head, lambda e: (e.mean(-2) ** 2).sum(-1), True, False),
    _coupled("(Σ_j h_j)²", _the_head, lambda e: (e.sum(-1) ** 2).mean(-1), False, True),
)


def _aggregate(text: str, variance: Callable[[Array], Array], inside: Callable[[Array], Array], ddof: int = 0) -> Entry:
    """Return a term of the variance of all the posteriors of the batch together: mean σ² + var μ."""

    def of(e: Array) -> Array:
        n, mu = e.shape[-2], e.real
        spread = ((mu - mu.mean(-2, keepdims=True)) ** 2).sum(-2) / max(n - ddof, 1)
        return inside(variance(e.imag).mean(-2) + spread).sum(-1)

    return Entry(Term(text, lambda i: i.mu + 1j * i.head, of), True, True, True, False)


_PRODUCTS_REAL = (
    _both("Σμ²·e^{−h}", lambda m, h: m**2 * np.exp(-h)),
    _both("Σμ²·e^h", lambda m, h: m**2 * np.exp(h)),
    _both("Σμ²·e^{−2h}", lambda m, h: m**2 * np.exp(-2 * h)),
    _both("Σμ²·e^{2h}", lambda m, h: m**2 * np.exp(2 * h)),
    _both("Σμ·h", lambda m, h: m * h),
    _both("Σμ²·h", lambda m, h: m**2 * h),
    _aggregate("Σ_j log(mean_i e^{h_ij} + var_i μ_ij)", np.exp, np.log),
    _aggregate("Σ_j log(mean_i e^{h_ij} + var_i μ_ij), unbiased", np.exp, np.log, 1),
    _aggregate("Σ_j log(mean_i e^{2h_ij} + var_i μ_ij)", lambda h: np.exp(2 * h), np.log),
)
_PRODUCTS_POSITIVE = (
    _both("Σμ²/h²", lambda m, h: m**2 / h**2),
    _both("Σμ²/h", lambda m, h: m**2 / h),
    _both("Σμ²·h", lambda m, h: m**2 * h),
    _both("Σμ²·h²", lambda m, h: m**2 * h**2),
    _both("Σμ·h", lambda m, h: m * h),
    _aggregate("Σ_j log(mean_i h_ij² + var_i μ_ij)", lambda h: h**2, np.log),
    _aggregate("Σ_j log(mean_i h_ij + var_i μ_ij)", lambda h: h, np.log),
)


def heads(positive: bool) -> tuple[Entry, ...]:
    """Return functions of the second head, the commonest first."""
    return _POSITIVE if positive else _REAL


def products(positive: bool) -> tuple[Entry, ...]:
    """Return functions of both heads together."""
    return _PRODUCTS_POSITIVE if positive else _PRODUCTS_REAL
