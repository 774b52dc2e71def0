"""What trains or measures nothing, or mixes what is measured, is no experiment."""

import importlib.util
from types import SimpleNamespace

import numpy as np
import pytest

from vae_verify import CLAIM
from verify.judging.statements import ClaimError
from verify.replicate import Conclusion, Setting, experiment
from verify.replicate.coordinator import fingerprint, replicate

ONE, TWO = Setting("one", {"a": 1}), Setting("two", {"a": 2})
ALWAYS, ALSO = Conclusion("always", lambda rows: True), Conclusion("also", lambda rows: True)


def stated(measured=7.0, done=None, **further):
    """Return an experiment that measures this, after it has done so many steps, or those that are asked for."""
    known = {"settings": [ONE], "steps": 2, "reduced": 1, "stated": [ALWAYS]} | further

    def computation(settings, seed, device):
        return SimpleNamespace(
            advance=lambda state, until, steps: {"done": np.array(until if done is None else done)},
            conclude=lambda state: (
                [{} if measured is None else {"x": measured} for _ in settings],
                [{}] * len(settings),
            ),
        )

    return vars(experiment("own/e", "x", **known)(computation))[CLAIM]


@pytest.mark.parametrize(
    "further",
    [
        {"stated": [ALWAYS, ALWAYS]},
        {"stated": [ALSO, ALWAYS, Conclusion("also", lambda rows: False)]},
        {"settings": [ONE, TWO, Setting("one", {"a": 3})]},
    ],
)
def test_nothing_is_there_twice(further, registry):
    with pytest.raises(ClaimError, match=r"^own/e: '(always|also|one)' is there twice"):
        stated(**further)
    assert stated(settings=[ONE, TWO], stated=[ALWAYS, ALSO]).expected == "measured"


@pytest.mark.parametrize(
    ("further", "said"),
    [
        ({"settings": []}, "0 settings, 2 and 1 steps"),
        ({"reduced": 0}, "1 settings, 2 and 0 steps"),
        ({"steps": 0}, "1 settings, 0 and 1 steps"),
        ({"steps": -3}, "1 settings, -3 and 1 steps"),
    ],
)
def test_something_is_trained(further, said, registry):
    with pytest.raises(ClaimError, match=rf"^own/e: nothing is trained: it has {said}$"):
        stated(**further)
    assert (stated(steps=1).steps, stated(steps=1).reduced) == (1, 1)


def test_something_is_measured_of_every_setting(registry):
    with pytest.raises(ClaimError, match=r"^own/e: nothing is measured of 'one'$"):
        replicate(stated(None), [0], 1)
    assert replicate(stated(), [0], 1).rows[0].measured == {"x": 7.0}


@pytest.mark.parametrize("done", [0, 3])
def test_a_computation_does_the_steps_that_are_asked_for(done, registry):
    with pytest.raises(ClaimError, match=rf"^own/e: after 1 steps its computation says that {done} are done$"):
        replicate(stated(done=done), [0], 1)


def test_what_lies_beside_ones_own_experiment_may_train_it(tmp_path):
    (tmp_path / "mine.py").write_text("def body(settings, seed, device): pass\n")
    spec = importlib.util.spec_from_file_location("mine_beside", tmp_path / "mine.py")
    spec.loader.exec_module(module := importlib.util.module_from_spec(spec))
    entry = SimpleNamespace(id="a/b", settings=[ONE], groups=1, training=lambda *_: SimpleNamespace(), body=module.body)
    first = fingerprint(entry, 1, "cpu")
    (tmp_path / "notes.txt").write_text("1")
    assert fingerprint(entry, 1, "cpu") == first
    (tmp_path / "helper.py").write_text("RATE = 1\n")
    second = fingerprint(entry, 1, "cpu")
    (tmp_path / "helper.py").write_text("RATE = 2\n")
    assert len({first, second, fingerprint(entry, 1, "cpu")}) == 3
    module.body.__module__ = "properties.mine2030.experiments.table"
    paper = fingerprint(entry, 1, "cpu")
    (tmp_path / "helper.py").write_text("RATE = 3\n")
    assert fingerprint(entry, 1, "cpu") == paper
