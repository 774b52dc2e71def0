"""What trains or measures nothing, or mixes what is measured, is no experiment."""

from types import SimpleNamespace

import numpy as np
import pytest

from vae_verify import CLAIM
from verify.judging.statements import ClaimError
from verify.replicate import Conclusion, Setting, experiment
from verify.replicate.coordinator import replicate

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
