"""What needs a package that is not there says in one line which extra has it, whatever the command; ``bare`` has none.

Here each extra brings a package that nobody has.
"""

import pytest

from properties.engine.helpers.commands import refused
from vae_verify.extras import BRINGS, of_import
from verify.commands.main import main

ABOVE = """
import no_gate.core
from verify import Scalar, claim, equal

@claim("above/same", "x = x")
def test_same(x: Scalar):
    equal(x, x)
"""
WITHIN = """
from verify import Scalar, claim, equal

@claim("within/same", "x = x")
def test_same(x: Scalar):
    import no_flow.core
    equal(x, x)
"""
LINES = {
    "gate mine.py:loss": "no_gate not found for the gate: pip install 'vae-verify[gate]'",
    "replicate koehler2022/table-1": "no_train not found for koehler2022/table-1: pip install 'vae-verify[train]'",
    "replicate koehler2022/theorem-5.seen": "pip install 'vae-verify[train,flow]'",
    "picture koehler2022/eq-3": "no_pictures not found for a picture: pip install 'vae-verify[pictures]'",
    "run koehler2022/theorem-5.trajectories": "no_flow not found for koehler2022/theorem-5.trajectories: pip install"
    " 'vae-verify[flow]'",
    "run --slow": " more: pip install 'vae-verify[train,flow]'",
    "run above.py": "above.py:2: ModuleNotFoundError: No module named 'no_gate': pip install 'vae-verify[gate]'",
    "hunt above.py": "above.py:2: ModuleNotFoundError: No module named 'no_gate': pip install 'vae-verify[gate]'",
}
UNJUDGED = {
    "run within.py --jobs 1": "✗ error",
    "hunt within.py --budget 1 --jobs 1": "within/same (Same) is in error",
    "explore within.py --budget 1 --jobs 1": "within/same (Same) is in error",
    "report within.py -o other --jobs 1": "1 error",
}


@pytest.fixture
def lacking(folder, monkeypatch):
    """Work in a folder with files of claims that import what no extra has brought."""
    for extra in BRINGS:
        monkeypatch.setitem(BRINGS, extra, (f"no_{extra}",))
    (folder / "above.py").write_text(ABOVE, encoding="utf-8")
    (folder / "within.py").write_text(WITHIN, encoding="utf-8")


@pytest.mark.usefixtures("lacking")
@pytest.mark.parametrize("command", LINES)
def test_who_lacks_an_extra_is_told_in_one_line(command, capsys):
    assert refused(capsys, *command.split()).endswith(f"{LINES[command]}\n")


@pytest.mark.usefixtures("lacking")
@pytest.mark.parametrize("command", UNJUDGED)
def test_a_claim_that_lacks_an_extra_was_not_judged(command, capsys):
    assert main(command.split()) == 2
    out, err = capsys.readouterr()
    assert UNJUDGED[command] in out
    assert err.startswith(
        "vae-verify: within/same was not judged: the claim raises ModuleNotFoundError at within.py:6: "
    )
    assert "No module named 'no_flow': pip install 'vae-verify[flow]', at (x = " in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("lacking")
def test_an_import_that_fails_is_of_the_extra_that_has_the_package():
    assert of_import(ModuleNotFoundError(name="no_train.core.arrays")) == "train"
    for other in (ModuleNotFoundError(name="mine"), ModuleNotFoundError(), ImportError(name="no_train"), OSError()):
        assert of_import(other) == ""
