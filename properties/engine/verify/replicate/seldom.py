"""What replications meet seldom: sources of no file, places in another order, one number that diverges, no trace."""

from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import reference
from verify.replicate import Conclusion, Setting, coordinator, experiment
from verify.replicate.checkpoints import Checkpoints
from verify.replicate.coordinator import Batch, fingerprint, replicate, work
from verify.replicate.training import Training, preferred_device


def identity(**further):
    """Return what a fingerprint is made of."""

    def training(settings, seed, device):
        return SimpleNamespace()

    return SimpleNamespace(
        **{"id": "a/b", "settings": [Setting("one", {})], "groups": 1, "training": training, "body": training} | further
    )


def test_what_was_typed_lies_in_no_file_and_has_its_fingerprint_all_the_same():
    scope = {}
    exec("def made(settings, seed, device): pass", scope)
    assert len(fingerprint(identity(body=scope["made"]), 10, "cpu")) == 64


def test_where_sources_lie_and_in_which_order_they_are_found_makes_no_difference(tmp_path, monkeypatch):
    found = set()
    for place in "abcdef":
        for k in range(8):
            path = tmp_path / place / f"source{k}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"x = {k}\n")
        monkeypatch.setattr(coordinator, "__file__", str(path))
        monkeypatch.setattr(reference, "__file__", str(path))
        found.add(fingerprint(identity(), 10, "cpu"))
    assert len(found) == 1


def test_a_state_is_the_same_in_any_order(tmp_path):
    checkpoints = Checkpoints(tmp_path, "0" * 64)
    one = {"a": np.array(1), "b": np.array(2)}
    assert checkpoints._digest(0, 0, one) == checkpoints._digest(0, 0, dict(reversed(one.items())))


def test_an_experiment_is_loaded_by_one_thread_at_a_time(monkeypatch):
    def find(id, kind, source):
        assert coordinator._loading.locked()
        return id

    monkeypatch.setattr(coordinator, "find", find)
    monkeypatch.setattr(coordinator, "trained", lambda *given: (given, coordinator._loading.locked()))
    batch = Batch("own/trained", None, 0, 0, 1, 9, "cpu")
    assert work(batch, None, 3) == (("own/trained", batch, None, 3), False)


class Falling(Training):
    """Two models, each of which moves by its rate a step down a slope of its own."""

    slopes = (1.0, 1.0)

    def parameters(self):
        return {"x": torch.tensor([10.0, 20.0])}

    def losses(self, parameters):
        return torch.tensor(self.slopes) * parameters["x"]

    def measure(self, parameters):
        return [{"x": float(x), "grad": float(torch.is_grad_enabled())} for x in parameters["x"]]


def falling():
    return Falling([Setting("a", {}), Setting("b", {})], 0, "cpu")


@pytest.mark.parametrize("slopes", [(float("nan"), 1.0), (1.0, float("nan"))])
def test_one_model_among_several_that_diverges_is_told(slopes, monkeypatch):
    monkeypatch.setattr(Falling, "slopes", slopes)
    with pytest.raises(FloatingPointError, match="diverged within 1 steps"):
        falling().advance(None, 1, 1)


def test_what_is_done_already_and_was_never_watched_stays_as_it_is_and_is_measured_without_gradients():
    state = falling().advance(None, 4, 8)
    again = falling().advance(state, 4, 8)
    assert again.keys() == state.keys()
    assert all(np.array_equal(again[name], value) for name, value in state.items())
    assert [row["grad"] for row in falling().conclude(state)[0]] == [0.0, 0.0]


def test_what_is_exhibited_stands_in_the_place_of_what_was_watched_under_its_name():
    class Shown(Falling):
        def watch(self, parameters):
            return {"x": parameters["x"].detach(), "course": parameters["x"].detach()}

        def exhibit(self, parameters):
            return [{"x": np.array([-1.0]), "end": x.numpy()} for x in parameters["x"]]

    shown = Shown([Setting("a", {}), Setting("b", {})], 0, "cpu")
    for exhibit in shown.conclude(shown.advance(None, 3, 3))[1]:
        assert (exhibit["x"].tolist(), len(exhibit["course"]), sorted(exhibit)) == ([-1.0], 3, ["course", "end", "x"])


def test_where_there_are_workers_these_are_asked_for_their_device_and_nobody_here(registry):
    devices = []

    class Workers:
        """Have a device that is not there here."""

        def submit(self, function, *arguments):
            future = Future()
            if function is preferred_device:
                future.set_result("of a worker")
                return future
            batch, _, until = arguments
            devices.append(batch.device)
            measured = ([{"x": 1.0} for _ in batch.settings(entry)], [{} for _ in batch.settings(entry)])
            future.set_result(({"done": np.array(until)}, measured if until == batch.steps else None))
            return future

    entry = experiment(
        "own/elsewhere", "x", settings=[Setting("a", {}), Setting("b", {})], steps=2, reduced=1, groups=2,
        stated=[Conclusion("always", lambda rows: True)],
    )(lambda settings, seed, device: None).vae_verify_claim  # fmt: skip
    assert [row.measured for row in replicate(entry, [0], 2, Workers()).rows] == [{"x": 1.0}] * 2
    assert devices == ["of a worker"] * 4


class Marked:
    """What leaves a mark where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_nothing_is_unpickled_from_a_checkpoint_whoever_wrote_it(tmp_path):
    checkpoints, mark = Checkpoints(tmp_path, "0" * 64), tmp_path / "mark"
    checkpoints.save(0, 0, {"done": np.array(1)})
    with np.load(checkpoints.path(0, 0)) as file:
        digest = file["digest"]
    thing = np.empty(1, dtype=object)
    thing[0] = Marked(mark)
    np.savez(checkpoints.path(0, 0), digest=digest, done=np.array(1), thing=thing)
    assert checkpoints.load(0, 0) is None
    assert not mark.exists()
