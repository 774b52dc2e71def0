"""Every function of reference.wang2022 and wang2022_optima in every arithmetic, and over leading batch axes."""

from collections import ChainMap
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import sympy
import torch
from flint import arb, ctx

from properties.engine.helpers.slow import thinned
from reference import wang2022 as wang
from reference.arithmetic.exact import Irrational, balls, rationals
from reference.wang2022 import optima

D0, D1, D2, N = 2, 3, 4, 5

CALLS = {
    "b": lambda i: i["w"].b,
    "c": lambda i: i["w"].c,
    "factorization_loss": lambda i: wang.factorization_loss(i["U"], i["V"], i["Z"], i["sigma"], i["w"]),
    "variance_divergence": lambda i: wang.variance_divergence(i["sigma"], i["w"]),
    "variance_penalty": lambda i: wang.variance_penalty(i["sigma"], i["w"]),
    "vae_loss": lambda i: wang.vae_loss(i["U"], i["V"], i["sigma"], i["A"], i["Z"], i["y2"], i["w"]),
    "biased_vae_loss": lambda i: wang.biased_vae_loss(
        i["U"], i["V"], i["b_e"], i["b_d"], i["sigma"], i["X"], i["Y"], i["w"]
    ),
    "gram_plus_variance": lambda i: wang.gram_plus_variance(i["V"], i["sigma"]),
    "gram_plus_weight": lambda i: wang.gram_plus_weight(i["U"], i["w"]),
    "gradient_u": lambda i: wang.gradient_u(i["U"], i["V"], i["Z"], i["sigma"]),
    "gradient_v": lambda i: wang.gradient_v(i["U"], i["V"], i["Z"], i["w"]),
    "hessian_uu": lambda i: wang.hessian_uu(i["U"], i["V"], i["sigma"]),
    "hessian_vu": lambda i: wang.hessian_vu(i["U"], i["V"], i["Z"]),
    "hessian_uv": lambda i: wang.hessian_uv(i["U"], i["V"], i["Z"]),
    "hessian_vv": lambda i: wang.hessian_vv(i["U"], i["V"], i["w"]),
    "hessian_at_origin": lambda i: wang.hessian_at_origin(i["A"], i["Z"], i["sigma"], i["w"]),
    "optimal_u": lambda i: optima.optimal_u(i["V"], i["Z"], i["sigma"]),
    "optimal_v": lambda i: optima.optimal_v(i["U"], i["Z"], i["w"]),
    "shrunk": lambda i: optima.shrunk(i["zeta"], i["sigma"], i["w"]),
    "decoder_singular_values": lambda i: optima.decoder_singular_values(i["zeta"], i["sigma"], i["w"]),
    "encoder_singular_values": lambda i: optima.encoder_singular_values(i["zeta"], i["sigma"], i["w"]),
    "fixed_variance_minimum": lambda i: optima.fixed_variance_minimum(i["spectrum"], i["sigma"], i["w"]),
    "mode_loss": lambda i: optima.mode_loss(i["sigma"], i["zeta"], i["w"]),
    "mode_loss_derivative": lambda i: optima.mode_loss_derivative(i["sigma"], i["zeta"], i["w"]),
    "optimal_sigma": lambda i: optima.optimal_sigma(i["zeta"], i["w"]),
    "learned_decoder_singular_values": lambda i: optima.learned_decoder_singular_values(i["zeta"], i["w"]),
    "learned_encoder_singular_values": lambda i: optima.learned_encoder_singular_values(i["zeta"], i["w"]),
    "learned_minimum": lambda i: optima.learned_minimum(i["spectrum"], 3, i["y2"], i["w"]),
    "origin_form": lambda i: optima.origin_form(i["alpha"], i["gamma"], i["y2"], i["s"], i["w"]),
    "origin_form_minimum": lambda i: optima.origin_form_minimum(i["y2"], i["s"], i["w"]),
    "unused_latent_form": lambda i: wang.unused_latent_form(i["Z"], i["s"], i["w"]),
    "learned_slack": lambda i: wang.learned_slack(i["U"], i["Z"], i["w"]),
    "learned_profile": lambda i: wang.learned_profile(i["U"], i["Z"], i["w"]),
    "encoder_excess": lambda i: wang.encoder_excess(i["U"], i["V"], i["Z"], i["w"]),
    "variance_excess": lambda i: wang.variance_excess(i["U"], i["sigma"], i["w"]),
    "alignment_excess": lambda i: wang.alignment_excess(i["U"], i["w"]),
    "rotation_excess": lambda i: wang.rotation_excess(i["sigma"], i["P"], i["w"]),
}
LOGARITHMIC = {
    "variance_divergence", "variance_penalty", "vae_loss", "biased_vae_loss", "mode_loss", "learned_minimum",
    "learned_profile", "variance_excess", "alignment_excess",
}  # fmt: skip


def integers(*shape):
    return (np.arange(1, 1 + int(np.prod(shape))) ** 2 % 11 - 4).astype(object).reshape(shape)


VALUES = {
    "U": integers(D2, D1), "V": integers(D0, D1) + 1, "Z": integers(D2, D0) - 2, "A": [[5, 1], [1, 2]],
    "X": integers(D0, N), "Y": integers(D2, N) + 2, "b_e": [1, -2, 3], "b_d": [2, 0, 1, -1],
    # every square root of these is rational: β = 4, η_dec = 3, η_enc = 2
    "sigma": [Fraction(1, 3), Fraction(4, 3), 1], "zeta": [10, Fraction(25, 4), 0],
    "spectrum": [10, Fraction(25, 4), 2, 1], "y2": Fraction(15, 2), "s": 1, "alpha": Fraction(3, 5),
    "gamma": Fraction(4, 5), "beta": 4, "eta_dec": 3, "eta_enc": 2, "P": integers(D1, D1),
}  # fmt: skip


def numpy_floats(x):
    return np.array([int(v.p) / int(v.q) for v in entries(x)]).reshape(x.shape)


def symbolic(x):
    values = np.array([sympy.Rational(int(v.p), int(v.q)) for v in entries(x)], dtype=object)
    return values.reshape(x.shape) if x.ndim else values[0]


def entries(x):
    return np.ravel(getattr(x, "array", x)).tolist()


ARITHMETICS = {
    "numpy": numpy_floats,
    "torch": lambda x: torch.tensor(numpy_floats(x)),
    "rationals": lambda x: x,
    "balls": balls,
    "sympy": symbolic,
}


def instance(convert, values):
    converted = {name: convert(rationals(value)) for name, value in values.items()}
    return ChainMap({"w": wang.Weights(*(converted[name] for name in ("beta", "eta_dec", "eta_enc")))}, converted)


def truth(name):
    """Enclosures of the entries that are a billion times narrower than those at the usual precision."""
    with ctx.workprec(300):
        value = CALLS[name](instance(balls, VALUES))
    return value.shape, entries(value)


@pytest.mark.parametrize("name", thinned(CALLS, 2, mark="long"))
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_arithmetics_agree(name, arithmetic):
    inputs = instance(ARITHMETICS[arithmetic], VALUES)
    if arithmetic == "rationals" and name in LOGARITHMIC:
        with pytest.raises(Irrational):
            CALLS[name](inputs)
        return
    value, (shape, expected) = CALLS[name](inputs), truth(name)
    assert getattr(value, "shape", ()) == shape
    if arithmetic != "sympy":
        assert type(value) is type(inputs["U"]) or isinstance(value, np.float64)
    for got, ball in zip(entries(value if hasattr(value, "reshape") else np.array(value)), expected, strict=True):
        near = 1e-13 * (1 + abs(float(ball)))
        if arithmetic == "balls":
            assert got.contains(ball)
            assert got.rad() < near
        elif arithmetic == "rationals":
            with ctx.workprec(300):
                assert ball.overlaps(arb(got))
        else:
            assert abs(float(sympy.N(got, 30)) - float(ball)) <= near


def scaled(values, k):
    """Another instance of the same shapes: positive quantities grow, signed ones too; α and γ stay on the circle."""
    return {
        n: v if n in ("alpha", "gamma") else (rationals(v) * Fraction(k + 2, 2)).tolist() for n, v in values.items()
    }


@cache
def two(arithmetic):
    """Return two instances, and both of them in a batch."""
    some = [scaled(VALUES, k) for k in range(2)]
    lift = ARITHMETICS[arithmetic]
    return [instance(lift, one) for one in some], instance(lift, {n: [one[n] for one in some] for n in VALUES})


@pytest.mark.parametrize("name", thinned(CALLS, 2, mark="long"))
@pytest.mark.parametrize("arithmetic", ["numpy", "torch", "balls"])
def test_batches_are_loops(name, arithmetic):
    singles, stacked = two(arithmetic)
    batch = CALLS[name](stacked)
    loop = [CALLS[name](single) for single in singles]
    assert batch.shape == (2, *loop[0].shape)
    for got, expected in zip(batch, loop, strict=True):
        if arithmetic == "balls":
            pairs = zip(entries(got), entries(expected), strict=True)
            assert all(a.overlaps(b) for a, b in pairs)
        else:
            np.testing.assert_allclose(got, expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", CALLS)
def test_hyperparameters_sweep_over_one_model(name):
    """A batch of β, η_dec and η_enc broadcasts against a single model."""
    sweep = {"beta": [4, 9], "eta_dec": [3, 1], "eta_enc": [2, 5]}
    swept = CALLS[name](instance(numpy_floats, VALUES | sweep))
    for k in range(2):
        single = CALLS[name](instance(numpy_floats, VALUES | {n: v[k] for n, v in sweep.items()}))
        of_k = np.broadcast_to(swept, (2, *single.shape))[k]  # a function of the model alone has no batch
        np.testing.assert_allclose(of_k, single, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", CALLS)
def test_autograd_passes_through(name):
    """The slope in β is that of a difference; every mode is learned, for √0 has no slope at a collapsed one."""
    inputs = instance(ARITHMETICS["torch"], VALUES | {"zeta": [10, Fraction(25, 4), 8]})

    def total(beta):
        return CALLS[name](inputs.new_child({"w": wang.Weights(beta, inputs["w"].eta_dec, inputs["w"].eta_enc)})).sum()

    beta, step = inputs["beta"].clone().requires_grad_(), 1e-5
    value = total(beta)
    slope = (total(inputs["beta"] + step) - total(inputs["beta"] - step)) / (2 * step)
    if value.requires_grad:
        value.backward()
    assert (beta.grad or 0) == pytest.approx(slope.item(), rel=1e-6, abs=1e-6)
