"""Nonlinear trainings of koehler2022: data, networks, losses, padding, clipping, what is counted and averaged."""

import math

import numpy as np
import pytest
import torch

from properties.koehler2022.experiments.training import nonlinear
from properties.koehler2022.experiments.training.nonlinear import SigmoidVAE, SphereVAE
from reference.koehler2022 import linear_reconstruction, loss, nonlinear_decoder, sigmoid_data
from reference.nonlinearities import NONLINEARITIES
from verify.replicate import Setting


def setting(rank, d, r, **further):
    return Setting(f"{rank}, {d}, {r}", {"r*": rank, "d": d, "r": r, **further})


SMALL, LARGE = setting(2, 4, 3), setting(3, 7, 5)


def random_parameters(training):
    """Return parameters none of which is zero, but for the padding."""
    gap = 0.1 * torch.randn(len(training.settings), generator=torch.Generator().manual_seed(5))
    drawn = training.parameters()
    biases = {name: 0.3 * torch.randn_like(value) for name, value in drawn.items() if "bias" in name}
    for name, value in biases.items():
        sizes = {training.within.shape[1]: training.within, training.used.shape[1]: training.used}
        biases[name] = value * sizes.get(value.shape[1], 1)
    return drawn | biases | {"log D": (drawn["log D"] - 0.7) * training.used, "p": 1 + gap}


# --- the data -------------------------------------------------------------------------------------------------------


def test_sigmoid_data_are_as_the_reference_has_them():
    training = SigmoidVAE([SMALL, LARGE], 0, "cpu")
    for i, (k, d) in enumerate([(2, 4), (3, 7)]):
        x = training.data(20_000)[i]
        torch.testing.assert_close(x[:, k], torch.sigmoid(x[:, :k] @ training.direction[i, :k]))
        torch.testing.assert_close(x[:, :k].T.cov(), torch.eye(k), atol=0.05, rtol=0)
        assert not x[:, k + 1 :].any()
        training.direction[i, :k] = 1
        x = training.data(5)[i]
        torch.testing.assert_close(x[:, :d], sigmoid_data(x[:, :k], NONLINEARITIES["logistic"], d))


@pytest.mark.long
def test_the_direction_is_normal_and_belongs_to_the_seed():
    drawn = torch.stack([SigmoidVAE([LARGE], seed, "cpu").direction[0] for seed in range(2000)])
    torch.testing.assert_close(drawn.T.cov(), torch.eye(3), atol=0.1, rtol=0)
    training = SigmoidVAE([LARGE], 7, "cpu")
    training.data(3)
    assert torch.equal(training.direction[0], drawn[7])
    small, large, larger = SigmoidVAE([SMALL, LARGE, setting(3, 9, 8)], 7, "cpu").direction
    assert torch.equal(large, larger)
    assert not torch.equal(large[:2], small[:2])
    assert not small[2]


def test_sphere_data_are_uniform_on_a_sphere_of_the_intrinsic_dimension():
    x = SphereVAE([SMALL, LARGE], 0, "cpu").data(40_000)
    for points, n in zip(x, (3, 4), strict=True):
        torch.testing.assert_close(torch.linalg.vector_norm(points[:, :n], dim=1), torch.ones(len(points)))
        assert not points[:, n:].any()
        torch.testing.assert_close(points[:, :n].T.cov(), torch.eye(n) / n, atol=0.01, rtol=0)
        torch.testing.assert_close((points[:, :n] ** 4).mean(0), torch.full((n,), 3 / (n * (n + 2))), atol=0.01, rtol=0)


# --- the networks and the loss --------------------------------------------------------------------------------------


def test_the_sigmoid_networks_are_those_of_the_reference():
    training = SigmoidVAE([SMALL, LARGE], 0, "cpu")
    parameters = random_parameters(training)
    parameters["linear bias"] *= 0
    parameters["sigmoid bias"] *= 0
    z, x = training.normal(2, 6, 5), training.data(6)
    code = x @ parameters["Bt"] + parameters["encoder bias"][:, None]
    torch.testing.assert_close(training.encode(parameters, x), code)
    for i, d in enumerate([4, 7]):
        At, Ct = (parameters[name][i, :, :d].T for name in ("At", "Ct"))
        expected = nonlinear_decoder(At, Ct, NONLINEARITIES["logistic"], z[i])
        torch.testing.assert_close(training.decode(parameters, z)[i, :, :d], expected)


def test_the_sphere_networks_have_three_hidden_layers_of_200_rectified_units():
    training = SphereVAE([LARGE], 0, "cpu")
    parameters = random_parameters(training)
    for name, sizes, x in (
        ("encoder", [7, 200, 200, 200, 5], training.data(6)),
        ("decoder", [5, 200, 200, 200, 7], training.normal(1, 6, 5)),
    ):
        y = x[0]
        for i in range(4):
            y = torch.nn.functional.linear(y, parameters[f"{name} {i}"][0].T, parameters[f"{name} bias {i}"][0])
            assert y.shape[1] == sizes[i + 1]
            y = y.clamp(min=0) if i < 3 else y
        torch.testing.assert_close(getattr(training, name[:2] + "code")(parameters, x)[0], y)


def test_weights_start_as_lecun_has_them_and_variances_as_the_choices_say():
    training = SphereVAE([SMALL, LARGE], 0, "cpu")
    parameters = training.parameters()
    for i, (d, r) in enumerate([(4, 3), (7, 5)]):
        for name, inputs in (("encoder", d), ("decoder", r)):
            weights = parameters[f"{name} 0"][i]
            assert float(weights[:inputs].var()) == pytest.approx(1 / inputs, rel=0.25)
            assert not weights[inputs:].any()
            assert float(parameters[f"{name} 2"][i].var()) == pytest.approx(1 / 200, rel=0.05)
        assert not parameters["encoder 3"][i, :, r:].any()
        assert not parameters["decoder 3"][i, :, d:].any()
        assert parameters["log D"][i].tolist() == [1.0] * r + [0.0] * (5 - r)
    assert float(nonlinear.deviation(parameters)[0] ** 2) == pytest.approx(math.exp(-3))


@pytest.mark.long
def test_the_loss_of_a_linear_model_is_the_closed_form_in_expectation(monkeypatch):
    monkeypatch.setattr(nonlinear, "BATCH", 200_000)
    training = SigmoidVAE([SMALL, LARGE], 0, "cpu")
    training.direction *= 0
    parameters = random_parameters(training)
    parameters["sigmoid bias"] = torch.full_like(parameters["sigmoid bias"], -50.0)
    parameters["encoder bias"] *= 0
    parameters["linear bias"] = training.output / 2
    for i, k in enumerate([2, 3]):
        parameters["Bt"][i, k] = 0  # the code does not know the constant σ(0) = 1/2
    found = training.losses(parameters)
    for i, (k, d, r) in enumerate([(2, 4, 3), (3, 7, 5)]):
        A = torch.eye(d, k)
        At, Bt = parameters["At"][i, :r, :d].T, parameters["Bt"][i, :d, :r].T
        D, eps = parameters["log D"][i, :r].exp(), nonlinear.deviation(parameters)[i]
        assert linear_reconstruction(A, At, Bt, D) > 1
        expected = loss(A, At, Bt, D, eps) + (5 - r) / 2  # of the codes that a smaller model lacks
        assert float(found[i]) == pytest.approx(float(expected), rel=0.01)


def test_the_loss_of_a_constant_model_on_the_sphere_is_the_closed_form():
    training = SphereVAE([LARGE], 0, "cpu")
    parameters = {name: torch.zeros_like(value) for name, value in training.parameters().items()}
    code, mean = torch.tensor([[1.0, -2, 0, 0, 0]]), torch.tensor([[0.0, 0, 0, 0, 3, 0, 0]])
    log_D, p = torch.tensor([[0.0, 1, -1, 2, 0]]), torch.tensor([0.5])
    parameters |= {"encoder bias 3": code, "decoder bias 3": mean, "log D": log_D, "p": p}
    expected = 10 / (2 * math.exp(-1.5)) + 5 / 2 + 7 * (-0.75) + float((log_D.exp() - log_D).sum()) / 2
    assert float(training.losses(parameters)) == pytest.approx(expected, rel=1e-5)


# --- models side by side --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [SigmoidVAE, SphereVAE])
@pytest.mark.parametrize("i", [0, 1])
def test_a_model_learns_alone_what_it_learns_in_company(kind, i):
    both, alone = kind([SMALL, LARGE], 0, "cpu"), kind([(SMALL, LARGE)[i]], 0, "cpu")
    together = {name: value.requires_grad_() for name, value in random_parameters(both).items()}
    cut = {
        name: value[(slice(i, i + 1), *(slice(n) for n in alone.parameters()[name].shape[1:]))].detach().clone()
        for name, value in together.items()
    }
    if kind is SigmoidVAE:
        alone.direction = both.direction[i : i + 1, : alone.direction.shape[1]]
    draws, draw = [], both.normal
    both.normal = lambda *shape: draws.append(draw(*shape)) or draws[-1]
    found = both.losses(together)
    found.sum().backward()
    pending = iter(draws)
    alone.normal = lambda *shape: next(pending)[i : i + 1, : shape[1], : shape[2]]
    single = {name: value.requires_grad_() for name, value in cut.items()}
    expected = alone.losses(single)
    expected.sum().backward()
    missing = both.used.shape[1] - alone.used.shape[1]
    assert found[i].item() == pytest.approx(expected.item() + missing / 2, rel=1e-5)
    for name, value in together.items():
        inner = single[name].grad[0]
        outer = value.grad[i].clone()
        place = tuple(slice(n) for n in inner.shape)
        torch.testing.assert_close(outer[place], inner, rtol=1e-4, atol=1e-4, msg=name)
        outer[place] = 0
        assert not outer.any(), name


@pytest.mark.parametrize("kind", [SigmoidVAE, SphereVAE])
def test_the_padding_stays_zero_in_training(kind):
    state = kind([SMALL, LARGE], 0, "cpu").advance(None, 20, 20)
    assert not state["parameter log D"][0, 3:].any()
    last = {SigmoidVAE: ("Bt", "At"), SphereVAE: ("encoder 3", "decoder 3")}[kind]
    for name, size in zip(last, (3, 4), strict=True):
        assert not state[f"parameter {name}"][0, :, size:].any()
        assert state[f"parameter {name}"][1, :, size:].any()


def test_the_decoder_variance_is_clipped_where_a_setting_says_so():
    settings = [SMALL, setting(2, 4, 3, **{"log eps2 >=": -3.01})]
    training = SigmoidVAE(settings, 0, "cpu")
    training.losses = lambda all_: (
        sum(0 * value.flatten(1).sum(1) for value in all_.values() if value.ndim > 1) - all_["p"]
    )
    state = training.advance(None, 100, 100)
    assert -3 * state["parameter p"] == pytest.approx([-3 - 3 * 100 * 3e-4, -3.01], rel=1e-4)
    np.testing.assert_allclose(state["trace decoder variance"][-1], np.exp([-3 - 3 * 98 * 3e-4, -3.01]), rtol=1e-4)


# --- what is measured -----------------------------------------------------------------------------------------------


def test_zeros_are_counted_below_a_tenth_and_the_padding_is_no_variance():
    training = SigmoidVAE([SMALL, LARGE], 0, "cpu")
    parameters = training.parameters()
    parameters["log D"][0, :3] = torch.tensor([0.09, 0.11, 0.6]).log()
    parameters["log D"][1] = torch.tensor([0.05, 0.099, 0.001, 0.49, 0.51]).log()
    found = training.measure(parameters)
    assert [(numbers["zeros"], numbers["below 0.5"]) for numbers in found] == [(1, 2), (3, 4)]
    assert training.watch(parameters)["zeros"].tolist() == [1, 3]


def test_the_errors_on_sigmoid_data_by_hand():
    training = SigmoidVAE([SMALL], 0, "cpu")
    training.direction = torch.tensor([[1.0, -1.0]])
    x = torch.tensor([[1.0, 1.0, 0.75, 9], [math.log(3) + 1, 1.0, 0.5, 9]])  # σ = 1/2 and 3/4
    found = training.errors(0, x)
    assert float(found["manifold error"]) == pytest.approx(1 / 16)
    assert float(found["over all pairs"]) == pytest.approx((1 / 16 + 0 + 0 + 1 / 16) / 4)
    exact = torch.cat([training.data(20_000)[0]])
    found = training.errors(0, exact[:4000])
    assert float(found["manifold error"]) < 1e-12
    assert float(found["over all pairs"]) == pytest.approx(2 * float(exact[:, 2].var()), rel=0.05)


def test_the_errors_on_the_sphere_by_hand():
    training = SphereVAE([SMALL], 0, "cpu")
    found = training.errors(0, torch.tensor([[2.0, 0, 0, 9], [0, 0.6, 0.8, 9]]))
    assert float(found["manifold error"]) == pytest.approx(9 / 2)
    assert float(found["of the norm"]) == pytest.approx(1 / 2)
    assert float(training.errors(0, torch.diag(torch.tensor([0.9, -2.0, 1.1, -0.5])))["inside"]) == 0.5


@pytest.mark.parametrize("kind", [SigmoidVAE, SphereVAE])
def test_what_is_generated_has_the_decoder_s_noise_but_not_in_the_padding(kind):
    training = kind([SMALL, LARGE], 0, "cpu")
    parameters = {name: torch.zeros_like(value) for name, value in training.parameters().items()}
    parameters["p"] = torch.tensor([2 / 3, 0.0])
    if kind is SigmoidVAE:
        parameters["sigmoid bias"] = parameters["sigmoid bias"] - 50
    x = training.generated(parameters)
    for points, variance, d in ((x[0], math.exp(-2), 4), (x[1], 1, 7)):
        torch.testing.assert_close(points[:, :d].T.cov(), variance * torch.eye(d), rtol=0, atol=0.2 * variance)
        assert not points[:, d:].any()
    padding = [numbers["padding error"] for numbers in training.measure(parameters)]
    assert padding == pytest.approx([math.exp(-2) * 1, 1.0 * 3], rel=0.15)
    shown = training.exhibit(parameters)
    assert [len(exhibit["variances"]) for exhibit in shown] == [3, 5]
    assert {len(value) for name, value in shown[1].items() if name != "variances"} == {1000}
