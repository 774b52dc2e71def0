"""What is read of a loss as a whole, and of each of its parts where the other is not known."""

import numpy as np
import pytest

from verify.gate.evaluation import Loss
from verify.gate.fit import SINGLE
from verify.gate.instances import Ranges
from verify.gate.reading import COUNT, Reading, _moved, read, sample, separable
from verify.gate.shapes import SHAPES

FEW = SHAPES[:6]


def error(recon, x):
    return 0.5 * ((x - recon) ** 2).sum(1).mean()


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1).mean()


def odd(value):
    return (np.cos(value) + value**4).sum(1).mean()


def reading(call, shapes=FEW):
    loss = Loss(call, torch=False)
    return read(loss, [sample(loss, shape, Ranges(wide=True)) for shape in shapes])


def text(series):
    return str(series.formula)


def test_a_sum_of_known_terms_is_read_with_the_weight_of_each():
    found = reading(lambda recon, x, mu, h: 2 * error(recon, x) + 3 * kl(mu, h) / mu.shape[1] + 7)
    assert found.separable
    assert found.reconstruction.likelihood.name == "Gaussian"
    assert [text(each) for each in found.reconstruction.weights] == ["2"]
    part = found.divergence
    assert [text(each) for each in (part.mean, part.variance, part.log_variance)] == ["3/k"] * 3
    assert text(found.offset) == text(found.reconstruction.constant) == "11/2"
    assert part.head.name == "log-variance"


def test_an_error_of_two_terms_has_two_weights():
    found = reading(lambda recon, x, mu, h: 2 * error(recon, x) + 5 * abs(x - recon).sum(1).mean() + kl(mu, h))
    assert found.reconstruction.likelihood.name == "squared and absolute error"
    assert [text(each) for each in found.reconstruction.weights] == ["2", "5"]
    assert [text(each) for each in (found.divergence.mean, found.divergence.log_variance)] == ["1", "1"]
    assert text(found.offset) == "-k/2"


def test_an_error_is_read_where_the_heads_are_not_known():
    found = reading(lambda recon, x, mu, h: 3 * error(recon, x) + odd(mu) + odd(h))
    assert found.separable
    assert [text(each) for each in found.reconstruction.weights] == ["3"]
    assert found.divergence is found.offset is None
    assert found.reconstruction.constant.formula is None  # that of the first instance's heads


def test_a_divergence_is_read_where_the_error_is_not_known():
    found = reading(lambda recon, x, mu, h: odd(x - recon) + kl(mu, h) / mu.shape[1])
    assert found.separable
    assert found.reconstruction is found.offset is None
    part = found.divergence
    assert [text(each) for each in (part.mean, part.variance, part.log_variance)] == ["1/k"] * 3


def test_of_what_is_no_sum_nothing_is_read():
    found = reading(lambda recon, x, mu, h: error(recon, x) * kl(mu, h))
    assert found == Reading(None, None, False)
    one_shape_alone = reading(lambda recon, x, mu, h: error(recon, x) + odd(mu) * (1 + odd(x) * (len(x) == 1)))
    assert not one_shape_alone.separable


def test_single_precision_is_tried_where_double_does_not_do():
    found = reading(lambda recon, x, mu, h: float(np.float32(error(recon, x) + kl(mu, h))))
    assert [text(each) for each in found.reconstruction.weights] == ["1"]
    loss = Loss(lambda recon, x, mu, h: np.float32(error(recon, x) + kl(mu, h)), torch=False)
    samples = [sample(loss, shape, Ranges(wide=True)) for shape in FEW]
    assert loss.epsilon == SINGLE
    assert text(read(loss, samples).divergence.mean) == "1"
    assert reading(lambda recon, x, mu, h: float(np.float16(error(recon, x) + kl(mu, h)))).reconstruction is None


def test_two_tensors_move_and_the_others_are_the_first():
    loss = Loss(lambda recon, x, mu, h: error(recon, x) + kl(mu, h), torch=False)
    whole = sample(loss, SHAPES[0], Ranges())
    for moving in (range(2), range(2, 4)):
        found = _moved(loss, whole, moving)
        assert len(found.instances) == COUNT
        for made, drawn in zip(found.instances, whole.instances, strict=True):
            expected = [drawn[at] if at in moving else whole.instances[0][at] for at in range(4)]
            assert all(one is other for one, other in zip(made, expected, strict=True))
        assert found.values.tolist() == loss.values(list(found.instances)).tolist()


@pytest.mark.parametrize("count", [2, 3, 4])
def test_four_instances_are_compared_in_pairs(count):
    calls = []
    loss = Loss(lambda *parts: float(bool(calls.append(1))), torch=False)
    whole = sample(loss, SHAPES[0], Ranges())
    calls.clear()
    assert separable(loss, whole.instances[:count])
    assert len(calls) == 4 * (count - 1)
