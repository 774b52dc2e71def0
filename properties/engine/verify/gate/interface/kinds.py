"""Tensors or arrays, double or single precision, and what is said of code that raises."""

import ast
import inspect

import numpy as np
import pytest
import torch
from torch import nn

from properties.engine.helpers import arrays
from verify.gate.errors import Unusable
from verify.gate.evaluation import Loss
from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapt
from verify.gate.shapes import Shape

PILOT = draws(Shape(4, 6, 3), Ranges(), 1)[0]


def expected(instance=PILOT):
    recon, x, mu, head = instance
    return ((recon - x) ** 2).sum(1).mean() + (mu**2 + np.exp(head) - head - 1).sum(1).mean() / 2


def value(interface, instance=PILOT):
    return Loss(interface.call, interface.torch).value(instance)


def torch_loss(recon, x, mu, logvar):
    return ((recon - x) ** 2).sum(1).mean() + (mu**2 + torch.exp(logvar) - logvar - 1).sum(1).mean() / 2


@pytest.mark.parametrize("name", arrays.LOSSES)
def test_code_of_arrays_is_given_arrays(name):
    interface = adapt(arrays.LOSSES[name], PILOT)
    assert not interface.torch
    assert value(interface) == pytest.approx(expected(), rel=1e-12)


def test_code_of_tensors_is_given_tensors_with_a_gradient():
    interface = adapt(torch_loss, PILOT)
    assert interface.torch
    loss = Loss(interface.call, interface.torch)
    recon, mu, head = loss.gradient(PILOT)
    assert recon == pytest.approx(2 * (PILOT.recon - PILOT.x) / 4)
    assert mu == pytest.approx(PILOT.mu / 4)
    assert head == pytest.approx((np.exp(PILOT.head) - 1) / 8)


def test_a_gradient_that_the_code_cuts_is_no_error():
    def cut(recon, x, mu, logvar):
        return float(np.square(recon.numpy() - x.numpy()).sum()) + torch.sum(mu) * 0 + torch.exp(logvar).sum()

    interface = adapt(cut, PILOT)
    assert interface.torch
    loss = Loss(interface.call, interface.torch)
    assert loss.value(PILOT) == pytest.approx(((PILOT.recon - PILOT.x) ** 2).sum() + np.exp(PILOT.head).sum())
    assert loss.gradient(PILOT) is None


def test_code_that_changes_its_arguments_changes_no_data():
    def clamping(recon, x, mu, logvar):
        recon.clamp_(0.25, 0.75)
        return torch_loss(recon, x, mu, logvar.mul_(1))

    interface = adapt(clamping, PILOT)
    inputs = interface.inputs(PILOT)
    interface.call(*inputs).backward()
    assert (inputs.recon.detach().numpy() == PILOT.recon).all()
    assert inputs.recon.grad is not None

    def halving(recon, x, mu, logvar):
        recon /= 2
        return arrays.LOSSES["functions"](recon, x, mu, logvar)

    before = [part.copy() for part in PILOT]
    assert value(adapt(halving, PILOT)) == pytest.approx(expected(PILOT._replace(recon=PILOT.recon / 2)))
    assert all((one == other).all() for one, other in zip(before, PILOT, strict=True))


WEIGHTS = torch.ones(6, 1)


def single(recon, x, mu, logvar):
    return (((recon - x) ** 2) @ WEIGHTS).mean() + (mu**2 + torch.exp(logvar) - logvar - 1).sum(1).mean() / 2


def test_code_of_single_precision_is_given_it_and_that_is_said():
    interface = adapt(single, PILOT)
    assert "inputs in single precision, as the code insists on it" in interface.assumed
    loss = Loss(interface.call, interface.torch)
    assert loss.value(PILOT) == pytest.approx(expected(), rel=1e-5)
    assert loss.epsilon == 2.0**-23
    assert loss.gradient(PILOT)[1] == pytest.approx(PILOT.mu / 4, rel=1e-5)


class Weighted(nn.Module):
    def __init__(self):
        super().__init__()
        self.sum = nn.Linear(6, 1, bias=False)
        self.drop = nn.Dropout(0.5)
        nn.init.ones_(self.sum.weight)

    def forward(self, recon, x, mu, logvar):
        error = self.sum((recon - x) ** 2).mean()
        return error + self.drop((mu**2 + torch.exp(logvar) - logvar - 1).sum(1)).mean() / 2


def test_a_module_is_copied_and_computes_in_double_precision():
    module = Weighted().eval()
    interface = adapt(module, PILOT)
    assert interface.modes == ("train", "eval")
    calm, trained = interface.in_mode("eval"), interface.in_mode("train")
    assert value(calm) == pytest.approx(expected(), rel=1e-12)
    drawn = []
    for each in (trained, interface):
        torch.manual_seed(0)
        drawn.append(value(each))
    assert drawn[0] == drawn[1] != value(calm)
    assert Loss(calm.call, calm.torch).epsilon == 2.0**-52
    assert module.sum.weight.dtype == torch.float32
    assert not module.training
    with pytest.raises(Unusable, match="no mode test; there is: train, eval"):
        interface.in_mode("test")
    with pytest.raises(Unusable, match="there is: none"):
        adapt(torch_loss, PILOT).in_mode("eval")


def test_a_head_that_must_be_positive_and_binary_data_are_tried():
    def strict(recon, x, mu, std):
        if (std <= 0).any() or not ((x == 0) | (x == 1)).all():
            raise ValueError("not so")
        return torch_loss(recon, x, mu, std)

    assert adapt(strict, PILOT).torch


def raising(recon, x, mu, logvar):
    raise RuntimeError("of two\nlines")  # here


def in_library(recon, x, mu, logvar):
    return torch.nn.functional.mse_loss(recon, mu)  # here too


def with_images(recon, x, mu, logvar):
    batch, channels, height, width = x.shape  # images
    return (recon - x).sum() / (batch * channels * height * width)


def misspelt(recon, x, mu, logvar):
    return meen(recon - x)  # nowhere


@pytest.mark.parametrize(
    ("loss", "said", "mark", "mend"),
    [
        (raising, "raising raises RuntimeError: of two (", "# here", "lambda recon, x, mu, logvar: raising(…)"),
        (in_library, "in_library raises RuntimeError: The size of tensor a", "# here too", "in_library(…)"),
        (with_images, "with_images raises ValueError: not enough values", "# images", "with_images(recon.view(-1, 1"),
        (misspelt, "misspelt raises NameError: name 'meen'", "# nowhere", "; define it in that file, or"),
    ],
)
def test_what_is_raised_is_told_with_its_line_and_a_mend(loss, said, mark, mend):
    with pytest.raises(Unusable) as raised:
        adapt(loss, PILOT)
    message = str(raised.value)
    lines, first = inspect.getsourcelines(loss)
    at = next(at for at, line in enumerate(lines, first) if line.rstrip().endswith(mark))
    assert message.startswith(said)
    assert f"(kinds.py:{at}); " in message
    assert mend in message
    assert "\n" not in message


def test_a_missing_keyword_is_named_in_the_mend():
    def loss(*args, **kwargs):
        return args[0].sum() * kwargs["lr"]

    with pytest.raises(Unusable, match=r"KeyError: 'lr' .*loss\(recon, x, mu, logvar, lr=…\)$"):
        adapt(loss, PILOT)


def test_dictionaries_need_an_adapter():
    def loss(recon_x, x, prior_outs, encoder_outs):
        return encoder_outs["mu"].sum() - prior_outs["logvar"].sum()

    with pytest.raises(Unusable, match=r"loss raises TypeError: .*give an adapter"):
        adapt(loss, PILOT)


def test_the_module_of_arrays_knows_no_torch():
    tree = ast.parse(inspect.getsource(arrays))
    names = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    assert names == {"numpy"}
