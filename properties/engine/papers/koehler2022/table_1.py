"""Table 1's trainings: data, losses and counts are those of the paper, whatever stands beside a model in its batch."""

import numpy as np
import pytest
import torch

from properties.koehler2022.experiments.section_6 import zeros_at_least_rows, zeros_where_learned
from properties.koehler2022.experiments.table_1 import linear_settings, right_support, wrong_density
from properties.koehler2022.experiments.training.linear import LinearVAE
from reference.koehler2022 import loss
from verify.replicate import Row, Setting

torch.set_num_threads(1)

SETTINGS = [Setting(f"{k} of {d}, {r}", {"r*": k, "d": d, "r": r}) for k, d, r in [(1, 3, 2), (2, 4, 5), (3, 3, 3)]]


@pytest.fixture
def training():
    return LinearVAE(SETTINGS, 1, "cpu")


def within(parameter, name, i):
    """Return a model's own part of its parameter."""
    d, r = SETTINGS[i].values["d"], SETTINGS[i].values["r"]
    shape = {"At": (d, r), "Bt": (r, d), "log D": (r,), "mean bias": (d,), "code bias": (r,)}.get(name, ())
    return parameter[i][tuple(slice(size) for size in shape)]


def test_the_data_have_their_rank_in_the_first_coordinates(training):
    for A, setting in zip(training.A, SETTINGS, strict=True):
        k = setting.values["r*"]
        assert torch.linalg.matrix_rank(A) == k
        assert not A[k:].any()
        assert not A[:, k:].any()
    assert not torch.equal(LinearVAE(SETTINGS, 2, "cpu").A, training.A)
    torch.testing.assert_close(LinearVAE(SETTINGS, 1, "cpu").A, training.A, rtol=0, atol=0)


def test_the_initial_kernels_have_the_variance_of_their_inputs():
    settings = [Setting("a", {"r*": 1, "d": 300, "r": 200}), Setting("b", {"r*": 1, "d": 100, "r": 50})]
    parameters = LinearVAE(settings, 0, "cpu").parameters()
    for i, setting in enumerate(settings):
        d, r = setting.values["d"], setting.values["r"]
        assert parameters["Bt"][i, :r, :d].var() * d == pytest.approx(1, rel=0.1)
        assert parameters["At"][i, :d, :r].var() * r == pytest.approx(1, rel=0.1)
        assert parameters["log D"][i, :r].eq(1).all()


@pytest.mark.long
def test_the_loss_of_a_batch_is_that_of_the_paper_in_expectation(training):
    generator = torch.Generator().manual_seed(0)
    parameters = training.parameters()
    parameters["log D"] += torch.randn(3, 5, generator=generator) * training.used
    parameters["log eps2"] = torch.tensor([-0.5, 0.3, 0.8])
    drawn = torch.stack([training.losses(parameters) for _ in range(800)]).double()
    error = drawn.std(0) / len(drawn) ** 0.5
    for i, setting in enumerate(SETTINGS):
        k, d = setting.values["r*"], setting.values["d"]
        At, Bt, log_D = (within(parameters[name], name, i).double() for name in ("At", "Bt", "log D"))
        expected = loss(training.A[i, :d, :k].double(), At, Bt, log_D.exp(), (parameters["log eps2"][i] / 2).exp())
        padding = (training.r - setting.values["r"]) / 2  # D = 1 of each latent that is not there
        assert abs(drawn[:, i].mean() - expected - padding) < 5 * error[i]
        assert error[i] < 0.02 * abs(expected)


@pytest.mark.long
def test_biases_are_where_affine_maps_have_them(training):
    parameters = training.parameters()
    parameters["log D"][:] = -40
    parameters["log eps2"][:] = 0
    for name in ("At", "Bt"):
        parameters[name][:] = 0
    at_zero = torch.stack([training.losses(parameters) for _ in range(200)]).mean(0)
    parameters["code bias"][:, 0] = 2
    coded = torch.stack([training.losses(parameters) for _ in range(200)]).mean(0)
    torch.testing.assert_close(coded - at_zero, torch.full((3,), 2.0), rtol=0.3, atol=0)  # ‖g(x)‖²/2
    parameters["code bias"][:, 0], parameters["mean bias"][:, 0] = 0, 4
    moved = torch.stack([training.losses(parameters) for _ in range(200)]).mean(0)
    torch.testing.assert_close(moved - at_zero, torch.full((3,), 8.0), rtol=0.3, atol=0)  # ‖x − b‖²/(2ε²)


def test_models_do_not_feel_their_company(training):
    parameters = {name: value.requires_grad_() for name, value in training.parameters().items()}
    losses = training.losses(parameters)
    for i in range(3):
        for gradient in torch.autograd.grad(losses[i], list(parameters.values()), retain_graph=True):
            assert not gradient[np.arange(3) != i].any()


@pytest.mark.long
def test_what_is_not_there_stays_zero(training):
    state = training.advance(None, 200, 200)
    for name in ("At", "Bt", "log D", "mean bias", "code bias"):
        for i in range(3):
            inside = within(state[f"parameter {name}"], name, i)
            assert np.count_nonzero(state[f"parameter {name}"][i]) == np.count_nonzero(inside) > 0


def test_what_is_less_than_a_tenth_counts_as_zero(training):
    parameters = training.parameters()
    parameters["At"][:] = 0
    parameters["At"][0, :3, 0] = torch.tensor([0.1001, -0.2, 0.0999])
    parameters["At"][1, 0, :2] = 0.08  # a row of two small entries is not small
    parameters["log D"][:] = torch.log(torch.tensor([[0.0999, 0.1001, 0, 0, 0], [0.05, 0.2, 0.01, 0.3, 1], [0.9] * 5]))
    state = {f"parameter {name}": value.numpy() for name, value in parameters.items()}
    found = training.conclude(state | {"generator": training.generator.get_state().numpy()})[0]
    assert [(row["decoder rows"], row["zeros"]) for row in found] == [(2, 1), (1, 2), (0, 0)]


def test_the_eigenvalue_error_is_relative_to_the_data(training):
    parameters = training.parameters()
    parameters["log eps2"][:] = -30
    for factor, expected in ((1, 0.0), (2, 3.0), (0, 1.0)):
        parameters["At"][:] = 0
        parameters["At"][:, : training.A.shape[1], : training.A.shape[2]] = factor * training.A
        errors = [row["eigenvalue error"] for row in training.measure(parameters)]
        np.testing.assert_allclose(errors, expected, atol=0.15 * factor**2 + 1e-6)
    parameters["At"][:], parameters["log eps2"][:] = 0, 2 * np.log(3)
    truth = torch.linalg.eigvalsh(training.A[0, :3, :1] @ training.A[0, :3, :1].T)
    expected = (truth - 9).norm() / truth.norm()  # noise of variance 9 in all directions
    assert training.measure(parameters)[0]["eigenvalue error"] == pytest.approx(float(expected), rel=0.1)


def test_conclusions_are_drawn_from_every_seed():
    def rows(**seeds):
        return [Row(setting, seeds) for setting in linear_settings()[:1]]

    assert right_support(rows(**{"decoder rows": [3, 3]}))
    assert not right_support(rows(**{"decoder rows": [3, 4]}))
    counts = {"decoder rows": [3, 3], "smallest eigenvalue": [0.1, 0.001]}
    assert zeros_at_least_rows(rows(zeros=[3, 4], **counts))
    assert zeros_at_least_rows(rows(zeros=[4, 2], **counts)) is False
    assert zeros_where_learned(rows(zeros=[4, 2], **counts))
    assert zeros_where_learned(rows(zeros=[2, 4], **counts)) is False
    assert wrong_density(rows(**{"eigenvalue error": [0.3, 0.11]}))
    assert not wrong_density(rows(**{"eigenvalue error": [0.3, 0.09]}))
