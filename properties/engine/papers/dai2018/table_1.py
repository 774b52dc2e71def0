"""Trainings of dai2018's Table 1: networks of several depths side by side, the manifold, the loss, what is counted."""

import numpy as np
import pytest
import torch
from torch.distributions import Normal
from torch.distributions import kl_divergence as kl

from properties.dai2018.experiments.figures import draw_columns
from properties.dai2018.experiments.table_1 import affine_uses_all, manifold_settings, near_truth, nonlinear_prunes
from properties.dai2018.experiments.training.manifold import FLOOR, ManifoldVAE, Networks
from verify.replicate import Replication, Row, Setting

SIZES = {"truth": 2, "latents": 4, "hidden": 7, "ambient": 9}


def training(*depths, seed=0, **sizes):
    """Return VAEs of the depths (N_e, N_d)."""
    settings = [Setting(f"{e}, {d}", {"N_e": e, "N_d": d} | SIZES | sizes) for e, d in depths]
    return ManifoldVAE(settings, seed, "cpu")


def normal(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def with_biases(parameters):
    return {
        name: value + 0.3 * torch.randn_like(value) if "bias" in name else value for name, value in parameters.items()
    }


# --- networks and data ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outputs", [3, 9])
def test_networks_side_by_side_are_each_what_its_layers_say(outputs):
    depths = [2, 0, 3, 1, 0]
    networks = Networks("f", torch.tensor(depths), 4, 7, outputs)
    drawn = with_biases(networks.draw(normal))
    x = normal(5, 6, 4)
    found = networks(drawn, x)
    assert found.shape == (5, 6, outputs)
    for i, depth in enumerate(depths):
        h = x[i]
        for layer in range(depth + 1):
            place = [k for k, other in enumerate(depths) if other >= layer].index(i)
            size = 7 if layer < depth else outputs
            weights, bias = drawn[f"f weights {layer}"][place, :, :size], drawn[f"f biases {layer}"][place, 0, :size]
            h = h @ weights + bias
            h = h.clamp(min=0) if layer < depth else h
        torch.testing.assert_close(found[i], h)


def test_weights_are_drawn_with_variance_two_over_the_inputs_and_the_encoder_starts_at_the_prior():
    model = training((0, 0), (2, 1), latents=30, hidden=60, ambient=80)
    drawn = model.parameters()
    for name, place, inputs, size in [
        ("encoder weights 0", 0, 80, 30), ("encoder weights 0", 1, 80, 60), ("encoder weights 2", 0, 60, 30),
        ("decoder weights 0", 0, 30, 80), ("decoder weights 0", 1, 30, 60), ("decoder weights 1", 0, 60, 80),
    ]:  # fmt: skip
        weights = drawn[name][place]
        assert len(weights) == inputs
        assert float(weights[:, :size].var()) == pytest.approx(2 / inputs, rel=0.15)
        assert not weights[:, size:].any()
    assert all(not value.any() for name, value in drawn.items() if "bias" in name)
    means, variances = model.encode(drawn, model.data(50))
    assert means.shape == variances.shape == (2, 50, 30)
    assert bool((variances == 1).all())
    assert bool((means.std(1) > 0.05).all())


def test_the_data_are_a_manifold_of_the_true_dimension_in_no_small_subspace():
    model = training((0, 0), (1, 1), truth=3, hidden=12, ambient=20)
    assert [tuple(W.shape) for name, W in model.map.items() if "weights" in name] == [
        (1, 3, 20),
        (1, 12, 20),
        (1, 12, 20),
    ]
    x = model.data(2000)
    assert torch.equal(x[0], x[1])
    assert not torch.equal(x[0], model.data(2000)[0])
    assert int(torch.linalg.matrix_rank(x[0])) == 12  # of the last hidden layer
    for z in normal(20, 3):
        tangent = torch.autograd.functional.jacobian(lambda z: model.manifold(model.map, z[None, None])[0, 0], z)
        assert tangent.shape == (20, 3)
        assert int(torch.linalg.matrix_rank(tangent)) == 3
    large = training((0, 0), truth=40, hidden=400, ambient=400).data(400)
    assert float((large**2).mean()) == pytest.approx(2, rel=0.15)  # as the last layer's inputs have mean square 1


def test_the_manifold_belongs_to_the_seed_and_not_to_the_progress():
    first, again, other = training((1, 1)), training((1, 1)), training((1, 1), seed=1)
    again.data(7)
    for name, value in first.map.items():
        assert torch.equal(value, again.map[name])
        assert "weights" not in name or not torch.equal(value, other.map[name])


# --- the loss -------------------------------------------------------------------------------------------------------


def test_the_loss_is_the_evidence_bound_at_the_best_decoder_variances():
    model = training((0, 1), (2, 0))
    drawn = {name: 0.5 * value for name, value in with_biases(model.parameters()).items()}
    state = model.generator.get_state()
    found = model.losses(drawn)
    model.generator.set_state(state)
    x = model.data(100)
    code = model.encoder(drawn, x)
    posterior = Normal(code[..., :4], (code[..., 4:] / 2).exp())
    z = posterior.mean + posterior.stddev * model.normal(2, 100, 4)
    mean = model.decoder(drawn, z)
    best = torch.maximum((x - mean).abs(), torch.tensor(FLOOR).sqrt())
    likelihood = Normal(mean, best).log_prob(x).sum(-1) + 9 / 2 * np.log(2 * np.pi)
    prior = kl(posterior, Normal(0.0, 1.0)).sum(-1)
    weights = torch.zeros(2)
    for i, _ in enumerate([(0, 1), (2, 0)]):
        for name, value in drawn.items():
            having = [k for k, depths in enumerate([(0, 1), (2, 0)]) if depths["decoder" in name] >= int(name[-1])]
            weights[i] += float((value[having.index(i)] ** 2).sum()) if i in having else 0
    torch.testing.assert_close(found, (prior - likelihood).mean(1) + 0.0005 / 2 * weights)
    for factor in (0.9, 1.1):
        worse = Normal(mean, (factor * best).clamp(min=FLOOR**0.5)).log_prob(x).sum(-1)
        assert bool((worse <= Normal(mean, best).log_prob(x).sum(-1) + 1e-5).all())


def test_a_model_does_not_feel_its_company():
    model = training((2, 1), (0, 3), (2, 0))
    leaves = {name: value.requires_grad_() for name, value in with_biases(model.parameters()).items()}
    losses = model.losses(leaves)
    for i in range(3):
        gradients = torch.autograd.grad(losses[i], list(leaves.values()), retain_graph=True, allow_unused=True)
        for (name, leaf), gradient in zip(leaves.items(), gradients, strict=True):
            depths = (model.encoder if "encoder" in name else model.decoder).depths
            those = (depths >= int(name[-1])).nonzero()[:, 0].tolist()
            assert len(leaf) == len(those)
            touched = [k for k, part in zip(those, gradient, strict=True) if part.any()] if gradient is not None else []
            assert touched == ([i] if i in those else []), name


def test_what_is_beyond_a_layer_stays_zero():
    model = training((0, 1), (1, 0), (3, 2), ambient=5)
    state = model.advance(None, 20, 20)
    start = training((0, 1), (1, 0), (3, 2), ambient=5).parameters()
    for name, value in start.items():
        after = state[f"parameter {name}"]
        assert not np.array_equal(after, value)
        if "decoder weights" in name:
            assert not after[value.numpy() == 0].any()
    assert not state["parameter decoder biases 0"][1, :, 5:].any()
    assert not state["parameter encoder weights 0"][1][:, 7:].any()


# --- what is counted ------------------------------------------------------------------------------------------------


def test_columns_are_counted_from_a_twentieth_of_the_largest():
    model = training((0, 0), (0, 1))
    drawn = model.parameters()
    assert drawn["decoder weights 0"].shape == (2, 4, 9)
    drawn["decoder weights 0"].zero_()
    drawn["decoder weights 0"][0, :, :2] = torch.tensor([[0.3, 0.4], [8.0, 6.0], [0.4, 0.29], [0.0, 0.0]])
    drawn["decoder weights 0"][1, :, 0] = torch.tensor([1.0, -2.0, 3.0, -4.0])
    assert [found["columns"] for found in model.measure(drawn)] == [2, 4]
    shown = model.exhibit(drawn)
    np.testing.assert_allclose(shown[0]["norms"], [1, 0.05, 0.0494, 0], atol=1e-4)
    np.testing.assert_allclose(shown[1]["norms"], [1, 0.75, 0.5, 0.25])
    assert model.watch(drawn)["columns"].tolist() == [2, 4]


def test_the_error_is_that_of_the_means_over_the_size_of_the_data():
    model = training((0, 0), latents=9)
    drawn = model.parameters()
    drawn["encoder weights 0"][0, :, :9] = torch.eye(9)
    for scale, error in ((1, 0), (0, 1), (3, 4)):
        drawn["decoder weights 0"][0] = scale * torch.eye(9)
        assert model.measure(drawn)[0]["NMSE"] == pytest.approx(error, abs=1e-6)


# --- the experiment -------------------------------------------------------------------------------------------------


def rows(*counts):
    """Return rows of three seeds, counts[N_d] columns each, but for those of the setting that is changed."""
    return [Row(s, {"columns": [float(counts[s.values["N_d"]])] * 3}) for s in manifold_settings()]


def changed(found, n_e, n_d, *columns):
    i = 4 * n_e + n_d
    return [*found[:i], Row(found[i].setting, {"columns": columns}), *found[i + 1 :]]


def test_the_settings_are_the_papers_pairs_of_depths_with_its_numbers():
    settings = manifold_settings()
    printed = {(s.values["N_e"], s.values["N_d"]): s.paper["columns (of 30, truth 20)"] for s in settings}
    assert len(printed) == len({s.name for s in settings}) == 16
    assert all(printed[n_e, 0] == 30 for n_e in range(4))
    assert [printed[n_e, 1] for n_e in range(4)] == [21.1, 21, 21, 20.4]
    assert [printed[0, n_d] for n_d in range(4)] == [30, 21.1, 21, 20]
    assert sum(value == 20 for value in printed.values()) == 7
    full = manifold_settings(20, 30, 200, 400)[5].values
    assert full == {"N_e": 1, "N_d": 1, "truth": 20, "latents": 30, "hidden": 200, "ambient": 400}


def test_conclusions_are_drawn_from_every_setting():
    good = rows(10, 6, 5, 4)
    assert affine_uses_all(good)
    assert not affine_uses_all(changed(good, 2, 0, 10.0, 10.0, 9.0))
    assert near_truth(good, (1, 2, 3))
    assert near_truth(changed(good, 1, 2, 7.0, 6.0, 5.0), (1, 2, 3))
    for n_d in (1, 2, 3):
        assert not near_truth(changed(good, 3, n_d, 7.0, 6.0, 6.0), (1, 2, 3))
    assert not near_truth(changed(good, 0, 2, 4.0, 4.0, 3.0), (2,))
    assert near_truth(changed(good, 0, 1, 9.0, 9.0, 9.0), (2, 3))
    assert nonlinear_prunes(rows(10, 10, 9, 9))
    assert not nonlinear_prunes(rows(10, 5, 10, 9))
    assert not nonlinear_prunes(changed(good, 2, 3, 10.0, 10.0, 10.0))


@pytest.mark.long
def test_the_figure_shows_the_deepest_encoder(tmp_path):
    found = rows(10, 6, 5, 4)
    exhibits = {
        (seed, row.setting.name): {"norms": np.geomspace(1, 0.01, 10), "columns": np.full(50, row.seeds["columns"][0])}
        for seed in (3, 4)
        for row in found
    }
    pictures = []
    for name in ("a.svg", "b.svg"):
        draw_columns(Replication(found, exhibits), tmp_path / name)
        pictures.append((tmp_path / name).read_text(encoding="utf-8"))
    assert pictures[0] == pictures[1]
    assert "threshold, 0.05" in pictures[0]
    assert "the truth, 5 columns" in pictures[0]
