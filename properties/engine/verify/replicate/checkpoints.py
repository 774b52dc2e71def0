"""What a checkpoint is of: trainings that may differ have different ones, and no other is gone on with."""

import shutil
from pathlib import Path
from statistics import fmean
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import reference
from verify.replicate import Setting, coordinator
from verify.replicate.checkpoints import Checkpoints
from verify.replicate.coordinator import fingerprint


def identity(**further):
    def training(settings, seed, device):
        return SimpleNamespace()

    settings = [Setting("one", {"a": 1, "b": 2}), Setting("two", {"a": 3})]
    known = {"id": "a/b", "settings": settings, "groups": 2, "training": training, "body": training}
    return SimpleNamespace(**known | further)


OTHERS = {
    "id": {"id": "a/c"},
    "groups": {"groups": 1},
    "the name of a setting": {"settings": [Setting("one", {"a": 1, "b": 2}), Setting("other", {"a": 3})]},
    "a value of a setting": {"settings": [Setting("one", {"a": 1, "b": 3}), Setting("two", {"a": 3})]},
    "the order of settings": {"settings": [Setting("two", {"a": 3}), Setting("one", {"a": 1, "b": 2})]},
    "a setting fewer": {"settings": [Setting("one", {"a": 1, "b": 2})]},
    "the class that trains": {"training": lambda settings, seed, device: torch.nn.Identity()},
    "the file that declares it": {"body": fmean},
}


@pytest.mark.parametrize("name", OTHERS)
def test_trainings_that_may_differ_have_different_fingerprints(name):
    assert fingerprint(identity(), 10, "cpu") == fingerprint(identity(), 10, "cpu")
    assert fingerprint(identity(**OTHERS[name]), 10, "cpu") != fingerprint(identity(), 10, "cpu")


def test_steps_and_device_and_torch_are_in_a_fingerprint(monkeypatch):
    first = fingerprint(identity(), 10, "cpu")
    assert fingerprint(identity(), 11, "cpu") != first
    assert fingerprint(identity(), 10, "cuda") != first
    monkeypatch.setattr(torch, "__version__", "0.0")
    assert fingerprint(identity(), 10, "cpu") != first


@pytest.mark.long
def test_the_sources_of_trainings_and_formulas_are_in_a_fingerprint(tmp_path, monkeypatch):
    """Wherever they lie; and each of them."""
    first = fingerprint(identity(), 10, "cpu")
    for module in (coordinator, reference):
        copy = tmp_path / module.__name__
        shutil.copytree(Path(module.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
        with monkeypatch.context() as patch:
            patch.setattr(module, "__file__", str(copy / Path(module.__file__).name))
            assert fingerprint(identity(), 10, "cpu") == first
            for source in sorted(copy.rglob("*.py")):
                text = source.read_text(encoding="utf-8")
                source.write_text(f"{text}\n# edited\n", encoding="utf-8")
                assert fingerprint(identity(), 10, "cpu") != first, source
                source.write_text(text, encoding="utf-8")


def test_each_source_beside_the_coordinator_and_below_the_formulas_counts_and_nothing_else(tmp_path, monkeypatch):
    sources = [tmp_path / name for name in ("beside/a.py", "beside/b.py", "formulas/a.py", "formulas/deep/b.py")]
    others = [tmp_path / name for name in ("beside/deep/c.py", "beside/a.txt", "formulas/a.txt")]
    for path in (*sources, *others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 0\n", encoding="utf-8")
    monkeypatch.setattr(coordinator, "__file__", str(sources[0]))
    monkeypatch.setattr(reference, "__file__", str(sources[2]))
    first = fingerprint(identity(), 10, "cpu")
    for path in (*sources, *others):
        path.write_text("x = 1\n", encoding="utf-8")
        assert (fingerprint(identity(), 10, "cpu") != first) is (path in sources), path
        path.write_text("x = 0\n", encoding="utf-8")
    sources[0].rename(sources[0].with_name("c.py"))
    assert fingerprint(identity(), 10, "cpu") != first


def test_the_order_of_the_values_of_a_setting_makes_no_difference():
    settings = [Setting("one", {"b": 2, "a": 1}), Setting("two", {"a": 3})]
    assert fingerprint(identity(settings=settings), 10, "cpu") == fingerprint(identity(), 10, "cpu")


# --- what is gone on with -------------------------------------------------------------------------------------------


def test_a_checkpoint_that_does_not_fit_is_not_gone_on_with(wells, tmp_path, monkeypatch):
    def of(steps):
        return Checkpoints(tmp_path, fingerprint(wells, steps, "cpu"))

    checkpoints = of(60)
    checkpoints.save(0, 0, {"done": np.array(7)})
    assert int(checkpoints.load(0, 0)["done"]) == 7
    assert checkpoints.load(0, 1) is None
    assert of(61).load(0, 0) is None
    assert Checkpoints(tmp_path, fingerprint(wells, 60, "cuda")).load(0, 0) is None
    wells.settings[0].values["a"] = 2
    assert of(60).load(0, 0) is None
    wells.settings[0].values["a"] = 1
    assert int(of(60).load(0, 0)["done"]) == 7
    formulas = tmp_path / "formulas"
    shutil.copytree(Path(reference.__file__).parent, formulas)
    monkeypatch.setattr(reference, "__file__", str(formulas / "__init__.py"))
    assert int(of(60).load(0, 0)["done"]) == 7
    (formulas / "koehler2022" / "losses.py").write_text("L = 0\n", encoding="utf-8")
    assert of(60).load(0, 0) is None


def test_a_checkpoint_under_the_name_of_another_training_is_not_gone_on_with(tmp_path):
    mine, other = Checkpoints(tmp_path, "0" * 64), Checkpoints(tmp_path, "1" * 64)
    mine.save(0, 0, {"done": np.array(7)})
    for checkpoints, seed, group in ((other, 0, 0), (mine, 1, 0), (mine, 0, 1)):
        shutil.copy(mine.path(0, 0), checkpoints.path(seed, group))
        assert checkpoints.load(seed, group) is None
    assert int(mine.load(0, 0)["done"]) == 7


def test_a_damaged_checkpoint_is_not_gone_on_with(tmp_path):
    checkpoints = Checkpoints(tmp_path, "0" * 64)
    checkpoints.save(0, 0, {"done": np.array(7), "parameter x": np.arange(50.0)})
    path, whole = checkpoints.path(0, 0), checkpoints.path(0, 0).read_bytes()
    for length in (0, 10, len(whole) - 40):
        path.write_bytes(whole[:length])
        assert checkpoints.load(0, 0) is None
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        state = checkpoints.load(0, 0)
        assert state is None or (int(state["done"]) == 7 and (state["parameter x"] == np.arange(50)).all())
    assert list(tmp_path.iterdir()) == [path]


def test_a_checkpoint_of_which_anything_was_exchanged_is_not_gone_on_with(tmp_path):
    checkpoints = Checkpoints(tmp_path, "a" * 64)
    state = {"done": np.array(7), "x": np.arange(6.0), "y": np.arange(6.0) + 1}
    checkpoints.save(0, 0, state)
    with np.load(checkpoints.path(0, 0)) as file:
        digest = file["digest"]
    others = (
        {**state, "done": np.array(8)}, {**state, "x": state["y"], "y": state["x"]},
        {"done": state["done"], "x": state["x"]}, {**state, "x": state["x"].reshape(2, 3)},
        {**state, "x": state["x"].view(np.int64)}, {**state, "z": np.zeros(0)},
    )  # fmt: skip
    for changed in others:
        np.savez(checkpoints.path(0, 0), digest=digest, **changed)
        assert checkpoints.load(0, 0) is None
    np.savez(checkpoints.path(0, 0), **state)
    assert checkpoints.load(0, 0) is None
