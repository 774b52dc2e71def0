"""A loss by its name, and one line for each way in which there is none."""

import sys

import pytest

from verify.errors import UsageError
from verify.gate.interface import load

CODE = '''
from dataclasses import dataclass
import companion
from json import dumps

def loss(recon, x, mu, logvar):
    return companion.SHIFT

class Ready:
    weight = 3.0

    def loss(self):
        return self.weight

    @staticmethod
    def static():
        return 4.0

    class Inner:
        def loss(self):
            return 5.0

class Needy:
    def __init__(self, size, depth=2, *rest, **more):
        pass

    def loss(self):
        return 1.0

class Failing:
    def __init__(self):
        raise OSError("no disk")

@dataclass
class Data:
    """Looks for its module."""
    beta: "float" = 1.0

ready = Ready()
_hidden = loss
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "some_losses.py").write_text(CODE)
    (tmp_path / "companion.py").write_text("SHIFT = 2.0\n")
    (tmp_path / "broken.py").write_text("x = 1\nraise KeyError('lost')\n")
    (tmp_path / "leaving.py").write_text("import sys\nsys.exit(3)\n")
    (tmp_path / "unread.py").write_text("def f(:\n")
    (tmp_path / "lacking.py").write_text("import no_such_package\n")
    (tmp_path / "inside.py").write_text("from . import companion\n")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.parametrize("place", ["some_losses.py", "some_losses", "./some_losses.py"])
def test_a_target_is_found(folder, place):
    assert load(f"{place}:loss")(1, 2, 3, 4) == 2.0
    assert load(f"{place}:ready.loss")() == 3.0
    assert load(f"{place}:Ready.loss")() == 3.0
    assert load(f"{place}:Ready.static")() == 4.0
    assert load(f"{place}:Ready.Inner.loss")() == 5.0
    assert load(f"{place}:Ready").weight == 3.0
    assert load(f"{place}:Data").beta == 1.0
    assert load(f"{place}:_hidden")(1, 2, 3, 4) == 2.0


def test_a_file_is_found_wherever_it_is_and_whatever_is_loaded_by_its_name(folder, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    assert load(f"{tmp_path}/some_losses.py:loss")(1, 2, 3, 4) == 2.0
    first = sys.modules["some_losses"]
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "some_losses.py").write_text("def loss():\n    return 9.0\n")
    assert load(f"{tmp_path}/deeper/some_losses.py:loss")() == 9.0
    assert sys.modules["some_losses"] is first
    (tmp_path / "json.py").write_text("def loss():\n    return 8.0\n")
    json = sys.modules["json"]
    assert load(f"{tmp_path}/json.py:loss")() == 8.0
    assert sys.modules["json"] is json
    monkeypatch.chdir(tmp_path)
    (tmp_path / "beside.py").write_text("from pathlib import Path\nloss = lambda: Path(__file__).with_name('w.txt')\n")
    assert load("beside.py:loss")() == tmp_path / "w.txt"
    assert sys.modules["beside"].__spec__.origin == f"{tmp_path}/beside.py"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("some_losses", "name a loss as package.module:attribute or file.py:attribute"),
        ("some_losses.py:", "name a loss as"),
        (":loss", "name a loss as"),
        ("missing.py:loss", "there is no file missing.py"),
        ("missing:loss", "there is no module missing in this folder or among the installed packages"),
        ("json.missing:loss", "there is no module json.missing"),
        (
            "lacking:loss",
            "importing lacking raises ModuleNotFoundError: No module named 'no_such_package' (lacking.py:1)",
        ),
        ("lacking.py:loss", "importing lacking.py raises ModuleNotFoundError: No module named 'no_such_package'"),
        ("broken.py:loss", "importing broken.py raises KeyError: 'lost' (broken.py:2)"),
        ("broken:loss", "importing broken raises KeyError: 'lost' (broken.py:2)"),
        ("leaving.py:loss", "importing leaving.py raises SystemExit: 3 (leaving.py:2)"),
        ("unread.py:loss", "importing unread.py raises SyntaxError: invalid syntax (unread.py, line 1) (unread.py:1)"),
        ("inside.py:loss", ": name it as a module of its package, such as package.inside:attribute"),
        ("some_losses.py:lose", "the module has no lose; it has Data, Failing, Needy, Ready, loss"),
        ("some_losses.py:Ready.lose", "Ready has no lose; it has Inner, loss, static"),
        ("companion.py:loss", "the module has no loss; it has nothing that can be called"),
        ("some_losses.py:Needy", "the class Needy needs size: name an instance of it, or a function loss("),
        ("some_losses.py:Needy.loss", "the class Needy needs size: "),
        ("some_losses.py:Failing", "Failing() raises OSError: no disk (some_losses.py:"),
    ],
)
def test_a_target_that_is_none_is_told_in_one_line(folder, target, said):
    with pytest.raises(UsageError) as raised:
        load(target)
    message = str(raised.value)
    assert message.startswith(f"{target}: ")
    assert said in message
    assert "\n" not in message


def test_a_module_that_failed_is_not_kept(folder):
    for _ in range(2):
        with pytest.raises(UsageError, match="KeyError"):
            load("broken.py:loss")
    assert "broken" not in sys.modules
