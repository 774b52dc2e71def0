"""The formulas of koehler2022: literal values by hand, independent derivations, and every arithmetic alike."""

from itertools import pairwise

import numpy as np
import pytest
import sympy
import torch

from properties.engine.helpers.slow import thinned
from reference import gaussian, koehler2022
from reference.arithmetic import identity, number, sqrt, squared_norm
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.nonlinearities import NONLINEARITIES

SHAPES = [(1, 1, 1), (2, 1, 2), (3, 2, 5), (4, 3, 2), (2, 3, 2)]  # (d, k, r): r > d, d > r, d = r, k > d
NAMES = ("A", "At", "Bt", "D", "eps")


def draw(d, k, r, seed=0, batch=()):
    """Draw exact A, Ã, B̃, D, ε whose entries are multiples of 1/4, so that floats hold them exactly."""
    rng = np.random.default_rng([seed, d, k, r])
    signed = [rng.integers(-6, 7, (*batch, *shape)) for shape in ((d, k), (d, r), (r, d))]
    return [rationals(x) / 4 for x in (*signed, rng.integers(1, 9, (*batch, r)), rng.integers(1, 9, batch))]


def floats(x):
    return np.array(x.map(lambda q: int(q.p) / int(q.q)).tolist(), dtype=float)


def tensors(x):
    return torch.tensor(floats(x))


def symbols(x):
    return np.array(x.map(lambda q: sympy.Rational(int(q.p), int(q.q))).tolist(), dtype=object)


def as_floats(x):
    bare = x.map(lambda ball: float(ball.mid())).bare() if isinstance(x, Balls) else x
    return np.array(bare.tolist() if hasattr(bare, "tolist") else bare, dtype=float)


def entries(x):
    return np.ravel(getattr(x, "array", x)).tolist()


def is_zero(x):
    return sympy.simplify(sympy.expand_log(np.asarray(x, dtype=object).item(), force=True)) == 0


def as_tuple(x):
    return x if isinstance(x, tuple) else (x,)


def tight_zero(difference):
    """Whether balls enclose zero, and nothing farther from it than 1e-10."""
    return all(ball.contains(0) and ball.abs_upper() < 1e-10 for ball in entries(difference))


FORMULAS = {
    "vae_loss": lambda A, At, Bt, D, eps: koehler2022.vae_loss(squared_norm(At), squared_norm(A), D, eps, 7),
    "linear_reconstruction": lambda *p: koehler2022.linear_reconstruction(*p[:4]),
    "loss": koehler2022.loss,
    "optimal_decoder_deviation": lambda *p: koehler2022.optimal_decoder_deviation(squared_norm(p[1]), 3),
    "optimal_encoder_variance": lambda A, At, Bt, D, eps: koehler2022.optimal_encoder_variance(At, eps),
    "simplified_loss": lambda A, At, Bt, D, eps: koehler2022.simplified_loss(A, At, Bt, eps),
    "loss_gradient": koehler2022.loss_gradient,
    "simplified_loss_gradient": lambda A, At, Bt, D, eps: koehler2022.simplified_loss_gradient(A, At, Bt, eps),
    "nonlinear_decoder": lambda A, At, Bt, D, eps: koehler2022.nonlinear_decoder(At, Bt.mT, NONLINEARITIES["relu"], D),
    "sigmoid_data": lambda A, At, Bt, D, eps: koehler2022.sigmoid_data(D, NONLINEARITIES["relu"], D.shape[-1] + 2),
    "wide_encoder_variance": lambda A, At, Bt, D, eps: koehler2022.wide_encoder_variance(1, 1, 4, eps),
    "unused_dimensions": lambda A, At, Bt, D, eps: koehler2022.unused_dimensions(At, eps),
    "decay_matrix": lambda A, At, Bt, D, eps: koehler2022.decay_matrix(A, At, Bt, eps),
    "residual_pull": lambda A, At, Bt, D, eps: koehler2022.residual_pull(A, At, Bt),
    "residual_drift": lambda A, At, Bt, D, eps: koehler2022.residual_drift(A, At, Bt, eps),
    "aggregate_covariance": lambda A, At, Bt, D, eps: koehler2022.aggregate_covariance(A, Bt, D),
    "descent_step": lambda A, At, Bt, D, eps: koehler2022.descent_step((At, D), (Bt.mT, D * D), number(2, D)),
}
TRANSCENDENTAL = {"vae_loss", "loss", "simplified_loss", "optimal_decoder_deviation"}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_arithmetic_agrees(name, shape):
    formula, exact = FORMULAS[name], draw(*shape)
    expected = as_tuple(formula(*map(floats, exact)))
    for lift in (tensors, balls, symbols):
        for value, wanted in zip(as_tuple(formula(*map(lift, exact))), expected, strict=True):
            assert tuple(getattr(value, "shape", ())) == np.shape(wanted)
            np.testing.assert_allclose(as_floats(value), wanted, rtol=1e-12, atol=1e-12)
    enclosures = as_tuple(formula(*map(balls, exact)))
    assert all(ball.rad() < 1e-10 for value in enclosures for ball in entries(value))
    if name in TRANSCENDENTAL:
        with pytest.raises(Irrational):
            formula(*(x / 3 for x in exact))
    else:
        for value, wanted in zip(as_tuple(formula(*exact)), enclosures, strict=True):
            assert all(
                b.lower().fmpq() <= q <= b.upper().fmpq() for b, q in zip(entries(wanted), entries(value), strict=True)
            )


@pytest.mark.parametrize("name", thinned(FORMULAS, 3, mark="long"))
@pytest.mark.parametrize("lift", [floats, tensors, balls])
@pytest.mark.parametrize("only", [NAMES, ("eps",), ("At", "Bt"), ("D", "eps")])
def test_a_batch_is_a_loop(name, lift, only):
    batched, single = draw(3, 2, 4, batch=(2, 3)), draw(3, 2, 4, seed=1)
    mixed = [lift(many if n in only else one) for n, many, one in zip(NAMES, batched, single, strict=True)]
    together = as_tuple(FORMULAS[name](*mixed))
    for i in np.ndindex(2, 3):
        alone = as_tuple(FORMULAS[name](*(x[i] if n in only else x for n, x in zip(NAMES, mixed, strict=True))))
        for value, wanted in zip(together, alone, strict=True):
            here = (
                value if value.ndim == getattr(wanted, "ndim", 0) else value[i]
            )  # a value may not depend on what is batched
            np.testing.assert_allclose(as_floats(here), as_floats(wanted), rtol=1e-13, atol=1e-13)


def test_values_worked_out_by_hand():
    A, At, Bt, D = (rationals(x) for x in ([[1], [2]], [[2], [1]], [[1, -1]], [1]))
    D, eps, log2, log3 = D / 2, rationals(2), sympy.log(2), sympy.log(3)  # residual (3, 3), B̃A = −1, ‖Ã‖² = 5
    assert koehler2022.linear_reconstruction(A, At, Bt, D).item() == rationals(41).item() / 2
    assert koehler2022.optimal_encoder_variance(At, eps).item() == rationals(4).item() / 9
    assert koehler2022.optimal_decoder_deviation(rationals(12), 3).item() == 2
    assert [x.tolist() for x in koehler2022.loss_gradient(A, At, Bt, D, eps)] == [
        x.tolist()
        for x in (rationals([[8], [7]]) / 8, rationals([[-13, -26]]) / 4, rationals([1]) / 8, rationals(-25) / 16)
    ]
    assert [x.tolist() for x in koehler2022.simplified_loss_gradient(A, At, Bt, eps)] == [
        x.tolist() for x in (rationals([[35], [31]]) / 36, rationals([[-13, -26]]) / 4, rationals(-55) / 36)
    ]
    A, At, Bt, D, eps = map(symbols, (A, At, Bt, D, eps))
    half = sympy.Rational(1, 2)
    general = koehler2022.vae_loss(8, 6, np.array([3, half], dtype=object), sympy.Integer(2), 5)
    assert is_zero(general - (1 + 3 + 5 * log2 + 7 * half / 2 - (log3 - log2) / 2))
    assert is_zero(koehler2022.loss(A, At, Bt, D, eps) - sympy.Rational(53, 16) - 5 * log2 / 2)
    assert is_zero(koehler2022.simplified_loss(A, At, Bt, eps) - sympy.Rational(13, 4) - log2 - log3)
    stepped = koehler2022.descent_step((rationals([5]), rationals(7)), (rationals([2]), rationals(3)), 2)
    assert [x.tolist() for x in stepped] == [[1], 1]


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_are_those_of_autograd(shape):
    A, *parameters = map(tensors, draw(*shape))
    leaves = [p.requires_grad_() for p in parameters]
    for loss, gradient, chosen in (
        (koehler2022.loss, koehler2022.loss_gradient, leaves),
        (koehler2022.simplified_loss, koehler2022.simplified_loss_gradient, [*leaves[:2], leaves[3]]),
    ):
        for closed, automatic in zip(gradient(A, *chosen), torch.autograd.grad(loss(A, *chosen), chosen), strict=True):
            torch.testing.assert_close(closed, automatic, rtol=1e-12, atol=1e-12)


@pytest.mark.long
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 3), (3, 2, 1)])
def test_gradients_are_exactly_the_symbolic_derivatives(shape):
    A, At, Bt, D, eps = draw(*shape)
    for loss, gradient, values in (
        (koehler2022.loss, koehler2022.loss_gradient, (At, Bt, D, eps)),
        (koehler2022.simplified_loss, koehler2022.simplified_loss_gradient, (At, Bt, eps)),
    ):
        names = [
            np.array(sympy.symbols(f"{name}:{len(entries(v))}", positive=True), dtype=object).reshape(v.shape)
            for name, v in zip("abde", values, strict=False)
        ]
        at = {
            n: q for name, v in zip(names, values, strict=True) for n, q in zip(name.flat, symbols(v).flat, strict=True)
        }
        expression = sympy.sympify(np.asarray(loss(symbols(A), *names), dtype=object).item())
        for name, closed in zip(names, gradient(A, *values), strict=True):
            assert [sympy.diff(expression, n).subs(at) for n in name.flat] == list(symbols(closed).flat)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 2), (3, 2, 1)])
def test_losses_are_expectations(shape):
    """Eq. (3) by cubature over z and z' is eq. (4), and the negative evidence lower bound up to a constant."""
    d, k, r = shape
    A, At, Bt, D, eps = map(balls, draw(*shape, seed=3))
    code = lambda z: z[..., :k] @ (Bt @ A).mT  # noqa: E731
    data = lambda z: z[..., :k] @ A.mT  # noqa: E731
    decoded = lambda z: (code(z) + z[..., k:] * sqrt(D)) @ At.mT  # noqa: E731
    mean = lambda f: gaussian.expectation(f, k + r, A)  # noqa: E731
    reconstruction = mean(lambda z: ((data(z) - decoded(z)) ** 2).sum(-1))
    encoder_norm = mean(lambda z: (code(z) ** 2).sum(-1))
    loss = koehler2022.loss(A, At, Bt, D, eps)
    assert tight_zero(reconstruction - koehler2022.linear_reconstruction(A, At, Bt, D))
    assert tight_zero(loss - koehler2022.vae_loss(reconstruction, encoder_norm, D, eps, d))
    likelihood = mean(lambda z: gaussian.log_density(data(z), decoded(z), eps**2 + 0 * data(z)))
    divergence = mean(lambda z: gaussian.kl_divergence(code(z), D, 1))
    constant = gaussian.log_density(A[:, 0], A[:, 0], identity(d, 1, A)[:, 0] * 0 + 1) + number(r, A) / 2
    assert tight_zero(divergence - likelihood - loss + constant)


@pytest.mark.parametrize("shape", SHAPES)
def test_optima_are_minima(shape):
    A, At, Bt, D, eps = map(balls, draw(*shape))
    best_D = koehler2022.optimal_encoder_variance(At, eps)
    least = koehler2022.simplified_loss(A, At, Bt, eps)
    assert tight_zero(koehler2022.loss(A, At, Bt, best_D, eps) - least)
    assert tight_zero(koehler2022.loss_gradient(A, At, Bt, best_D, eps)[2])
    best_eps = koehler2022.optimal_decoder_deviation(koehler2022.linear_reconstruction(A, At, Bt, D), shape[0])
    assert tight_zero(koehler2022.loss_gradient(A, At, Bt, D, best_eps)[3])
    for low, high in pairwise(number(n, A) / 4 for n in (4, 5, 6)):
        climb_D = koehler2022.loss(A, At, Bt, high * best_D, eps) - koehler2022.loss(A, At, Bt, low * best_D, eps)
        climb_eps = koehler2022.loss(A, At, Bt, D, high * best_eps) - koehler2022.loss(A, At, Bt, D, low * best_eps)
        assert climb_D.bare() > 0
        assert climb_eps.bare() > 0
