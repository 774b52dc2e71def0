"""What the arguments of a loss are taken for, of signatures: each part of a plan, and how it is called."""
# a lambda is there for the names of its arguments

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Distribution, Normal

from properties.engine.helpers.behaviour import error, gated, kl
from verify.gate.errors import Unusable
from verify.gate.instances import Ranges, draws
from verify.gate.interface.extras import HIDING, MASKS, SCALES
from verify.gate.interface.names import FOUR, Role
from verify.gate.interface.owners import doubled, fresh, kept, knobs_of, modes_of
from verify.gate.interface.roles import adapter, plans
from verify.gate.interface.setting import Setting
from verify.gate.interface.ways import _Code, ways
from verify.gate.shapes import Shape

BATCH = draws(Shape(4, 6, 3), Ranges(), 1)[0]
MEND = "give an adapter: lambda recon, x, mu, logvar: "
VALUES = dict(zip(FOUR, "rxmh", strict=True))


def plan(target):
    return plans(target, "loss")[0]


def roles(target):
    return {name: what.value for name, what in plan(target).roles.items()}


# --- a plan ---------------------------------------------------------------------------------------------------------


def test_a_plan_has_roles_knobs_and_what_is_assumed():
    found = plan(lambda recon, x, mu, logvar, kl_weight, beta=4, dim=3, name="a", yes=True, eps=None: 0)
    assert roles(lambda recon, x, mu, logvar, kl_weight, beta=4: 0) == {
        "recon": "recon", "x": "x", "mu": "mu", "logvar": "logvar", "kl_weight": "weight",
    }  # fmt: skip
    assert found.knobs == {"beta": 4.0, "kl_weight": 1.0}
    assert (found.by_position, found.certain, found.switched, found.optional) == (5, True, True, ())
    assert found.assumed == (
        "arguments by position: (recon, x, mu, logvar)", "beta = 4, the default of the argument beta",
        "kl_weight = 1, as the argument kl_weight has no default",
    )  # fmt: skip
    assert (found.masks, found.scales, found.shows) == ((), (), False)


@pytest.mark.parametrize(
    ("target", "switched"),
    [
        (lambda recon, x, mu, logvar, beta=1.0: 0, False), (lambda recon, x, mu, logvar, how="mean": 0, True),
        (lambda recon, x, mu, logvar, weighted=False: 0, True), (lambda recon, x, mu, logvar, eps=None: 0, False),
    ],
)  # fmt: skip
def test_a_word_or_a_truth_may_switch_arguments_off(target, switched):
    assert plan(target).switched is switched
    (way,) = next(ways(target, "loss"))
    assert way.arguments == (frozenset() if switched else frozenset(plan(target).knobs))


def test_so_it_is_of_what_is_looked_for_in_keywords():
    def loss(recon, x, mu, logvar, beta=4.0, weighted=False, **kwargs):
        return error(recon, x) + kwargs["M_N"] * (beta if weighted else 1) * kl(mu, logvar)

    found = plans(loss, "loss")
    assert [each.switched for each in found] == [True, True]
    assert ["M_N" in each.roles for each in found] == [False, True]
    report = gated(loss)
    assert report.accepted, report


@pytest.mark.parametrize(
    ("target", "count"),
    [
        (lambda recon, x, mu, logvar: 0, 4), (lambda recon, x, /, mu, *, logvar: 0, 3),
        (lambda *, recon, x, mu, logvar: 0, 0), (lambda recon, x, beta=1, mu=None, logvar=None: 0, 2),
        (lambda *args: 0, 4), (lambda recon, *rest: 0, 4), (lambda recon, x, mu, logvar, mask: 0, 5),
    ],
)  # fmt: skip
def test_arguments_are_passed_by_position_up_to_the_first_that_is_left_out(target, count):
    found = plan(target)
    assert found.by_position == count
    setting = Setting({"beta": 7.0})
    by_position, by_name = found.arguments(BATCH, VALUES, setting)
    assert len(by_position) == count
    given = dict(zip(found.roles, by_position, strict=False)) | by_name
    assert {name: given[name] for name, what in found.roles.items() if what in FOUR} == {
        name: VALUES[what] for name, what in found.roles.items() if what in FOUR
    }
    assert given.get("beta", 7.0) == 7.0


def test_a_knob_is_passed_if_it_is_set():
    found = plan(lambda recon, x, mu, logvar, kl_weight, beta=4: 0)
    assert found.arguments(BATCH, VALUES, Setting())[0][4] == 1.0
    assert found.arguments(BATCH, VALUES, Setting())[1] == {}
    assert found.arguments(BATCH, VALUES, Setting({"kl_weight": 3.0}))[0][4] == 3.0
    assert found.arguments(BATCH, VALUES, Setting({"beta": 3.0, "other": 1.0}))[1] == {"beta": 3.0}


def test_a_mask_is_tried_in_each_form():
    found = plans(lambda recon, x, mu, logvar, mask: 0, "loss")
    assert [(each.mask, each.shows) for each in found] == [
        *((form, True) for form in (*MASKS, *HIDING)), *((form, False) for form in MASKS),
    ]  # fmt: skip
    assert all(each.masks == (each.mask,) for each in found)
    assert found[0].assumed[-1] == "mask = 1 everywhere, of the shape of x"
    assert found[4].assumed[-1] == "mask = 0 everywhere, of the shape of x, and 1 where it hides"
    said = plans(lambda recon, x, mu, logvar, valid: 0, "loss")
    assert [each.mask for each in said] == [*MASKS, *MASKS]
    assert found[2].arguments(BATCH, VALUES, Setting())[0][4].tolist() == [1.0] * 4
    half = np.array([1.0, 1, 0, 0])
    assert found[2].arguments(BATCH, VALUES, Setting(mask=half))[0][4].tolist() == half.tolist()


def test_a_mask_that_may_be_left_out_is():
    found = plans(lambda recon, x, mu, logvar, mask=None: 0, "loss")
    assert [each.optional for each in found] == [("mask",)]
    assert found[0].masks == MASKS
    assert found[0].arguments(BATCH, VALUES, Setting())[1] == {}
    assert found[0].arguments(BATCH, VALUES, Setting(mask=np.ones(4)))[1]["mask"].tolist() == [1.0] * 4


def test_a_scale_is_tried_in_each_form():
    found = plans(lambda recon, x, mu, logvar, log_sigma: 0, "loss")
    assert [each.scale for each in found] == [*SCALES]
    assert found[0].scales == ("log_sigma",)
    assert found[0].knobs == {"log_sigma": 0.0}
    assert found[1].assumed[-1] == "log_sigma is the scale of the decoder, one for each feature"
    assert found[2].arguments(BATCH, VALUES, Setting())[0][4] == 0
    assert found[1].arguments(BATCH, VALUES, Setting({"log_sigma": 0.5}))[0][4].tolist() == [0.5] * 6
    assert plan(lambda recon, x, mu, logvar, sigma_x: 0).knobs == {"sigma_x": 1.0}


# --- roles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "found", "certain"),
    [
        (lambda a, b, c, e: 0, "a is recon, b is x, c is mu, e is logvar", False),
        (lambda x, target, mu, logvar: 0, "x is recon, target is x, mu is mu, logvar is logvar", False),
        (lambda x, x_hat, c, e: 0, "x is x, x_hat is recon, c is mu, e is logvar", True),
        (lambda model, x: 0, "model is model, x is x", True), (lambda vae, a: 0, "vae is model, a is x", True),
        (lambda x, model: 0, "x is x, model is model", True),
        (lambda model, x, mu: 0, "model is model, x is x, mu is mu", True),
        (lambda recon_x, x, mu=None, logvar=None: 0, "recon_x is recon, x is x, mu is mu, logvar is logvar", True),
        (lambda x, px, qz: 0, "x is x, px is p(x | z), qz is q(z | x)", True),
        (lambda x, px, qz, pz: 0, "x is x, px is p(x | z), qz is q(z | x), pz is p(z)", True),
        (lambda recon, x, qz: 0, "recon is recon, x is x, qz is q(z | x)", True),
    ],
)  # fmt: skip
def test_roles_are_told_by_names_else_by_position(target, found, certain):
    assert ", ".join(f"{name} is {what}" for name, what in roles(target).items()) == found
    assert plan(target).certain is certain


def test_an_annotation_tells_a_distribution():
    def loss(recon: Normal, x, mu, logvar):
        return 0

    assert roles(loss)["recon"] == "p(x | z)"

    def other(a: Distribution, b, c, e):
        return 0

    with pytest.raises(Unusable, match=r"loss takes \(a, b, c, e\): give an adapter"):
        plan(other)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (int, "loss is a class: name an instance of it, or a function"),
        (3, "loss is of type int, which cannot be called: name a function or a model"),
        (lambda recon, x, mu, logvar, z: 0, f"loss needs z too: {MEND}loss(…, z=…)"),
        (lambda recon, x, mu, logvar, a, b: 0, f"loss needs a, b too: {MEND}loss(…, a=…, b=…)"),
        (lambda a, b: 0, "loss takes (a, b), and not "),
        (lambda model, x, qz: 0, "loss takes (model, x, qz), and not recon, x, mu and logvar: "),
        (lambda recon, x, mu, z, w: 0, "loss takes (recon, x, mu, z, w), and not recon, x, mu and logvar: "),
    ],
)  # fmt: skip
def test_what_is_no_such_loss_is_told(target, told):
    with pytest.raises(Unusable) as caught:
        plans(target, "loss")
    assert str(caught.value).startswith(told)
    assert adapter("loss") == "give an adapter: lambda recon, x, mu, logvar: loss(…)"


# --- objects --------------------------------------------------------------------------------------------------------


class Kept:
    def __init__(self):
        self.beta, self.name, self.flag, self.dim, self._epoch = 2, "a", True, 5, 3

    def loss(self, recon, x, mu, logvar):
        self.beta += 1
        return self.beta


def test_an_object_is_copied_for_each_call():
    target = Kept()
    (way,) = next(ways(target.loss, "loss"))
    assert (way.keeps, way.modes, way.whole, way.sizes, way.scale) == (True, (), False, None, None)
    assert way.knobs == {"beta": 2.0}
    assert way.arguments == frozenset()
    assert way.assumed[-1] == "beta = 2, which the object keeps"
    assert [way.call(BATCH, Setting()) for _ in range(2)] == [3, 3]
    assert way.call(BATCH, Setting({"beta": 7.0})) == 8
    shared = Setting(objects=[])
    assert [way.call(BATCH, shared) for _ in range(3)] == [3, 4, 5]
    assert target.beta == 2


def test_a_function_is_called_as_it_is():
    (way,) = next(ways(lambda recon, x, mu, logvar, beta=1.0: beta, "loss"))
    assert (way.keeps, way.modes, way.certain, way.shows, way.masks) == (False, (), True, False, ())
    assert way.arguments == frozenset({"beta"})
    assert way.call(BATCH, Setting({"beta": 5.0})) == 5.0
    assert _Code.of(np.mean).alone
    assert _Code.of(SimpleNamespace(lock=__import__("threading").Lock())).alone


def test_a_module_is_copied_with_its_parameters():
    module = nn.Linear(2, 2)
    assert doubled(module).weight.dtype == torch.float64
    assert module.weight.dtype == torch.float32
    copied = fresh(module, "eval", {"epoch": 3})
    assert copied is not module
    assert copied.weight is module.weight
    assert not copied.training
    assert not hasattr(copied, "epoch")
    assert fresh(module, "train").training
    assert fresh(module.eval()).training is False
    assert (modes_of(module), modes_of(3)) == (("train", "eval"), ())


def test_numbers_that_an_object_keeps_are_knobs():
    target = Kept()
    assert knobs_of(target) == {"beta": 2.0}
    assert kept({"beta": 2.5}) == ("beta = 2.5, which the object keeps",)
    assert fresh(target, knobs={"beta": 9.0, "gone": 1.0}).__dict__ == target.__dict__ | {"beta": 9.0}


def test_distributions_are_given_in_four_ways():
    seen = []

    def loss(x, px, qz, pz):
        seen.append((px, qz, pz))
        return 0

    batch = type(BATCH)(*map(torch.from_numpy, BATCH))
    group = next(ways(loss, "loss"))
    texts = [way.assumed[-3:] for way in group]
    assert texts[0] == ("px = Normal(recon, 1)", "qz = Normal(mu, exp(logvar/2))", "pz = Normal(0, 1)")
    assert texts[1][1:] == ("qz = Independent(Normal(mu, exp(logvar/2)), 1)", "pz = Independent(Normal(0, 1), 1)")
    assert texts[2][0] == "px = Independent(Normal(recon, 1), 1)"
    assert all(way.whole for way in group)
    for way in group:
        way.call(batch, Setting())
    shapes = [[tuple(each.event_shape) for each in three] for three in seen]
    assert shapes == [[(), (), ()], [(), (3,), (3,)], [(6,), (), ()], [(6,), (3,), (3,)]]
    px, qz, pz = seen[0]
    assert (px.loc == batch.recon).all()
    assert (px.scale == 1).all()
    assert torch.allclose(qz.scale, (batch.head / 2).exp())
    assert (pz.loc == 0).all()
    assert (pz.scale == 1).all()
    assert Role.PRIOR in plan(loss).roles.values()
