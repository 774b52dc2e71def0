"""Adapters: what they may take and return, in which floats they compute, and every mistake in one line."""

import re
from functools import partial

import numpy as np
import pytest

from properties.engine.helpers.linear_vaes import closed_form, of_a_batch, of_fixed_variance
from verify.errors import UsageError
from verify.gate.models.adapter import Adapter, Point
from verify.gate.models.decorator import checks_of, parametrize_with_claims
from verify.gate.models.objective import Refused

VALUE = "koehler2022/eq-4"
POINT = Point(
    np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.5]]), np.array([[1.0], [2.0], [0.5]]), np.array([[0.5, 1.0, -1.0]]),
    np.array([0.75]), 1.5,
)  # fmt: skip


def test_a_batch_and_its_noise_have_the_moments_of_data_and_of_the_prior():
    X, noise = POINT["X"], POINT["noise"]
    assert X.shape == (6, 3)
    assert noise.shape == (6, 1)
    assert np.allclose(X.T @ X / 6, POINT.A @ POINT.A.T, atol=1e-12)
    assert np.allclose(noise.T @ noise / 6, 1, atol=1e-12)
    for zero in (X.T @ noise, X.sum(0), noise.sum(0)):
        assert np.allclose(zero, 0, atol=1e-12)


@pytest.mark.long
def test_arguments_go_by_name_and_the_adapter_may_write_to_them():
    def spoiling(Bt, D, At, A, eps, scale=2.0):
        value = scale * closed_form(A, At, Bt, D, eps)
        for array in (A, At, Bt, D):
            array[:] = np.nan
        return value

    checks_of(spoiling)[VALUE]()
    assert Adapter(spoiling)(POINT) == 2 * Adapter(closed_form)(POINT)


def test_what_has_a_default_is_left_at_it():
    fixed = partial(closed_form, eps=2.0)
    assert Adapter(fixed).names == ("A", "At", "Bt", "D")
    checks_of(fixed, 2.0)[VALUE]()
    with pytest.raises(Refused):
        checks_of(fixed)[VALUE]()


def in_dtype(dtype, where=("A", "At", "Bt", "D", "eps")):
    """Return the closed form with some of its arguments rounded to a format, as a float of Python."""

    def adapter(A, At, Bt, D, eps):
        arguments = {"A": A, "At": At, "Bt": Bt, "D": D, "eps": eps}
        rounded = {k: np.asarray(v, dtype=dtype).astype(float) if k in where else v for k, v in arguments.items()}
        return float(closed_form(**rounded))

    return adapter


def test_the_floats_of_an_objective_are_found_out():
    assert Adapter(closed_form).bits == 53
    for name in ("A", "At", "Bt", "D", "eps"):
        assert Adapter(in_dtype(np.float32, (name,))).bits == 24
    single = Adapter(lambda A, At, Bt, D, eps: np.float32(closed_form(A, At, Bt, D, eps)))
    assert single.bits == 24


@pytest.mark.parametrize("name", ["A", "At", "Bt", "D", "eps"])
def test_what_rounds_to_half_precision_is_not_judged(name):
    with pytest.raises(UsageError, match="is computed to 11 bits: compute it in float32 or float64"):
        checks_of(in_dtype(np.float16, (name,)))[VALUE]()


def test_an_argument_that_does_nothing_says_nothing_of_the_floats():
    assert Adapter(lambda A, At, Bt, D, eps: closed_form(A, At, Bt, 0 * D + 1, eps)).bits == 53


@pytest.mark.long
def test_a_module_of_torch_in_single_precision_is_judged():
    import torch  # noqa: PLC0415

    class Linear(torch.nn.Module):
        def __init__(self, d, r):
            super().__init__()
            self.encode, self.decode = torch.nn.Linear(d, r, bias=False), torch.nn.Linear(r, d, bias=False)
            self.logvar, self.log_eps = torch.nn.Parameter(torch.zeros(r)), torch.nn.Parameter(torch.zeros(()))

        def loss(self, x):
            mu, variance = self.encode(x), self.logvar.exp()
            error = ((x - self.decode(mu)) ** 2).sum(1) + (variance * (self.decode.weight**2).sum(0)).sum()
            kl = (mu**2 + variance - 1 - self.logvar).sum(1) / 2
            return (error / 2 * (-2 * self.log_eps).exp() + x.shape[1] * self.log_eps + kl).mean()

    def adapter(X, At, Bt, D, eps):
        model = Linear(*At.shape)
        with torch.no_grad():
            model.encode.weight.copy_(torch.from_numpy(Bt))
            model.decode.weight.copy_(torch.from_numpy(At))
            model.logvar.copy_(torch.from_numpy(np.log(D)))
            model.log_eps.copy_(torch.tensor(np.log(eps)))
        return model.loss(torch.from_numpy(X).float())

    checks = checks_of(adapter)
    for id in (VALUE, "koehler2022/lemma-3.l1", "koehler2022/lemma-6.loss", "wang2022/theorem-2.corrected"):
        checks[id]()
    assert Adapter(adapter).bits == 24


NO_ADAPTER = {
    "an adapter is a function of weights, not 3": 3,
    "the adapter takes 'W': the parameters of an adapter are among A, At, Bt, D, eps, X, noise": lambda A, W: 0,
    "the adapter does not take A or X: it sets all weights of the model": lambda At, Bt, D: 0,
    "the adapter does not take Bt: it sets all weights of the model": lambda A, At, D: 0,
    "the adapter takes noise, but not X and D: the rows of noise belong to those of X": lambda A, At, Bt, D, noise: 0,
}


@pytest.mark.parametrize("message", NO_ADAPTER)
def test_what_is_no_adapter_is_refused_where_it_is_declared(message):
    with pytest.raises(UsageError, match=re.escape(message) + "$"):
        parametrize_with_claims(NO_ADAPTER[message])


RETURNED = {
    "the adapter returns an array of shape (3,): return one number, such as the mean": lambda A: A.sum(1),
    "the adapter returns a NoneType: return one number, such as the mean": lambda A: None,
    "the adapter returns nan at A=[[": lambda A: float("nan"),
    "the adapter returns inf at A=[[": lambda A: float("inf"),
}


@pytest.mark.parametrize("message", RETURNED)
def test_what_is_no_number_is_an_error_and_no_refutation(message):
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        Adapter(lambda A, At, Bt, D, eps: RETURNED[message](A))(POINT)
    assert "\n" not in str(caught.value)


def test_what_differs_from_call_to_call_is_an_error():
    noise = iter(range(10**6))
    adapter = Adapter(lambda A, At, Bt, D, eps: closed_form(A, At, Bt, D, eps) + next(noise))
    with pytest.raises(UsageError, match="at the same weights: compute the expectation over the noise, or take"):
        _ = adapter.bits


def test_what_the_adapter_raises_is_raised():
    def broken(A, At, Bt, D, eps):
        raise ZeroDivisionError("of my own")

    with pytest.raises(ZeroDivisionError, match="of my own"):
        checks_of(broken)[VALUE]()


def test_a_deviation_is_declared_where_there_is_none_and_is_positive():
    for eps in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="is a positive number, not"):
            checks_of(of_fixed_variance, eps)
    with pytest.raises(UsageError, match="the adapter takes eps: the decoder's standard deviation is not to be"):
        checks_of(of_a_batch, 1.0)


def test_a_refutation_names_the_claim_the_simplest_instance_and_the_last_call():
    def half(A, At, Bt, D, eps):
        return closed_form(A, At, Bt, D, eps) - len(A) * np.log(eps) / 2

    with pytest.raises(Refused) as caught:
        checks_of(half)[VALUE]()
    lines = str(caught.value).splitlines()
    assert lines[0] == "koehler2022/eq-4 (eq. (4)) does not hold of the objective"
    assert lines[1].startswith("  states  L = ")
    assert lines[2] == "  at      d = 1, k = 1, r = 1"
    assert [line for line in lines if " ≠ " in line]
    assert lines[-1].startswith("  called  last at A=[[")
    value = float(lines[-1].rpartition(": it returned ")[2])
    assert np.isfinite(value)
