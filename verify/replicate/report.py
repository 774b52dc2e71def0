"""What a replication reports, as JSON: the table beside the paper's, the conclusions, and the choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verify.replicate.experiment import Experiment, Row


def json_of(experiment: Experiment, rows: Sequence[Row], seconds: float, **further: Any) -> dict[str, Any]:
    """Return the JSON contract's object, with the spread and every seed's number beside each mean."""
    return {
        "id": experiment.id,
        "rows": [
            {
                "setting": row.setting.name,
                "paper": dict(row.setting.paper),
                "measured": row.measured,
                "spread": row.spread,
                "by_seed": {name: list(values) for name, values in row.seeds.items()},
            }
            for row in rows
        ],
        "stated": [
            {"text": conclusion.text, "met": conclusion.judge(rows), "expected": conclusion.expected}
            for conclusion in experiment.stated
        ],
        "choices": list(experiment.choices),
        "seconds": round(seconds, 3),
    } | further


def as_expected(experiment: Experiment, rows: Sequence[Row]) -> bool:
    """Whether the conclusions of the paper that are met are those that are expected to be."""
    return not any(conclusion.surprises(rows) for conclusion in experiment.stated)
