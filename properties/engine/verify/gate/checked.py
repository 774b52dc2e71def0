"""``check_loss``: a loss in a process of its own, and what becomes of one that misbehaves."""

import os
import random
import sys
import time

import numpy as np
import pytest
import torch

from properties.engine.helpers.losses import kls, squares
from verify.errors import UsageError
from verify.gate import Refused, Unusable, check_loss, examination

SHAPES = [(4, 6, 3), (2, 5, 2), (1, 3, 1), (3, 7, 4), (5, 2, 3), (2, 4, 5)]


def right(recon, x, mu, logvar):
    return (0.5 * squares(recon, x) + kls(mu, logvar).sum(1)).mean()


def averaged(recon, x, mu, logvar):
    return (0.5 * squares(recon, x) + kls(mu, logvar).mean(1)).mean()


def test_a_right_loss_passes_and_its_report_comes_back():
    report = check_loss(right, shapes=SHAPES)
    assert report.accepted
    assert report.target == "checked.py:right"
    assert report.convention.startswith("negative ELBO, averaged over the batch, Gaussian decoder of variance 1")


def test_a_deviation_is_refused_unless_it_is_the_one_declared():
    with pytest.raises(Refused, match=r"kl-averaged-over-latents: .*effective β = 1/k") as refused:
        check_loss(averaged, beta=1, shapes=SHAPES)
    assert refused.value.report.outcome == "defect"
    assert check_loss(averaged, beta="1/k", shapes=SHAPES).accepted
    with pytest.raises(Refused, match=r"effective β = 1/k .*; you declared 1/d"):
        check_loss(averaged, beta="1/d", shapes=SHAPES)


def test_what_is_undecided_is_refused_too():
    with pytest.raises(Refused, match="undecided") as refused:
        check_loss(lambda r, x, mu, lv: (r - x).cosh().log().sum(1).mean() + kls(mu, lv).sum(1).mean(), shapes=SHAPES)
    assert refused.value.report.outcome == "undecided"


def raises(recon, x, mu, logvar):
    raise ValueError("no such thing\nin two lines")


def leaves(recon, x, mu, logvar):
    sys.exit(3)


def dies(recon, x, mu, logvar):
    os._exit(3)


def sleeps(recon, x, mu, logvar):
    time.sleep(1000)


def no_number(recon, x, mu, logvar):
    return right(recon, x, mu, logvar) * float("nan")


def nothing(recon, x, mu, logvar):
    right(recon, x, mu, logvar)


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        pytest.param(raises, "ValueError: no such thing", marks=pytest.mark.long),
        (leaves, "SystemExit: 3"),
        pytest.param(dies, "its process died .exit status 3.", marks=pytest.mark.long),
        pytest.param(sleeps, "no answer within 2 s", marks=pytest.mark.long),
        (no_number, "the loss is nan"),
        (nothing, "nothing returns None"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_loss_that_misbehaves_ends_in_one_line(loss, said, monkeypatch):
    monkeypatch.setattr(examination, "fixed", list)  # a hundred shapes of large tensors, at which it is called in vain
    with pytest.raises(Unusable, match=said) as ended:
        check_loss(loss, timeout=2 if loss is sleeps else 60)
    told = str(ended.value)
    assert "\n" not in told
    assert told.startswith(f"checked.py:{loss.__name__}: ")


@pytest.mark.long
def test_the_caller_is_unharmed(capfd):
    def harms(recon, x, mu, logvar):
        print("HELLO", flush=True)
        os.write(2, b"HELLO")
        torch.manual_seed(1), np.random.seed(1), random.seed(1)
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)
        os.environ["HARMED"] = "1"
        os.chdir("/")
        return right(recon, x, mu, logvar)

    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate(), os.getcwd()
    threads, dtype, grad = torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled()
    assert check_loss(harms, shapes=SHAPES).accepted
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1:] == (np.random.get_state()[1].tolist(), random.getstate(), os.getcwd())
    assert (threads, dtype, grad) == (torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled())
    assert "HARMED" not in os.environ
    assert "HELLO" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "declared",
    [{"beta": "1/"}, {"beta": "N"}, {"shapes": [(1, 2)]}, {"likelihood": "poisson"}, {"N": 0}],
)
def test_a_declaration_that_cannot_be_read_is_told_before_the_loss_is_called(declared):
    with pytest.raises(UsageError):
        check_loss(raises, **declared)
