"""What schedules are said to do, of a β that is a function of numbers: no loss is called."""

import pytest

from verify.gate.behaviour import schedules
from verify.gate.behaviour.names import is_last_beta, is_step
from verify.gate.behaviour.schedules import Schedule, ended
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.expectations import expectations

UNFINISHED, FALLS = BehaviourCode.SCHEDULE_UNFINISHED, BehaviourCode.SCHEDULE_FALLS
UNBOUNDED = BehaviourCode.SCHEDULE_UNBOUNDED


@pytest.fixture(scope="session")
def schedule(called, weighed):
    """Return the schedule of a β."""

    def made(beta, default=0, name="epoch", known=True):
        return Schedule(name, called({name: default}), weighed(lambda **at: beta(int(at[name])), known=known))

    return made


def warm_up(last):
    return lambda step: min(1.0, step / last)


def cycle(step):
    return min(1.0, 2 * (step % 1000) / 1000)


LATE = 10**9 + 7
SCHEDULES = {
    "warm-up": (warm_up(400), 0, "epoch", 400, 400, "0 at epoch = 0, 1 from epoch = 400 on"),
    "one step": (warm_up(1), 0, "epoch", 1, 1, "0 at epoch = 0, 1 from epoch = 1 on"),
    "a first step": (warm_up(7), 1, "epoch", 7, 7, "0 at epoch = 0, 1 from epoch = 7 on"),
    "a late default": (
        warm_up(10), 50, "epoch", 10, 50, "0 at epoch = 0, 1 at epoch = 50, the default, 1 from epoch = 10 on",
    ),
    "a default at its end": (warm_up(10), 10, "epoch", 10, 10, "0 at epoch = 0, 1 from epoch = 10 on"),
    "a default before its end": (
        warm_up(400), 319, "epoch", 400, 319,
        "0 at epoch = 0, 0.7975 at epoch = 319, the default, 1 from epoch = 400 on",
    ),
    "almost there": (
        warm_up(400), 397, "epoch", 400, LATE,
        "0 at epoch = 0, 0.9925 at epoch = 397, the default, 1 from epoch = 400 on",
    ),
    "not almost": (
        warm_up(400), 395, "epoch", 400, 395,
        "0 at epoch = 0, 79/80 at epoch = 395, the default, 1 from epoch = 400 on",
    ),
    "a default of 2": (
        warm_up(8), 2, "epoch", 8, 2, "0 at epoch = 0, 1/4 at epoch = 2, the default, 1 from epoch = 8 on",
    ),
    "1 at t": (warm_up(8), 1, "t", 8, 1, "0 at t = 0, 1/8 at t = 1, the default, 1 from t = 8 on"),
    "1 at it": (warm_up(8), 1, "it", 8, 1, "0 at it = 0, 1/8 at it = 1, the default, 1 from it = 8 on"),
    "0 at it": (warm_up(8), 0, "it", 8, 8, "0 at it = 0, 1 from it = 8 on"),
    "a cycle": (cycle, 0, "epoch", None, 500, "0 at epoch = 0, and never settling: up to 1"),
    "a line": (
        lambda step: step / 100, 0, "epoch", None, 1000,
        "0 at epoch = 0, 10 at epoch = 1000, and growing with every step",
    ),
    "a root": (
        lambda step: float(round(step**0.5)), 0, "epoch", None, 10**9,
        "0 at epoch = 0, and never settling: up to 31623",
    ),
    "down": (lambda step: 2 - min(step, 50) / 50, 0, "epoch", 50, 50, "2 at epoch = 0, 1 from epoch = 50 on"),
    "a table": ([0.25, 0.5, 0.5, 1.0, 1.0].__getitem__, 0, "epoch", 3, 3, "1/4 at epoch = 0, 1 from epoch = 3 on"),
    "a long table": (
        ([0.0] * 30 + [1.0] * 8).__getitem__, 0, "epoch", 30, 30, "0 at epoch = 0, 1 from epoch = 30 on",
    ),
    "a table up to its end": (
        ([0.0] * 37 + [1.0]).__getitem__, 0, "epoch", 37, 37, "0 at epoch = 0, 1 from epoch = 37 on",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_is_followed_to_its_end(schedule, name):
    beta, default, argument, reached, end, text = SCHEDULES[name]
    found = schedule(beta, default, argument)
    assert found.moves
    assert (found.reached, found.end, found.text) == (reached, end, text)
    assert found.grows is (name == "a line")


@pytest.mark.parametrize("step", [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 10**3, 10**4, 10**5, 500_000])
def test_a_step_in_between_is_found_wherever_it_is(schedule, step):
    assert schedule(lambda at: 1.0 + (at > step)).reached == step + 1
    assert schedule(lambda at: 1.0 + (at >= step + 3)).reached == step + 3


@pytest.mark.parametrize(
    "steps",
    [
        {10**6 + 1}, {1_234_567}, {2 * 10**6}, {4 * 10**6}, {7_654_321}, {10**9}, {10**6},
    ],
)  # fmt: skip
def test_what_is_another_far_on_settles_nowhere(schedule, steps):
    found = schedule(lambda at: 1.0 + (at in steps))
    assert found.reached is None
    assert found.moves
    assert not found.grows


def test_a_schedule_is_looked_at_from_the_first_step_to_beyond_all_training(schedule):
    near = [0, *(digit * 10**power for power in range(6) for digit in (1, 2, 5))]
    far = [10**6, 10**6 + 1, 1_234_567, 2 * 10**6, 4 * 10**6, 7_654_321, 10**9, 10**9 + 7]
    assert sorted(schedule(lambda step: 1.0)._values) == [*near, *far]
    assert sorted(schedule(lambda step: 1.0, 77)._values) == sorted([77, *near, *far])


def test_what_does_not_move_beta_is_no_schedule(schedule, called, weighed):
    assert not schedule(lambda step: 1.0).moves
    assert not schedule(warm_up(10), known=False).moves
    assert not schedule(warm_up(10), 2.5).moves
    assert not schedule(warm_up(10), -1).moves
    assert schedule(warm_up(10), 3.0).moves
    assert not schedule([0.5].__getitem__).moves
    assert schedule([0.5, 1.0].__getitem__).moves
    both = weighed(lambda epoch: 1.0 + epoch, error=lambda epoch: 1.0 + epoch)
    assert not Schedule("epoch", called({"epoch": 0}), both).moves


def test_a_loss_that_counts_up_to_its_step_is_not_asked_far_on(schedule, monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(schedules.time, "perf_counter", lambda: 0.06 * next(clock))
    assert max(schedule(warm_up(10))._values) == LATE  # 0.06 s each
    monkeypatch.setattr(schedules.time, "perf_counter", lambda: 0.11 * next(clock))
    assert max(schedule(warm_up(10))._values) == 10**6


@pytest.mark.parametrize(
    ("beta", "default", "expected", "code"),
    [
        (warm_up(400), 0, 1, None), (warm_up(400), 319, 1, UNFINISHED),
        (warm_up(400), 200, 1, UNFINISHED), (warm_up(400), 400, 2, None),
        (warm_up(400), 400, 3, None), (warm_up(400), 200, 0.5, None), (cycle, 4000, 1, UNFINISHED),
        (cycle, 500, 1, None), (lambda step: step / 100, 0, 1, UNBOUNDED),
        (lambda step: step / 100, 100, 1, None), (lambda step: step / 100, 50, 2, UNBOUNDED),
        (lambda step: step / 100, 50, 1, None), (lambda step: 1 - min(step, 50) / 50, 0, 1, FALLS),
        (lambda step: 2 - min(step, 50) / 50, 0, 1, None), (lambda step: 2 - min(step, 50) / 50, 0, 2, None),
        (lambda step: 2 - min(step, 50) / 50, 0, 3, FALLS),
        (lambda step: 2 + min(step, 50) / 50, 0, 1, None), (lambda step: 1 / (1 + step), 0, 2, None),
    ],
)  # fmt: skip
def test_a_schedule_that_ends_elsewhere_is_told(schedule, beta, default, expected, code):
    found = schedule(beta, default)
    told = found.findings(expectations(beta=expected))
    assert [finding.kind for finding in told] == ([] if code is None else [code])
    if code is UNFINISHED:
        assert told[0].detail.endswith(f" at epoch = {default}, the default; {found.text}")
    elif code is not None:
        assert told[0].detail == found.text


def test_of_a_beta_that_cannot_be_told_nothing_is(schedule):
    found = schedule(warm_up(10), known=False)
    assert found.findings(expectations()) == []
    assert found.text == "what cannot be told at epoch = 0, what cannot be told from epoch = 10 on"


def test_the_end_of_training_is_assumed(called, weighed):
    assumed = ["epoch = 0", "epochs = 7", "beta = 1"]
    loss = called({"epoch": 0, "it": 0}, assumed)
    weights = weighed(lambda epoch, it: min(1.0, epoch / 400) * (1 + cycle(it)))
    (first, second) = found = schedules.schedules(loss, weights)
    assert (first.name, second.name, second.text) == ("epoch", "it", "1 at it = 0, and never settling: up to 2")
    last = ended(loss, found)
    assert last.knobs == {"epoch": 400, "it": 500}
    assert last.assumed == [
        "epochs = 7",
        "beta = 1",
        "epoch = 400, for the end of training",
        "it = 500, for the end of training",
    ]
    assert ended(loss.with_knobs(epoch=400), found[:1]).assumed == assumed


def test_a_step_beyond_all_training_is_far_on(schedule, called):
    loss = called({"epoch": 397}, ["epoch = 397"])
    assert ended(loss, [schedule(warm_up(400), 397)]).assumed == ["epoch far on, for the end of training"]
    assert ended(loss, [schedule(lambda at: 1.0 + (at > 10**6 - 1))]).assumed == [
        "epoch far on, for the end of training"
    ]
    assert ended(loss, [schedule(lambda at: 1.0 + (at > 10**6 - 2))]).assumed == [
        f"epoch = {10**6 - 1}, for the end of training"
    ]


def test_where_beta_is_0_by_default_it_is_1_while_schedules_are_looked_for(called, weighed):
    loss = called({"beta_max": 0, "gamma": 0, "epoch": 0})
    weights = weighed(lambda beta_max, gamma, epoch: beta_max * min(1.0, epoch / 10) + gamma)
    (found,) = schedules.schedules(loss, weights)
    assert found.text == "0 at epoch = 0, 1 from epoch = 10 on"
    assert schedules.schedules(loss.with_knobs(beta_max=3), weights)[0].text == "0 at epoch = 0, 3 from epoch = 10 on"


@pytest.mark.parametrize(
    ("name", "step"),
    [
        *((f"{of}_{what}", True) for of in ("global", "current", "curr", "cur", "train", "training", "this")
          for what in ("epoch", "step", "iteration", "iter", "itr")),
        *((f"epoch_{what}", True) for what in ("idx", "index", "number")),
        ("t", True), ("it", True), ("num_iter", True), ("numiters", False), ("tt", False), ("ts", False),
        ("its", False),
        ("total_steps", False), ("epochs", False), ("step_count", False),
    ],
)  # fmt: skip
def test_names_of_steps(name, step):
    assert is_step(name) is step


@pytest.mark.parametrize("where", ["max", "final", "end", "target"])
def test_names_of_a_last_beta(where):
    assert is_last_beta(f"{where}_beta")
    assert is_last_beta(f"kl_weight_{where}")
    assert not is_last_beta(where)


def test_a_schedule_is_followed_no_further_where_it_has_no_value(schedule):
    found = schedule(warm_up(400))
    value = found._value
    found._value = lambda step: None if step == 350 else value(step)
    assert found.reached == 500  # from 200 on it is not the same, and what is between is not known
    found = schedule(warm_up(400))
    assert found.reached == 400
