"""What a run says of one claim."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from verify.claims.entry import Verdict


@dataclass
class Result:
    """What a run says of one claim.

    ``bits`` is the least to which indistinguishable sides agree, or the precision at which a kept certificate refutes:
    None where that is decided in exact fractions.
    """

    id: str
    verdict: Verdict
    expected: Verdict
    examples: int = 0
    certain: int = 0
    indistinguishable: int = 0
    bits: int | None = None
    seconds: float = 0.0
    certificate: str | None = None
    message: str = ""
    unkept: str = ""
    """Of a claim that is expected to be refuted and has no valid certificate: who finds one, and keeps it."""
    underived: str = ""
    """The extra that has what a proof imports and is not installed: then the proof was not derived."""

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that the claim declares."""
        return self.verdict is self.expected

    def json(self) -> dict[str, Any]:
        """Return the result in the form of the JSON contract."""
        contract = asdict(self) | {"seconds": round(self.seconds, 3)}
        del contract["unkept"], contract["underived"]
        return contract
