"""A folder with false claims, and what is valid of each kind, to be damaged."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.certificates import FALSE, INSTANCES, certified
from properties.engine.helpers.findings import GATE, HUNT, REPLICATION, SVG
from properties.engine.helpers.foreign import TREE
from verify.certificates import checker
from verify.registry.loading import load_file
from verify.replicate.checkpoints import Checkpoints

COURSE = [{"instances": 10, "seconds": 0.1, "margin": 0.5}, {"instances": 90, "seconds": 0.2, "margin": None}]


@pytest.fixture
def sent(registry, tmp_path, monkeypatch):
    """Work in a folder with claims, and return valid data of each kind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checker, "PATIENCE", 2.0)
    Path("forged.py").write_text(FALSE, encoding="utf-8")
    Path("figure.svg").write_bytes(SVG)
    load_file(Path("forged.py"))
    own = [certified(id) for id in INSTANCES]
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(TREE.glob("properties/*/claims/certificates/*.json"))]
    hunt = HUNT | {"course": COURSE, "target": "forged/bounded"}
    claims = [
        {"id": id, "verdict": "refuted", "expected": "holds", "examples": 10, "certain": 9, "indistinguishable": 1,
         "bits": 900, "seconds": 0.5, "certificate": "kept.json", "message": "at $x$", "source": registry[id].digest}
        for id in INSTANCES
    ]  # fmt: skip
    run = {"version": 1, "seed": 0, "max_examples": 10, "created": "2026-01-01T00:00:00Z", "command": "vae-verify run",
           "chosen": len(claims), "versions": {"numpy": "2"}, "claims": claims, "disagreements": []}  # fmt: skip
    Path("run.json").write_text(json.dumps(run), encoding="utf-8")
    checkpoints = Checkpoints(Path(), "0" * 64)
    checkpoints.save(0, 0, {"done": np.array(7), "parameter x": np.arange(9.0)})
    np.save("data.npy", np.arange(12.0).reshape(4, 3))
    manifest = {"version": 1, "written": "2026-01-01T00:00:00Z", "run": {}, "claims": []}
    return SimpleNamespace(
        own=own, kept=kept, bounded=[own[list(INSTANCES).index("forged/bounded")]],
        saved={"run": run, "gate": GATE, "hunt": {"claims": [hunt, hunt]}, "course": hunt, "replicate": REPLICATION, "against": run},
        bytes={"checkpoint": checkpoints.path(0, 0).read_bytes(), "data": Path("data.npy").read_bytes(),
               "manifest": json.dumps(manifest).encode()},
    )  # fmt: skip
