"""Where a loss is looked at, and the weights that fit it: within the errors of its arithmetic, and no further."""

import math

import numpy as np
import pytest
import torch

from properties.engine.helpers.slow import but
from verify.gate.examination import examine
from verify.gate.expectations import expectations
from verify.gate.fit import DOUBLE, SINGLE, Sample, fit
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import GAUSSIAN, LIKELIHOODS
from verify.gate.instances import Ranges, draws
from verify.gate.series import Series
from verify.gate.shapes import SHAPES, Shape, usable

SHAPE = Shape(4, 6, 3)
TERMS = (*GAUSSIAN.terms, *LOG_VARIANCE.terms)


# --- instances ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("positive", [True, False])
@pytest.mark.parametrize("binary", [True, False])
def test_what_is_drawn_is_exact_and_lies_where_it_may(wide, positive, binary):
    drawn = draws(SHAPE, Ranges(wide, positive, binary), 18)
    for recon, x, mu, head in drawn:
        assert [part.shape for part in (recon, x, mu, head)] == [(4, 6), (4, 6), (4, 3), (4, 3)]
        assert all((256 * part == np.round(256 * part)).all() for part in (recon, x, mu, head))
        assert wide or (recon.min() > 0 and recon.max() < 1)
        assert not positive or head.min() > 0
        assert not binary or set(x.ravel()) <= {0.0, 1.0}
    every = [np.concatenate([part.ravel() for part in parts]) for parts in zip(*drawn, strict=True)]
    assert bool(every[0].max() > 1) is wide
    assert bool(every[3].min() < 0) is not positive
    assert (set(every[1]) == {0.0, 1.0}) is binary
    assert abs(every[2]).max() > 2  # far from the prior, where no floor binds
    if not positive:
        assert any((mu == 0).all() and (head == 0).all() for _, _, mu, head in drawn)  # and at it
        assert abs(every[3]).max() > 3


def test_draws_are_the_same_each_time_and_others_at_another_shape_or_seed():
    def first(shape, **more):
        return draws(shape, Ranges(), 1, **more)[0].x[0, :3].tolist()

    assert first(SHAPE) == first(SHAPE)
    assert first(SHAPE) != first(SHAPE, seed=1)
    assert first(SHAPE) != first(Shape(5, 6, 3))
    one, other = draws(SHAPE, Ranges(), 2)
    assert (one.x != other.x).any()


# --- shapes ---------------------------------------------------------------------------------------------------------


def varying(shapes):
    return "".join(size for size in "ndk" if len({getattr(shape, size) for shape in shapes}) > 1)


def found_by(works):
    return list(usable(lambda shape: works(*shape)))


def test_all_shapes_are_used_where_a_loss_works():
    assert found_by(lambda n, d, k: True) == list(SHAPES)
    assert {size for shape in SHAPES for size in shape[:1]} >= {1, 2, 3, 4}
    assert varying(SHAPES) == "ndk"


@pytest.mark.parametrize(
    ("works", "moving"),
    [
        (lambda n, d, k: d == 784, "nk"),
        (lambda n, d, k: k == 20, "nd"),
        (lambda n, d, k: n == 64, "dk"),
        (lambda n, d, k: d == 784 and k == 20, "n"),
        (lambda n, d, k: d == 3072 and k == 128, "n"),
        (lambda n, d, k: n == 64 and d == 784, "k"),
        (lambda n, d, k: d % 6 == 0, "ndk"),
        (lambda n, d, k: n > 1, "ndk"),
    ],
)
def test_a_loss_of_fixed_sizes_is_looked_at_where_it_works(works, moving):
    shapes = found_by(works)
    assert all(works(*shape) for shape in shapes)
    assert varying(shapes) == moving
    assert len(shapes) >= 4
    assert len(set(shapes)) == len(shapes)


def test_shapes_of_the_user_are_all_that_are_looked_at():
    mine = (Shape(2, 3, 1), Shape(4, 5, 2))
    assert list(usable(lambda shape: shape.n == 2, mine)) == [mine[0]]
    assert found_by(lambda n, d, k: False) == []


# --- series ---------------------------------------------------------------------------------------------------------


def series(of, error=0.0):
    return Series({shape: of(*shape) for shape in SHAPES}, dict.fromkeys(SHAPES, error))


def test_the_sign_is_certain_at_every_shape_or_none():
    assert series(lambda n, d, k: 1 / k).sign == 1
    assert series(lambda n, d, k: -d).sign == -1
    assert series(lambda n, d, k: d - 4.5).sign == 0
    assert series(lambda n, d, k: 1e-3 * n, 2e-3).sign == 0  # it may be 0 at n = 1
    assert series(lambda n, d, k: 0.0).sign == 0


def test_zero_is_so_everywhere_or_not():
    assert series(lambda n, d, k: 1e-9, 1e-8).zero
    assert not series(lambda n, d, k: 1e-7 * (n == 9), 1e-8).zero


def test_a_ratio_and_a_sum_carry_the_errors_of_both():
    one, other = series(lambda n, d, k: 6.0, 0.5), series(lambda n, d, k: 2.0, 0.25)
    ratio, total = one / other, one + other
    assert set(ratio.values.values()) == {3.0}
    assert set(ratio.errors.values()) == {(0.5 + 3 * 0.25) / 2}
    assert set(total.values.values()) == {8.0}
    assert set(total.errors.values()) == {0.75}
    assert set(one.times(lambda s: -2).errors.values()) == {1.0}
    assert one / series(lambda n, d, k: 1e-9 * (n > 1) + 1.0 * (n == 1), 1e-8) is None


def test_equal_is_within_the_errors_at_every_shape():
    exact = series(lambda n, d, k: k / d)
    assert exact.equals(lambda s: s.k / s.d)
    assert not exact.equals(lambda s: s.k / s.d * (1 + 1e-9))
    assert not exact.equals(lambda s: s.k / s.d if s.n != 9 else 0.5)
    assert series(lambda n, d, k: 1.0, 1e-8).equals(lambda s: 1 + 1e-9)
    assert str(exact.formula) == "k/d"


# --- the fit --------------------------------------------------------------------------------------------------------


def sampled(weights, constant, digits=np.float64, off=0.0):
    instances = draws(SHAPE, Ranges(wide=True), 14)
    values = [sum(w * term(i) for w, term in zip(weights, TERMS, strict=True)) + constant for i in instances]
    values[3] *= 1 + off
    return Sample(instances, np.array(values).astype(digits).astype(float))


@pytest.mark.parametrize(
    "weights", [(1, 1, 1, 1), (2 / 6, 1 / 3, 1 / 3, 1 / 3), (510, 1, 1, 1), (1, 0, 1, -1), (0, 1, 2, 3)]
)
def test_weights_are_found_to_rounding_and_so_is_the_constant(weights):
    found = fit(TERMS, sampled(weights, -1.5))
    assert found.weights == pytest.approx([*weights, -1.5], rel=1e-11, abs=1e-10)
    assert (abs(found.weights - [*weights, -1.5]) <= found.errors).all()
    assert (found.errors < 1e-8 * max(map(abs, weights))).all()
    assert [found.of(index) != 0 for index in range(4)] == [weight != 0 for weight in weights]


@pytest.mark.parametrize("off", [1e-9, -1e-9, 1e-6, 0.1])
def test_a_value_that_is_off_by_more_than_rounding_is_no_fit(off):
    assert fit(TERMS, sampled((1, 1, 1, 1), 0, off=off)) is None
    assert fit(TERMS, sampled((1, 1, 1, 1), 0)) is not None


def test_single_precision_fits_as_such_only():
    rounded = sampled((1, 1, 1, 1), 0, np.float32)
    assert fit(TERMS, rounded, DOUBLE) is None
    found = fit(TERMS, rounded, SINGLE)
    assert found.weights == pytest.approx([1, 1, 1, 1, 0], abs=1e-3)
    assert fit(TERMS, sampled((1, 1, 1, 1), 0, off=1e-2), SINGLE) is None


def test_errors_come_of_the_precision():
    exact = sampled((1, 1, 1, 1), 0)
    ratio = fit(TERMS, exact, SINGLE).errors / fit(TERMS, exact, DOUBLE).errors
    assert ratio == pytest.approx(2.0**29)


def test_what_is_no_number_is_no_fit():
    exact = sampled((1, 1, 1, 1), 0)
    for value in (math.nan, math.inf):
        values = exact.values.copy()
        values[0] = value
        assert fit(TERMS, Sample(exact.instances, values)) is None


@pytest.mark.long
def test_no_likelihood_fits_what_another_makes():
    """Of those that are tried none is mistaken for one before it, on [0, 1] or beyond."""
    batches = [draws(SHAPE, Ranges(wide), 14) for wide in (False, True)]

    def fits(before, likelihood, instances):
        values = np.array([sum(t(i) for t in likelihood.terms) + LOG_VARIANCE.terms[0](i) for i in instances])
        return fit((*before.terms, *LOG_VARIANCE.terms), Sample(instances, values)) is not None

    for at, likelihood in enumerate(LIKELIHOODS):
        assert any(fits(likelihood, likelihood, instances) for instances in batches), likelihood.name
        for before in LIKELIHOODS[:at]:  # what is wrong in the same way may be known by either name
            if not before.finding or before.finding != likelihood.finding:
                alike = all(fits(before, likelihood, instances) for instances in batches)
                assert not alike, (before.name, likelihood.name)


# --- through the gate -----------------------------------------------------------------------------------------------


def plain(recon, x, mu, logvar, kl=1.0, error=1.0):
    divergence = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (0.5 * error * ((x - recon) ** 2).sum(1) + kl * divergence).mean()


def report(loss, **declared):
    declared.setdefault("shapes", SHAPES[:6])
    return examine(loss, expectations(**declared), "loss", lambda place: None)


@pytest.mark.parametrize("off", but([1e-9, -1e-9, 1e-6], -1e-9, 1e-6, mark="long"))
def test_a_weight_that_is_off_is_not_accepted(off):
    found = report(lambda recon, x, mu, logvar: plain(recon, x, mu, logvar, kl=1 + off), decoder_variance=1)
    assert found.outcome == "defect"
    assert [finding.code for finding in found.findings] == ["beta-differs"] or found.findings[0].code.endswith(
        "differs"
    )
    assert report(plain, decoder_variance=1).accepted


def test_a_loss_of_single_precision_is_judged_as_such():
    def single(recon, x, mu, logvar, kl=1.0):
        return plain(recon.float(), x.float(), mu.float(), logvar.float(), kl)

    assert report(single, decoder_variance=1).accepted
    assert not report(lambda *tensors: single(*tensors, kl=1.01), decoder_variance=1).accepted


@pytest.mark.long
@pytest.mark.parametrize(
    "sizes",
    [
        {"d": 784},
        pytest.param({"k": 20}, marks=pytest.mark.long),
        pytest.param({"n": 64}, marks=pytest.mark.long),
        {"d": 784, "k": 20},
    ],
)
def test_a_loss_that_fixes_its_sizes_is_judged_where_it_works(sizes):
    def fixed_loss(recon, x, mu, logvar):
        assert all({"n": len(x), "d": x.shape[1], "k": mu.shape[1]}[size] == wanted for size, wanted in sizes.items())
        return plain(recon, x, mu, logvar)

    found = report(fixed_loss, shapes=None)
    assert found.accepted
    assert all(getattr(shape, size) == wanted for shape in found.shapes for size, wanted in sizes.items())


# --- the order of the batch, the gradient ---------------------------------------------------------------------------


def test_a_loss_that_treats_rows_differently_is_told():
    def ordered(recon, x, mu, logvar):
        rows = torch.arange(1.0, len(x) + 1, dtype=x.dtype)
        return (0.5 * ((x - recon) ** 2).sum(1) * rows).mean() + plain(x, x, mu, logvar)

    found = report(ordered)
    assert not found.accepted
    assert any("order of the samples" in reason for reason in found.undecided) or found.findings
    assert "order of the batch" not in found.examined
    assert "order of the batch" in report(plain).examined


@pytest.mark.parametrize(
    ("scale", "same"),
    [(1.0, True), (1 + 1e-6, False), *(pytest.param(scale, False, marks=pytest.mark.long) for scale in (0.0, -1.0))],
)
def test_the_gradient_is_compared_with_the_value(scale, same):
    def surrogate(recon, x, mu, logvar):
        divergence = plain(x, x, mu, logvar)
        return plain(recon, x, mu, logvar, kl=0) + divergence.detach() + scale * (divergence - divergence.detach())

    found = report(surrogate)
    assert [finding.code for finding in found.findings] == ([] if same else ["gradient-differs"])
    judged = report(surrogate, surrogate=True)
    assert judged.accepted is same
    assert "gradient" in found.examined
