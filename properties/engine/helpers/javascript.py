"""The JavaScript of the page's checker, in the Node that comes with Playwright."""

import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

from verify.report.checking import script

_EXPOSED = script().replace(
    "return checkCertificate;\n}", "globalThis.inside = (code) => eval(code);\nreturn checkCertificate;\n}"
)


def _node():
    found = importlib.util.find_spec("playwright")
    node = Path(found.origin).parent / "driver" / "node" if found else None
    return node if node and node.exists() else None


needed = pytest.mark.skipif(
    _node() is None, reason="Playwright, whose Node runs the page's JavaScript, is not installed"
)


def evaluated(code, data, folder):
    """Return what JavaScript makes of ``data``, in which the names of the checker's files are known."""
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    said = "console.log(JSON.stringify(inside(CODE)(JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8')))));"
    (folder / "main.js").write_text(f"{_EXPOSED}{said.replace('CODE', json.dumps(code))}\n", encoding="utf-8")
    command = [_node(), folder / "main.js", folder / "data.json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def answers(cases, programs, folder):
    """Return the answers for texts of certificates, each with the id of its program."""
    code = "({ cases, programs }) => cases.map(([text, id]) => checkCertificate(text, programs[id]))"
    return evaluated(code, {"cases": cases, "programs": programs}, folder)
