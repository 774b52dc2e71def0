"""How far values, weights and gradients may be off: as much as rounding explains, by hand for small cases."""

from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate.divergence.part import Part, parts
from verify.gate.evaluation import Loss
from verify.gate.fit import DOUBLE, HALF, SINGLE, Fit, Sample, fit, slopes
from verify.gate.forms.divergences import LOG_VARIANCE, MEAN
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.forms.terms import Term
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.noise.expectation import rounding
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart, offset, separable
from verify.gate.series import Series
from verify.gate.shapes import Shape
from verify.gate.weighing import together, weigh

SHAPE = Shape(2, 3, 4)
HEAD = Term("Σh", lambda i: i.head)
SUM = Term("Σμ", lambda i: i.mu)


def at(mu, head=0.0, recon=0.0, x=0.0, shape=SHAPE):
    """Return an instance whose tensors have equal entries."""
    n, d, k = shape
    return Instance(*(np.full((n, size), value) for size, value in ((d, recon), (d, x), (k, mu), (k, head))))


def test_the_precisions_are_the_spacings_of_numbers_about_1():
    assert (np.finfo(np.float64).eps, np.finfo(np.float32).eps) == (DOUBLE, SINGLE)
    assert (np.finfo(np.float16).eps, 2.0**-7) == HALF  # and of bfloat16, which NumPy has not


def test_operations_are_those_of_all_entries_and_a_few():
    assert Sample([at(1.0)], np.zeros(1)).operations == 16 + 2 * (3 + 4)


@pytest.mark.parametrize("epsilon", [DOUBLE, SINGLE])
def test_the_errors_of_weights_are_bounds_by_the_inverse(epsilon):
    """Σμ is 4 at μ = 1 and −8 at −2, their sizes are 4 and 8: values 8 and −16 + 1·0 have the weights 2 and 0."""
    sample = Sample([at(1.0), at(-2.0)], np.array([11.0, -13.0]))  # 2·Σμ + 3
    found = fit((SUM,), sample, epsilon)
    assert found.weights == pytest.approx([2, 3])
    bounds = 30 * epsilon * np.array([4 * 2 + 3 + 11, 8 * 2 + 3 + 13])
    inverse = np.array([[1, 1], [8, 4]]) / 12  # of ((4, 1), (−8, 1)), in absolute values
    assert found.errors == pytest.approx(inverse @ bounds, rel=1e-9)
    assert found.epsilon == epsilon


def test_constants_of_the_heads_are_in_the_bounds_as_often_as_there_are_latents():
    """What stands between the first weight and the constant may have brought one, such as the −1 of each latent."""
    instances = [at(1.0), at(-2.0), at(1.0, 1.0)]
    found = fit((SUM, HEAD), Sample(instances, np.array([8.0, -16.0, 8.0 + 20.0])))
    assert found.weights == pytest.approx([2, 5, 0], abs=1e-12)
    bounds = 30 * DOUBLE * (np.array([8 + 8, 16 + 16, 8 + 20 + 28]) + 5 * 4)
    inverse = abs(np.linalg.inv([[4, 0, 1], [-8, 0, 1], [4, 4, 1]]))
    assert found.errors == pytest.approx(inverse @ bounds, rel=1e-9)


def test_a_weight_within_its_error_is_0():
    found = Fit(np.array([1.0, -1.0, 0.5, -2.0]), np.array([1.0, 0.5, 0.75, 2.0]), DOUBLE)
    assert [found.of(index) for index in range(4)] == [0.0, -1.0, 0.0, 0.0]


def test_a_value_may_be_off_by_its_bound_and_no_more():
    """The best weights of 5 values of which one is off by e leave it off by 4/5 of that, by a constant alone."""
    bound = 30 * DOUBLE * 2 * 8  # of a constant 8 whose size is 8, and the value beside it

    def fits(off):
        return fit((), Sample([at(0.0)] * 5, np.array([8.0, 8, 8, 8, 8 + off]))) is not None

    assert fits(bound)
    assert fits(-bound)
    assert not fits(1.5 * bound)
    assert not fits(-1.5 * bound)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_where_a_term_is_no_number_nothing_fits(value):
    bad = Term("bad", lambda i: i.head * 0 + value)
    assert fit((bad,), Sample([at(1.0), at(2.0)], np.zeros(2))) is None
    assert slopes((bad,), [at(1.0)], np.zeros(1), [at(1.0)], np.full(1, DOUBLE)) is None
    assert slopes((SUM,), [at(1.0)], np.array([value]), [at(1.0)], np.full(1, DOUBLE)) is None


def test_a_sample_computes_a_term_once():
    calls = []
    counted = Term("counted", lambda i: (calls.append(1), i.mu)[1])
    sample = Sample([at(1.0), at(2.0)], np.zeros(2))
    assert sample.columns(counted)[0].tolist() == [4.0, 8.0]
    assert sample.columns(counted)[1].tolist() == [4.0, 8.0]
    assert sample.system((counted,)) is sample.system((counted,))
    assert len(calls) == 1
    assert sample.shape == SHAPE


# --- along lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("epsilons", [(DOUBLE, DOUBLE), (SINGLE, DOUBLE)])
def test_the_weights_of_derivatives_have_the_errors_of_each(epsilons):
    """½Σμ² at μ = 1 and 2 changes by 4 and 8 along 1: derivatives 12 and 24 are three times as large."""
    instances, along = [at(1.0), at(2.0)], [at(1.0)] * 2
    found = slopes((MEAN,), instances, np.array([12.0, 24.0]), along, np.array(epsilons))
    assert found.weights == pytest.approx([3])
    operations, size = 16 + 2 * 3 + 2 * 4, 2 * 4  # what moves are the means alone
    bounds = operations * np.array(epsilons) * (8 * 3 + 24 + size * np.array(epsilons))
    assert found.errors == pytest.approx([np.array([4, 8]) / 80 @ bounds], rel=1e-9)
    assert found.epsilon == max(epsilons)


def test_derivatives_that_are_off_by_more_have_no_weights():
    instances, along = [at(1.0), at(2.0), at(3.0)], [at(1.0)] * 3
    precise = np.full(3, DOUBLE)
    assert slopes((MEAN,), instances, np.array([12.0, 24.0, 36.0]), along, precise) is not None
    assert slopes((MEAN,), instances, np.array([12.0, 24.0, 36.0 + 1e-10]), along, precise) is None
    assert slopes((MEAN,), instances, np.array([12.0, 24.0, 36.0 - 1e-10]), along, precise) is None
    assert slopes((MEAN,), instances, np.array([12.0, 24.0, 36.0 + 1e-10]), along, np.full(3, SINGLE)) is not None


# --- a part, and whether there are two ------------------------------------------------------------------------------


def test_rounding_of_a_part_is_in_proportion_to_its_values_and_the_entries():
    part = Part(SimpleNamespace(epsilon=SINGLE), at(1.0), False)
    assert part.bound(3.0, -4.0) == 4 * (16 + 9 * 2) * SINGLE * (1 + 7)
    assert part.bound() == 4 * 34 * SINGLE


def test_rounding_of_a_mean_over_noise_is_that_of_a_sum_of_all_entries():
    assert rounding(np.array([1.0, -3.0]), at(1.0), SINGLE) == 30 * SINGLE * 3
    assert rounding(np.array([]), at(1.0), SINGLE) == 0


@pytest.mark.parametrize(("share", "apart"), [(0.9, True), (1.1, False)])
def test_parts_are_apart_within_rounding(share, apart):
    """Values 1, 1, 1 and 1 + e have the mixed difference e: 64·9·ε·(4 + e) is what rounding may do."""
    instances = [at(0.0), at(1.0, recon=1.0)]
    more = share * 64 * 9 * DOUBLE * 4

    def value(instance):
        return 1.0 + more * (instance.mu[0, 0] == 1) * (instance.recon[0, 0] == 1)

    loss = SimpleNamespace(value=value, epsilon=DOUBLE)
    assert separable(loss, instances) is apart
    assert separable(loss, instances[:1])
    assert not separable(SimpleNamespace(value=lambda i: np.nan, epsilon=DOUBLE), instances)


def test_what_is_left_beside_the_terms_is_their_offset():
    shape = Shape(4, 6, 3)
    samples = [Sample(draws(shape, Ranges(), 3), np.zeros(3))]
    terms = (*GAUSSIAN.terms, *LOG_VARIANCE.terms)
    first = samples[0].instances[0]
    values = [float(term(first)) for term in terms]
    sizes = [float(term.sized(first)[1]) for term in terms]
    samples = [Sample(samples[0].instances, np.array([np.dot([2, 3, 3, 3], values) + 7.0, 0, 0]))]

    def known(value, error=2.0**-30, where=shape):
        return Series({where: value}, {where: error})

    right = known(2.0)

    def reading(error=right, part=(3.0, 3.0, 3.0), apart=True):
        recon = error and ReconstructionPart(GAUSSIAN, (error,), known(0.0))
        heads = part and DivergencePart(LOG_VARIANCE, *(known(each) for each in part))
        return Reading(recon, heads, apart)

    found = offset(reading(), samples, SINGLE)
    assert found.values == {shape: pytest.approx(7.0)}
    made = abs(np.array([2, 3, 3, 3]) * values).sum()
    rest = (16 + 4 * 9) * SINGLE * (abs(samples[0].values[0]) + made)
    assert found.errors == {shape: pytest.approx(2.0**-30 * sum(sizes) + rest)}
    for less in (reading(error=None), reading(part=None), reading(apart=False)):
        assert offset(less, samples, SINGLE) is None
    assert offset(reading(error=known(2.0, where=Shape(1, 1, 1))), samples, SINGLE) is None


# --- weights at all shapes ------------------------------------------------------------------------------------------


def samples_of(weights, shapes):
    return [
        Sample(
            instances := draws(shape, Ranges(wide=True), 8),
            np.array([sum(w * t(i) for w, t in zip(weights, (MEAN, HEAD), strict=True)) + 1 for i in instances]),
        )
        for shape in shapes
    ]


def test_weights_are_found_at_the_shapes_that_tell_them():
    samples = samples_of((2, 3), [Shape(4, 6, 3), Shape(2, 5, 2)])
    found = weigh(DOUBLE, samples, lambda _: (MEAN, HEAD))
    assert [list(each.values) for each in found] == [[Shape(4, 6, 3), Shape(2, 5, 2)]] * 3
    assert [value for each in found for value in each.values.values()] == pytest.approx([2, 2, 3, 3, 1, 1])
    assert all(0 < error < 1e-10 for each in found for error in each.errors.values())
    assert weigh(DOUBLE, samples, lambda _: (MEAN,)) is None


def test_terms_that_are_the_same_at_a_shape_say_no_weights_there():
    samples = samples_of((2, 3), [Shape(4, 6, 3), Shape(2, 5, 2)])
    same = Term("again", MEAN.elements)

    def terms(shape):
        return (MEAN, HEAD, same if shape.n == 2 else SUM)

    found = weigh(DOUBLE, samples, terms)
    assert len(found) == 4
    assert [list(each.values) for each in found] == [[Shape(4, 6, 3)]] * 4
    assert weigh(DOUBLE, samples[1:], terms) is None


def test_fits_at_several_shapes_are_series_of_their_weights():
    shape = Shape(1, 1, 1)
    fits = {shape: Fit(np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.3]), DOUBLE)}
    assert together(fits, 2) == (Series({shape: 1.0}, {shape: 0.1}), Series({shape: 2.0}, {shape: 0.2}))
    assert type(together(fits, 1)[0].values[shape]) is float


def test_a_loss_is_called_in_the_precision_that_its_numbers_have():
    for kind, epsilon in (("float64", DOUBLE), ("float32", SINGLE), ("float16", 2.0**-10)):
        loss = Loss(lambda *parts, kind=kind: np.ones((), kind), torch=False)
        assert loss.epsilon == DOUBLE
        assert loss.value(at(1.0)) == 1.0
        assert loss.epsilon == epsilon


# --- a part ---------------------------------------------------------------------------------------------------------


def part(of, epsilon=DOUBLE, positive=False):
    """Return a part of which the loss is a function of its heads."""
    return Part(SimpleNamespace(epsilon=epsilon, value=lambda i: float(of(i.mu, i.head))), at(0.5, 0.5, 0.5), positive)


@pytest.mark.parametrize(
    ("of", "epsilon"),
    [
        (lambda mu, h: (mu**2 + np.exp(h)).sum(), DOUBLE), (lambda mu, h: mu.sum(), DOUBLE),
        (lambda mu, h: h.sum(), DOUBLE), (lambda mu, h: 1.0, DOUBLE),
        (lambda mu, h: (mu.astype(np.float32) ** 2 + h).sum(), SINGLE),
        (lambda mu, h: (mu**2 + np.exp(h.astype(np.float32))).sum(), SINGLE),
        (lambda mu, h: np.float32((mu**2).sum()), SINGLE), (lambda mu, h: np.round(mu.sum()), HALF[1]),
        (lambda mu, h: 1e12 * np.sign(mu - 1.0).sum() + h.sum(), HALF[1]),
        (lambda mu, h: (mu.astype(np.float16) ** 2 + h).sum(), HALF[1]),
        (lambda mu, h: (mu + h.astype(np.float16)).sum(), HALF[1]),
        (lambda mu, h: np.maximum(mu.sum(), 10.0) + h.sum(), SINGLE),
    ],
)  # fmt: skip
def test_a_slight_change_tells_in_which_precision_a_part_is(of, epsilon):
    assert part(of).epsilon == epsilon
    assert part(of, 2.0**-10).epsilon == 2.0**-10


def test_a_part_is_evaluated_at_any_heads():
    made = part(lambda mu, h: mu.sum() + 10 * h.sum())
    assert made(1.0, 2.0) == 8 + 160
    assert made(np.arange(4.0), 0) == 12
    found = made.sample([(np.ones((2, 4)), np.zeros((2, 4))), (1.0, 1.0)])
    assert found.values.tolist() == [8, 88]
    assert found.instances[0].recon is made.first.recon
    assert (made.shape, made.first.mu[0, 0]) == (SHAPE, 0.5)
    assert made.random(3).random() == np.random.default_rng([3, 2, 3, 4]).random()

    def raises(mu, head):
        raise ValueError

    assert np.isnan(part(raises)(0.0, 0.0))


def test_parts_are_those_of_the_first_instances_and_of_positive_heads_if_all_are():
    low, high = at(1.0, -1.0), at(1.0, 1.0)
    for samples, positive in (([[high, low]], False), ([[high], [high]], True), ([[high], [low]], False)):
        made = parts(None, [Sample(each, np.zeros(len(each))) for each in samples])
        assert [each.positive for each in made] == [positive] * len(samples)
        assert all(each.first is some[0] for each, some in zip(made, samples, strict=True))


def test_a_series_is_a_function_of_the_shape_but_for_rounding():
    """2⁻⁴⁴ of a number that is not one of single precision, nor its reciprocal or root."""
    for value in (0.7390851332151607, -5.671432904097838e6):
        series = Series({SHAPE: value}, {SHAPE: 0.0})
        for part, equal in ((0.0, True), (0.9, True), (1.2, False), (-0.9, True), (-1.2, False), (1000, False)):
            assert series.equals(lambda _, near=value * (1 + part * 2.0**-44): near) is equal
