"""Which argument is which: every order, every kind of parameter, and what cannot be told."""
# ruff: noqa: PLW0108  # a lambda is there for the names of its arguments

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from verify.gate.errors import Unusable
from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapt
from verify.gate.interface.names import Role, role
from verify.gate.shapes import Shape

PILOT = draws(Shape(4, 6, 3), Ranges(), 1)[0]


def each(recon, x, mu, head):
    """Tell the four tensors apart: a number that is another in any other order."""
    return (recon + 10 * x**2).sum(1).mean() + (100 * mu + 1000 * head**3).sum(1).mean()


def value(interface, instance=PILOT):
    return float(interface.call(*interface.inputs(instance)).detach())


EXPECTED = float(each(*PILOT))


class Loss:
    def __call__(self, recon_x, x, mu, logvar):
        return each(recon_x, x, mu, logvar)

    def method(self, recon_x, x, mu, logvar):
        return each(recon_x, x, mu, logvar)

    @staticmethod
    def static(recon_x, x, mu, logvar):
        return each(recon_x, x, mu, logvar)

    @classmethod
    def of_class(cls, recon_x, x, mu, logvar):
        return each(recon_x, x, mu, logvar)


class Module(nn.Module):
    def forward(self, x, recon_x, logvar, mu):
        return each(recon_x, x, mu, logvar)


def scaled(scale_of_all, recon_x, x, mu, logvar, *, beta=1.0):
    return scale_of_all * each(recon_x, x, mu, logvar) * beta


class Compiled(nn.Module):
    def forward(self, recon_x, x, logvar, mu):
        return (recon_x + 10 * x**2).sum(1).mean() + (100 * mu + 1000 * logvar**3).sum(1).mean()


@torch.jit.script
def compiled(x, x_hat, mean, log_var, beta: float = 1.0):
    return beta * ((x_hat + 10 * x**2).sum(1).mean() + (100 * mean + 1000 * log_var**3).sum(1).mean())


TAKEN = {
    "position": lambda a, b, c, e: each(a, b, c, e),
    "position only": lambda recon, x, mu, logvar, /: each(recon, x, mu, logvar),
    "letters": lambda x, y, z, w: each(y, x, z, w),
    "other letters": lambda p, q, r, s: each(p, q, r, s),
    "names in another order": lambda x, x_hat, mean, log_var: each(x_hat, x, mean, log_var),
    "names with the heads first": lambda z_mean, z_log_var, inputs, outputs: each(outputs, inputs, z_mean, z_log_var),
    "heads in another order": lambda recon_x, x, logvar, mu: each(recon_x, x, mu, logvar),
    "camel case": lambda xTrue, xRecon, zMean, zLogVar: each(xRecon, xTrue, zMean, zLogVar),
    "logits and target": lambda logits, target, loc, scale: each(logits, target, loc, scale),
    "target before logits": lambda target, logits, loc, scale: each(logits, target, loc, scale),
    "a deviation by name": lambda original, reconstruction, mu, std: each(reconstruction, original, mu, std),
    "x and a target": lambda x, target, mu, logvar: each(x, target, mu, logvar),
    "a target and x": lambda target, x, mu, logvar: each(x, target, mu, logvar),
    "one name of four": lambda data, b, c, e: each(b, data, c, e),
    "keywords": lambda *, mu, logvar, x, recon_x: each(recon_x, x, mu, logvar),
    "two keywords": lambda a, b, *, logvar, mu: each(a, b, mu, logvar),
    "any arguments": lambda *args: each(*args),
    "one name, then any": lambda recon, *rest: each(recon, *rest),
    "any arguments and keywords": lambda *args, **kwargs: each(*args),
    "a mask": lambda recon_x, x, mu, logvar, mask: each(recon_x * mask, x * mask, mu, logvar),
    "a mask first": lambda mask, recon_x, x, mu, logvar: each(recon_x * mask, x * mask, mu, logvar),
    "a weight without a default": lambda recon_x, x, mu, logvar, kl_weight: kl_weight * each(recon_x, x, mu, logvar),
    "a weight of kwargs": lambda *args, **kwargs: kwargs["M_N"] * each(*args),
    "heads that may be left out": lambda recon_x, x, mu=None, logvar=None: each(recon_x, x, mu, logvar),
    "a tensor that is left out": lambda recon_x, x, mu, logvar, mask=None, reduction="mean": each(
        recon_x, x, mu, logvar
    ),
    "partial": partial(scaled, 1.0),
    "partial by name": partial(scaled, 1.0, beta=1.0),
    "bound method": Loss().method,
    "object": Loss(),
    "static method": Loss.static,
    "method of a class": Loss.of_class,
    "module": Module(),
    "method of a module": Module().forward,
    "compiled": compiled,
    "compiled module": torch.jit.script(Compiled()),
}


@pytest.mark.parametrize("name", TAKEN)
def test_the_four_tensors_arrive_where_they_belong(name):
    interface = adapt(TAKEN[name], PILOT)
    assert value(interface) == pytest.approx(EXPECTED, rel=1e-12)
    assert interface.torch
    assert any(line.startswith("arguments by ") for line in interface.assumed)


def test_what_decided_is_said():
    def said(loss):
        return adapt(loss, PILOT).assumed

    assert said(lambda recon_x, x, mu, logvar: each(recon_x, x, mu, logvar)) == [
        "arguments by position: (recon_x, x, mu, logvar)"
    ]
    assert said(lambda a, b, c, e: each(a, b, c, e)) == [
        "arguments by position: (a, b, c, e) are (recon, x, mu, logvar)"
    ]
    assert said(lambda x, x_hat, mean, lv: each(x_hat, x, mean, lv)) == [
        "arguments by name: (x, x_hat is recon, mean is mu, lv is logvar)"
    ]
    assert said(lambda recon, x, mu, logvar, mask, beta, alpha=4: each(recon, x, mu, logvar)) == [
        "arguments by position: (recon, x, mu, logvar)",
        "alpha = 4, the default of the argument alpha",
        "beta = 1, as the argument beta has no default",
        "mask = 1 everywhere, of the shape of x",
    ]


def test_whether_names_tell_data_and_reconstruction_apart_is_known():
    assert adapt(lambda x, x_hat, mean, lv: each(x_hat, x, mean, lv), PILOT).certain
    assert not adapt(lambda a, b, mu, logvar: each(a, b, mu, logvar), PILOT).certain
    assert not adapt(lambda x, y, mu, logvar: each(y, x, mu, logvar), PILOT).certain
    assert not adapt(lambda *args: each(*args), PILOT).certain


REFUSED = {
    "loss needs n_data too: ": lambda recon_x, x, mu, logvar, n_data: 0.0,
    "loss needs z too: ": lambda recons, input, z, mu, log_var, *, M_N: 0.0,
    "loss needs prior_std too: ": lambda recon_x, x, mu, logvar, prior_std: 0.0,
    "loss takes (recon_x, x, z), and not recon, x, mu and logvar: ": lambda recon_x, x, z: 0.0,
    "loss takes (a, b, c, e): ": lambda a, b, *, c, e: 0.0,
    "loss takes (qz, b, c, e): ": lambda qz, b, c, e: 0.0,
    "loss takes (outputs, x), and not recon, x, mu and logvar: ": lambda outputs, x: 0.0,
    "loss takes (tensors, inference_outputs, generative_outputs), ": (
        lambda tensors, inference_outputs, generative_outputs, kl_weight=1.0: 0.0
    ),
    "loss takes (), and not ": lambda: 0.0,
    "Loss is a class: ": Loss,
    "float is of type float, which cannot be called: ": 1.5,
}


@pytest.mark.parametrize("start", REFUSED)
def test_other_arguments_are_no_guess(start):
    with pytest.raises(Unusable) as raised:
        adapt(REFUSED[start], PILOT)
    message = str(raised.value)
    assert message.startswith(start)
    assert "\n" not in message
    assert "lambda recon, x, mu, logvar: " in message or "name a" in message


def test_the_mend_names_what_is_missing():
    with pytest.raises(Unusable, match=r"lambda recon, x, mu, logvar: loss\(…, n_data=…\)$"):
        adapt(lambda recon_x, x, mu, logvar, n_data: 0.0, PILOT)


def annealed(recon_x, x, mu, logvar, beta=4, epoch=0, eps=1e-8, average=True, reduction="sum"):
    return each(recon_x, x, mu, logvar) * beta + epoch


def test_knobs_are_weights_and_steps_with_numbers_as_defaults():
    interface = adapt(annealed, PILOT)
    assert interface.knobs == {"beta": 4.0, "epoch": 0.0}
    assert value(interface) == pytest.approx(4 * EXPECTED)
    turned = interface.with_knobs(epoch=7).with_knobs(beta=2)
    assert value(turned) == pytest.approx(2 * EXPECTED + 7)
    assert turned.knobs == {"beta": 2.0, "epoch": 7.0}
    assert value(interface) == pytest.approx(4 * EXPECTED)
    assert interface.knobs == {"beta": 4.0, "epoch": 0.0}
    with pytest.raises(Unusable, match=r"eps is no argument .*; those are: beta, epoch"):
        interface.with_knobs(eps=1)


def test_a_weight_without_a_default_is_a_knob():
    interface = adapt(lambda recon_x, x, mu, logvar, kl_weight: kl_weight * each(recon_x, x, mu, logvar), PILOT)
    assert interface.knobs == {"kl_weight": 1.0}
    assert value(interface.with_knobs(kl_weight=3)) == pytest.approx(3 * EXPECTED)
    interface = adapt(lambda *args, **kwargs: kwargs["M_N"] * each(*args), PILOT)
    assert interface.knobs == {"M_N": 1.0}
    assert value(interface.with_knobs(M_N=3)) == pytest.approx(3 * EXPECTED)


class Annealed:
    def __init__(self):
        self.beta, self.num_iter, self._step, self.on = 2.0, 0, 3, True
        self.seen = []

    def __call__(self, recon, x, mu, logvar):
        self.num_iter += 1
        self.seen.append(recon)
        return self.beta * self.num_iter * each(recon, x, mu, logvar)


def test_an_object_is_the_same_at_each_call_and_after():
    loss = Annealed()
    interface = adapt(loss, PILOT)
    assert interface.knobs == {"beta": 2.0, "num_iter": 0.0}
    assert [value(interface) for _ in range(3)] == [pytest.approx(2 * EXPECTED)] * 3
    assert value(interface.with_knobs(num_iter=9)) == pytest.approx(20 * EXPECTED)
    assert value(adapt(loss.__call__, PILOT).with_knobs(beta=1)) == pytest.approx(EXPECTED)
    assert (loss.num_iter, loss.beta, loss.seen) == (0, 2.0, [])


NAMES = {
    Role.RECON: "recon recon_x x_recon recon_batch reconstruction reconstructed_x x_hat xhat x_reconstructed output "
    "outputs pred y_pred predictions logits x_logits decoded x_decoded_mean x_tilde probs recons x_mu",
    Role.X: "x target targets input inputs data original image images imgs x_true y_true ground_truth batch target_x",
    Role.MU: "mu mean means z_mean z_mu mu_z loc z_loc q_mu latent_mean embedding mus",
    Role.HEAD: "logvar log_var lv z_std std sigma log_sigma scale var variance z_logvar log_variance logVar "
    "z_log_sigma_sq log_covariance stddev log_std",
    Role.MASK: "mask masks padding_mask valid",
    Role.WEIGHT: "beta kl_weight kld_weight M_N weight kl_coeff kl_w epoch global_step",
    Role.MODEL: "model vae net self",
    Role.POSTERIOR: "qz q q_z posterior qz_x",
    Role.PRIOR: "pz p p_z prior",
    Role.LIKELIHOOD: "px p_x likelihood",
    None: "z n_epochs prior_mu prior_logvar logvar_p mu_p recon_logvar tensors y foo n_data eps reduction a _ w",
}


def test_names_say_what_they_say_and_no_more():
    found = {name: role(name) for names in NAMES.values() for name in names.split()}
    assert found == {name: what for what, names in NAMES.items() for name in names.split()}


def test_what_stands_beside_the_four_is_given():
    interface = adapt(lambda recon_x, x, mu, logvar, epoch, log_sigma: each(recon_x, x, mu, logvar) * epoch, PILOT)
    assert interface.knobs == {"epoch": 1.0, "log_sigma": 0.0}
    assert interface.way.scale == "log_sigma"
    assert value(interface.with_knobs(epoch=3)) == pytest.approx(3 * EXPECTED)


@pytest.mark.parametrize("sizes", [(4, 6), (6,), ()])
def test_a_scale_has_the_form_that_the_loss_takes(sizes):
    def loss(recon_x, x, mu, logvar, sigma):
        assert tuple(sigma.shape) == sizes
        return each(recon_x, x, mu, logvar) * sigma.mean()

    interface = adapt(loss, PILOT)
    assert value(interface.with_knobs(sigma=3)) == pytest.approx(3 * EXPECTED)


@pytest.mark.parametrize(("sizes", "kind"), [((4, 6), float), ((4, 6), bool), ((4,), float), ((4,), bool)])
@pytest.mark.parametrize("hides", [False, True])
def test_a_mask_has_the_form_that_the_loss_takes(sizes, kind, hides):
    def loss(recon_x, x, mu, logvar, mask):
        assert tuple(mask.shape) == sizes
        assert (mask.dtype == torch.bool) is (kind is bool)
        counts = 1 - mask.double() if hides else mask.double()
        return each(recon_x * counts.reshape(4, -1), x, mu, logvar)

    interface = adapt(loss, PILOT)
    assert value(interface) == pytest.approx(EXPECTED)
    assert interface.way.masks[0].hides is hides
    everything = np.full(sizes, hides, dtype=kind)
    assert value(interface.with_mask(everything)) != pytest.approx(EXPECTED)


def test_no_mask_for_a_loss_that_takes_none():
    with pytest.raises(Unusable, match="no argument is a mask"):
        adapt(each, PILOT).with_mask(np.ones((4, 6)))
