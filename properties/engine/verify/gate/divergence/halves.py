"""What is computed in half precision is said to be so, and nothing is told of what its rounding hides."""

import pytest
import torch
from torch.nn import functional as F

from properties.engine.helpers.behaviour import error, gated, kl
from properties.engine.helpers.slow import but
from verify.gate.shapes import SHAPES

MEND = "is computed in half precision, whose rounding hides what it is: gate it in single precision, or in double"


def bernoulli(r, x, m, h):
    return F.binary_cross_entropy_with_logits(r, x, reduction="sum") + len(x) * kl(m, h)


def deviation(r, x, m, s):
    return error(r, x) + 0.5 * (m**2 + s**2 - 1 - 2 * s.log()).sum(1).mean()


def plain(r, x, m, h):
    return error(r, x) + kl(m, h)


def to(dtype, loss, back=None):
    def cast(*batch):
        value = loss(*(each.to(dtype) for each in batch))
        return value if back is None else value.to(back)

    return cast


HALF, BRAIN = torch.float16, torch.bfloat16
LOSSES = {
    "all": (to(HALF, plain), "the loss"),
    "all, in the other": (to(BRAIN, bernoulli), "the loss"),
    "all, of a deviation": (to(BRAIN, deviation), "the loss"),
    "all but the value": (to(HALF, plain, torch.float32), "the loss"),
    "all but the value, doubled": (to(BRAIN, plain, torch.float64), "the loss"),
    "the value": (lambda *batch: plain(*batch).half(), "the loss"),
    "the heads": (
        lambda r, x, m, h: error(r, x) + kl(m.bfloat16(), h.bfloat16()), "the part that depends on mu and logvar",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "name", but(LOSSES, "all", "all, in the other", "all but the value, doubled", "the value", mark="long")
)
def test_a_right_loss_in_half_precision_is_undecided_for_that_reason_alone(name):
    loss, what = LOSSES[name]
    report = gated(loss, shapes=SHAPES[:2])
    assert (report.outcome, report.undecided) == ("undecided", [f"{what} {MEND}"]), f"{report}"


def test_an_error_in_half_precision_is_said_to_be_so_beside_a_kl_that_is_judged():
    report = gated(lambda r, x, m, h: error(r.half(), x.half()).double() + kl(m, h), shapes=SHAPES[:2])
    assert report.undecided[0] == f"the reconstruction error {MEND}"
    assert report.undecided[1].endswith("the KL part is right, weight 1")


def test_what_is_found_beside_the_value_is_still_a_finding():
    report = gated(lambda *batch: to(HALF, plain)(*(each.detach() for each in batch)), shapes=SHAPES[:2])
    assert [finding.code for finding in report.findings] == ["no-gradient"]
    assert report.outcome == "defect"


def test_single_precision_is_no_half():
    assert gated(to(torch.float32, plain), shapes=SHAPES[:2]).accepted
    assert gated(to(torch.float32, plain, torch.float64), shapes=SHAPES[:2]).accepted
