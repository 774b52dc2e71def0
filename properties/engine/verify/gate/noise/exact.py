"""Expectations that are exact, of whatever draws normal numbers; and what is no polynomial in them is told apart."""

import random
import re
from functools import partial

import numpy as np
import pytest
import torch
from torch.distributions import Independent, MultivariateNormal, Normal

from properties.engine.helpers.slow import but
from verify.gate.evaluation import Loss
from verify.gate.fit import DOUBLE, SINGLE, Sample, fit
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import SQUARE
from verify.gate.instances import Ranges, draws
from verify.gate.noise import kinds
from verify.gate.noise.kinds import Noise
from verify.gate.shapes import Shape

SHAPES = (Shape(3, 4, 2), Shape(1, 2, 1))


@pytest.fixture(autouse=True)
def unsearched(monkeypatch):
    """Do not search the process for generators: those of a caller are another test's, and no loss here has one."""
    monkeypatch.setattr(kinds, "own", list)


def squares(r, x):
    return ((r - x) ** 2).sum(1) / 2


def sampled(draw):
    """Return a loss of which the entropy of q is in closed form, and the rest has a sample."""

    def loss(r, x, mu, lv):
        z = draw(mu, (lv / 2).exp())
        return (squares(r, x) + (z**2 / 2 - lv / 2 - 0.5).sum(1)).mean()

    return loss


def arrays(draw):
    def loss(r, x, mu, lv):
        z = mu + np.exp(lv / 2) * draw(mu.shape)
        return (squares(r, x) + (z**2 / 2 - lv / 2 - 0.5).sum(1)).mean()

    return loss


def log_densities(make, take, r, x, mu, lv):
    q, p = make(mu, (lv / 2).exp()), make(torch.zeros_like(mu), torch.ones_like(mu))
    z = getattr(q, take)()
    return (squares(r, x) + (q.log_prob(z) - p.log_prob(z)).reshape(*mu.shape[:1], -1).sum(1)).mean()


DISTRIBUTIONS = {
    "Normal": Normal,
    "Independent": lambda m, s: Independent(Normal(m, s), 1),
    "MultivariateNormal": lambda m, s: MultivariateNormal(m, scale_tril=torch.diag_embed(s)),
}
TENSORS = {
    "randn_like": lambda m, s: m + s * torch.randn_like(m),
    "randn": lambda m, s: m + s * torch.randn(m.shape, dtype=m.dtype),
    "randn in single precision": lambda m, s: m + s * torch.randn(m.shape),
    "randn out": lambda m, s: m + s * torch.randn(m.shape, out=torch.empty(m.shape, dtype=m.dtype)),
    "randn generator": lambda m, s: m + s * torch.randn(
        m.shape, generator=torch.Generator().manual_seed(random.randrange(2**40))
    ),
    "normal": torch.normal,
    "normal, a tensor and a number": lambda m, s: m + s * torch.normal(torch.zeros_like(m), 1.0),
    "normal, a number and a tensor": lambda m, s: m + torch.normal(0.0, s),
    "normal, numbers": lambda m, s: m + s * torch.normal(0.0, 1.0, m.shape),
    "normal_": lambda m, s: m + s * torch.empty_like(m).normal_(2, 1) - 2 * s,
    "one by one": lambda m, s: m + s * torch.stack([torch.randn(()) for _ in m.ravel()]).reshape(m.shape),
}  # fmt: skip
ARRAYS = {
    "np.random.normal": lambda shape: np.random.normal(size=shape),
    "np.random.randn": lambda shape: np.random.randn(*shape),
    "np.random.standard_normal": lambda shape: np.random.standard_normal(shape),  # noqa: PLW0108  # looked up in the call
    "default_rng normal": lambda shape: np.random.default_rng().normal(0, 1, shape),
    "default_rng standard_normal": lambda shape: np.random.default_rng().standard_normal(shape),
    "default_rng out": lambda shape: np.random.default_rng().standard_normal(out=np.empty(shape)),
    "random.gauss": lambda shape: np.reshape([random.gauss(0, 1) for _ in range(shape[0] * shape[1])], shape),
    "random.normalvariate": lambda shape: np.reshape(
        [random.normalvariate(1, 2) / 2 - 0.5 for _ in range(shape[0] * shape[1])], shape
    ),
}
LOSSES = {
    **{name: (sampled(draw), True) for name, draw in TENSORS.items()},
    **{name: (arrays(draw), False) for name, draw in ARRAYS.items()},
    **{
        f"{name} {take}": (partial(log_densities, make, take), True)
        for name, make in DISTRIBUTIONS.items()
        for take in ("sample", "rsample")
    },
}


def examined(call, tensors=True, shapes=SHAPES):
    """Return the loss, with its noise, as it was found."""
    loss = Loss(call, tensors)
    loss.noise = Noise.found(loss, [i for shape in shapes for i in draws(shape, Ranges(wide=True), 1)])
    return loss


def weights(loss, shape):
    """Return the weights of ½‖x−x̂‖², ½Σμ², ½Σσ², −½Σ log σ² and the constant; None if they do not fit."""
    instances = draws(shape, Ranges(wide=True), 8)
    found = fit((SQUARE, *LOG_VARIANCE.terms), Sample(instances, loss.values(instances)), loss.epsilon)
    return None if found is None else found.weights


@pytest.mark.parametrize("shapes", [SHAPES[:1], pytest.param(SHAPES[1:], marks=pytest.mark.long)])
@pytest.mark.parametrize("name", but(LOSSES, *(name for name in LOSSES if re.match("Ind|Multi", name)), mark="long"))
def test_a_sampled_divergence_is_exact_however_it_is_drawn(name, shapes):
    loss = examined(*LOSSES[name], shapes=shapes)
    assert loss.noise.kind == "exact"
    assert loss.epsilon == DOUBLE
    for shape in shapes:
        assert weights(loss, shape) == pytest.approx([1, 1, 1, 1, -shape.k / 2], abs=1e-11)


@pytest.mark.long
@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (lambda z, lv, e: -(z**2) / 2 - lv / 2, (1, -1, -1, 1, 0)),
        (lambda z, lv, e: z**2 / 2 + lv / 2 + e**2 / 2, (1, 1, 1, -1, 0.5)),
        (lambda z, lv, e: z**2 * 3 + e, (1, 6, 6, 0, 0)),
        (lambda z, lv, e: z**2 / 2 - lv / 2 + e**3, (1, 1, 1, 1, 0)),
    ],
)
def test_what_is_wrong_comes_out_as_exactly(wrong, expected):
    def call(r, x, mu, lv):
        e = torch.randn_like(mu)
        return (squares(r, x) + wrong(mu + (lv / 2).exp() * e, lv, e).sum(1)).mean()

    for shape in SHAPES:
        found = weights(examined(call), shape)
        assert found == pytest.approx([*expected[:4], expected[4] * shape.k], abs=1e-11)


@pytest.mark.long
def test_a_standard_deviation_that_is_not_halved_is_no_variance():
    """With z = μ + e^logvar·ε, the weight of σ² is nowhere: its expectation is ½σ⁴."""
    loss = examined(sampled(lambda m, s: m + s**2 * torch.randn_like(m)))
    assert loss.noise.kind == "exact"
    assert weights(loss, SHAPES[0]) is None
    instance = draws(SHAPES[0], Ranges(wide=True), 1)[0]
    r, x, mu, lv = instance
    expected = (squares(r, x) + (mu**2 / 2 + np.exp(2 * lv) / 2 - lv / 2 - 0.5).sum(1)).mean()
    assert loss.value(instance) == pytest.approx(expected, rel=1e-14)


def decoded(r, x, mu, lv):
    """Return a loss with a linear decoder inside, in which numbers that are drawn are multiplied."""
    W = torch.arange(x.shape[1] * mu.shape[1], dtype=mu.dtype).reshape(x.shape[1], -1) / 8 - 1
    z = mu + (lv / 2).exp() * torch.randn_like(mu)
    return (squares(z @ W.T + r, x) + 0 * r.sum(1)).mean()


def test_a_linear_decoder_inside():
    """E ½‖x − Wz − b‖² = ½‖x − Wμ − b‖² + ½ tr(WΣWᵀ)."""
    loss = examined(decoded)
    assert loss.noise.kind == "exact"
    for shape in SHAPES:
        for instance in draws(shape, Ranges(wide=True), 3):
            r, x, mu, lv = instance
            W = np.arange(shape.d * shape.k).reshape(shape.d, -1) / 8 - 1
            expected = (squares(mu @ W.T + r, x) + (W**2 @ np.exp(lv).T).sum(0) / 2).mean()
            assert loss.value(instance) == pytest.approx(expected, rel=1e-13)
            gradient = loss.gradient(instance)
            residual = mu @ W.T + r - x
            assert gradient[0] == pytest.approx(residual / shape.n, abs=1e-12)
            assert gradient[1] == pytest.approx(residual @ W / shape.n, abs=1e-11)
            assert gradient[2] == pytest.approx((W**2).sum(0) * np.exp(lv) / 2 / shape.n, rel=1e-12)


@pytest.mark.long
def test_sample_has_no_gradient_and_rsample_has():
    instance = draws(SHAPES[0], Ranges(wide=True), 1)[0]
    for take, factor in (("sample", 0), ("rsample", 1)):
        loss = examined(lambda r, x, mu, lv, take=take: (getattr(Normal(mu, 1.0), take)() ** 2 / 2 + 0 * mu).sum())
        assert loss.gradient(instance)[1] == pytest.approx(factor * instance.mu, abs=1e-13)


@pytest.mark.long
def test_single_precision_is_found_even_where_the_result_is_double():
    for last in (lambda v: v, lambda v: v.double()):
        loss = examined(lambda *a, last=last: last(sampled(TENSORS["randn_like"])(*(part.float() for part in a))))
        assert (loss.noise.kind, loss.epsilon) == ("exact", SINGLE)
        assert weights(loss, SHAPES[0]) == pytest.approx([1, 1, 1, 1, -1], abs=1e-3)


TRANSCENDENTAL = {
    "fourth power": lambda e: e**4,
    "fourth power of the length": lambda e: (e**2).sum(1) ** 2,
    "length": lambda e: (e**2).sum(1).sqrt(),
    "product of four": lambda e: (e[:, :4] + 0.5).prod(1),
    "fourth Hermite polynomial": lambda e: e**4 - 6 * e**2 + 3,
    "a fourth power that is 1 for a sign": lambda e: e**4 - e**2,
    "largest square, quadratic along each line": lambda e: (e**2).amax(1),
    "modulus of a product, quadratic along each line": lambda e: (e[:, 0] * e[:, 1]).abs(),
    "length times modulus, quadratic along each line": lambda e: (e**2).sum(1).sqrt() * e[:, 0].abs(),
    "cosine": lambda e: e.cos(),
    "cosine, 2π at a sign": lambda e: (2 * torch.pi * e).cos(),
    "rectified": lambda e: e.clamp(min=0),
    "floor": lambda e: (e**2).clamp(min=1),
    "floor of a sum": lambda e: (e**2).sum(1).clamp(min=1.5),
    "modulus": abs,
    "log-sum-exp": lambda e: e.logsumexp(1),
    "log": lambda e: (e**2 + 0.1).log(),
    "exp": torch.exp,
    "sign, off 0": lambda e: torch.sign(e + 0.25),
    "sigmoid, off 0": lambda e: torch.sigmoid(e + 1),
    "fifth power, off 0": lambda e: (e + 1) ** 5,
}


@pytest.mark.parametrize("name", TRANSCENDENTAL)
@pytest.mark.parametrize("shape", but([(1, 3, 4), (3, 2, 5)], (1, 3, 4), mark="long"))
def test_what_is_no_polynomial_of_degree_3_is_not_exact(name, shape):
    def call(r, x, mu, lv):
        return squares(r, x).mean() + TRANSCENDENTAL[name](torch.randn_like(mu)).mean() + 0 * mu.sum()

    assert examined(call, shapes=[Shape(*shape)]).noise.kind == "statistical"


@pytest.mark.parametrize("odd", [torch.sign, torch.sinh, lambda e: e**5, lambda e: torch.sigmoid(e) - 0.5])
def test_the_mean_of_an_odd_function_is_exactly_0(odd):
    loss = examined(lambda r, x, mu, lv: (mu * 3).sum() + odd(torch.randn_like(mu)).sum() * 10, shapes=SHAPES[:1])
    assert loss.noise.kind == "exact"
    instance = draws(SHAPES[0], Ranges(), 1)[0]
    assert loss.value(instance) == pytest.approx(3 * instance.mu.sum(), abs=1e-12)


def test_where_a_floor_binds_is_judged_at_each_instance():
    """The noise was found where the floor never binds."""

    def call(r, x, mu, lv):
        return (mu + torch.randn_like(mu)).clamp(min=-20.0).sum()

    inside, outside = (
        i._replace(mu=np.full_like(i.mu, at))
        for i, at in zip(draws(SHAPES[0], Ranges(), 2), (100.0, -20.0), strict=True)
    )
    loss = Loss(call, True)
    loss.noise = Noise.found(loss, [inside])
    assert loss.noise.kind == "exact"
    assert loss.value(inside) == pytest.approx(100 * 6)
    assert np.isnan(loss.value(outside))
    assert all(np.isnan(loss.gradient(outside)[1]).ravel())


def test_calls_are_counted_and_few_where_no_two_numbers_are_multiplied():
    instance = draws(Shape(9, 6, 4), Ranges(), 1)[0]
    for call, calls in ((sampled(TENSORS["randn_like"]), 9), (decoded, 133)):
        seen = []
        loss = examined(lambda *a, call=call, seen=seen: (seen.append(1), call(*a))[1], shapes=[instance.shape])
        assert loss.evaluations == len(seen)
        before = loss.evaluations
        loss.value(instance)
        assert loss.evaluations - before == len(seen) - before == calls
    unseen = draws(Shape(7, 5, 3), Ranges(), 2)
    for call, calls in (
        (sampled(TENSORS["randn_like"]), [71, 9]),
        (decoded, [71, 69]),
    ):  # two of them to learn what is fixed
        loss = examined(call, shapes=[SHAPES[0]])
        before = loss.evaluations
        found = [(loss.value(each), loss.evaluations)[1] for each in unseen]
        assert [found[0] - before, found[1] - found[0]] == calls
