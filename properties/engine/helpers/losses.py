"""Losses for the gate, each with what the gate must say of it, and what losses and their tests are written with."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import torch

from verify.gate.examination import examine
from verify.gate.expectations import expectations
from verify.gate.shapes import SHAPES

ELSEWHERE = [(11, 30, 9), (13, 42, 8), (10, 36, 11), (16, 54, 10)]
"""Shapes (n, d, k) at which no gate looks by itself."""

FEW = SHAPES[:8]
"""Shapes that are enough to tell a formula of one or two terms."""


def squares(recon, x):
    """Return ‖x − x̂‖² of each sample."""
    return ((x - recon) ** 2).flatten(1).sum(1)


def kls(mu, logvar):
    """Return the KL of each sample and latent variable."""
    return 0.5 * (mu**2 + logvar.exp() - logvar - 1.0)


def drawn(mu, logvar):
    """Return a sample of each posterior."""
    return mu + (0.5 * logvar).exp() * torch.randn_like(mu)


def noise(*shape, seed=0):
    """Return the same normal numbers whenever it is called."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


class Stub:
    """A model whose heads and reconstruction are given."""

    def __init__(self, recon, mu, logvar):
        self._recon, self._heads = recon, (mu, logvar)

    def encode(self, x):
        return self._heads

    def decode(self, z):
        return self._recon

    def __call__(self, x):
        return self._recon, *self._heads


def value(formula, shape):
    """Return what a formula in n, d, k is at a shape, read as Python does."""
    names = {"log": math.log, "sqrt": math.sqrt, "exp": math.exp, "pi": math.pi, "e": math.e}
    return float(eval(formula, {"__builtins__": {}}, names | dict(zip("ndk", shape, strict=True))))  # the tests' own


@dataclass(frozen=True)
class Case:
    """A loss, and what the gate must say of it: of weights that it names formulas, true at every shape."""

    loss: Callable[..., object]
    outcome: str
    codes: tuple[str, ...] = ()
    a: str | None = None
    """Weight of the reconstruction error."""
    b: str | None = None
    """Weight of the KL; where it is none, those of ½Σμ², ½Σσ² and −½Σ log σ² are m, v, l."""
    m: str | None = None
    v: str | None = None
    l: str | None = None
    beta: str | None = None
    """The effective β, where it is no b/a."""
    says: tuple[str, ...] = ()
    """Parts of what is told."""
    declared: dict[str, object] = field(default_factory=dict)
    adapter: Callable[..., object] | None = None
    slow: bool = False
    long: bool = False
    shapes: tuple[object, ...] | None = FEW
    """Where to look; None for all shapes, of a loss that works at some only."""

    def __str__(self):
        return self.loss.__name__

    def examined(self, **more):
        """Return the report of the gate."""
        call = self.loss
        if self.adapter is not None:
            call = lambda recon, x, mu, logvar: self.adapter(self.loss, recon, x, mu, logvar)  # noqa: E731
        return examine(
            call, expectations(**{"shapes": self.shapes, **self.declared, **more}), str(self), lambda place: None
        )

    def check(self):
        """Assert that the gate says what it must."""
        report = self.examined()
        assert report.outcome == self.outcome, report
        assert sorted(finding.code for finding in report.findings) == sorted(self.codes), report
        assert set(report.shapes).isdisjoint(ELSEWHERE)
        ratio = f"({self.b})/({self.a})" if self.a and self.b else None
        found = {**report.coefficients, "beta": report.effective_beta["formula"]}
        true = {
            "reconstruction": self.a,
            "mean": self.m or self.b,
            "variance": self.v or self.b,
            "log_variance": self.l or self.b,
            "beta": self.beta or ratio,
        }
        for name, formula in true.items():
            for shape in ELSEWHERE if formula is not None else ():
                assert found[name] is not None, (name, report)
                wanted = value(formula, shape)
                assert math.isclose(value(found[name], shape), wanted, rel_tol=1e-11), (name, found[name], formula)
        for part in self.says:
            assert part in f"{report}", (part, report)


class Cases(list[Case]):
    """The losses of a file, in its order: a decorator for each outcome takes them in."""

    def wrong(self, *codes, **said):
        """Take in a loss in which the gate must find what has these codes, and nothing else."""
        return self._taken("defect", codes, said)

    def right(self, **said):
        """Take in a loss that must be accepted."""
        return self._taken("accepted", (), said)

    def undecided(self, **said):
        """Take in a loss that the gate cannot judge, and must not."""
        return self._taken("undecided", (), said)

    def parameters(self):
        """Return what a test of each is made of; two of three are slow, and of the others some are long."""
        return [pytest.param(case, id=f"{case}", marks=self._marks(place, case)) for place, case in enumerate(self)]

    @staticmethod
    def _marks(place, case):
        return [pytest.mark.slow] if case.slow or place % 3 else [pytest.mark.long] if case.long else []

    def _taken(self, outcome, codes, said):
        def take(loss):
            self.append(Case(loss, outcome, codes, **said))
            return loss

        return take
