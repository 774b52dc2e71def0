"""What the gate has to say about a loss: as JSON, and to be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from verify.gate.findings import Finding
from verify.gate.shapes import Shape

Outcome = Literal["accepted", "defect", "undecided"]

STATUS = {"accepted": 0, "defect": 1, "undecided": 3}
"""The exit status of the command."""


@dataclass
class Report:
    """The outcome of a gate; formulas are written in n, d, k and N."""

    target: str
    outcome: Outcome = "undecided"
    optimises: str = ""
    convention: str = ""
    likelihood: str | None = None
    scale: str | None = None
    offset: str | None = None
    coefficients: dict[str, str | None] = field(
        default_factory=lambda: dict.fromkeys(("reconstruction", "mean", "variance", "log_variance"))
    )
    effective_beta: dict[str, Any] = field(default_factory=lambda: {"value": None, "formula": None})
    decoder_variance: str | None = None
    prior_variance: str | None = None
    gradient: dict[str, str | None] | None = None
    """The coefficients of the gradient, where they are others than those of the value."""
    findings: list[Finding] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    """What could not be judged."""
    examined: list[str] = field(default_factory=list)
    """What was looked at: value, gradient, order of the batch …"""
    shapes: list[Shape] = field(default_factory=list)
    consequence: str | None = None
    evaluations: int = 0
    seconds: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether the loss is what it is expected to be."""
        return self.outcome == "accepted"

    def json(self) -> dict[str, Any]:
        """As the contract says."""
        return {
            "target": self.target,
            "outcome": self.outcome,
            "accepted": self.accepted,
            "convention": self.convention,
            "optimises": self.optimises,
            "likelihood": self.likelihood,
            "scale": self.scale,
            "offset": self.offset,
            "coefficients": self.coefficients,
            "effective_beta": self.effective_beta,
            "decoder_variance": self.decoder_variance,
            "prior_variance": self.prior_variance,
            "gradient": self.gradient,
            "findings": [finding.json() for finding in self.findings],
            "assumed": self.assumed,
            "undecided": self.undecided,
            "examined": {"shapes": [list(shape) for shape in self.shapes], "aspects": self.examined},
            "consequence": self.consequence,
            "evaluations": self.evaluations,
            "seconds": self.seconds,
        }

    def __str__(self) -> str:
        """As it is read on a terminal."""
        lines = [f"{self.target}  {self.outcome}"]
        rows = [("optimises", self.optimises), ("convention", self.convention if self.accepted else "")]
        for finding in self.findings:
            told = finding.json()
            rows += [("finding", f"{told['code']}: {told['message']}"), ("repair", told["repair"])]
        rows += [("undecided", reason) for reason in self.undecided]
        rows += [("assumed", each) for each in self.assumed]
        rows.append(("follows", self.consequence or ""))
        rows.append(("examined", self._examined()))
        return "\n".join([*lines, *(f"  {name:<11} {text}" for name, text in rows if text)])

    def _examined(self) -> str:
        shown = ", ".join(f"({s.n},{s.d},{s.k})" for s in self.shapes[:3])
        more = f" and {len(self.shapes) - 3} more" if len(self.shapes) > 3 else ""
        counted = f"{self.evaluations} evaluations; {', '.join(self.examined)}; {self.seconds:.1f} s"
        return f"(n, d, k) = {shown}{more}; {counted}" if self.shapes else counted
