"""What is put in the place of a model and of its parts: stubs, entries of what they return, and what is noted."""

import copy
from collections import namedtuple
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from verify.gate.instances import Instance, Ranges, draws
from verify.gate.interface.names import Role
from verify.gate.interface.setting import Setting
from verify.gate.interface.stubs import Stub
from verify.gate.interface.substitutes import (
    Place,
    Places,
    _decodes_the_mean,
    _elements,
    _entries,
    _heads,
    _layers,
    _reconstruction,
    _record,
    _replace,
    _with,
    places,
)
from verify.gate.shapes import Shape

BATCH = draws(Shape(4, 6, 3), Ranges(), 1)[0]
TENSORS = Instance(*map(torch.from_numpy, BATCH))
Two = namedtuple("Two", ["mu", "other"])

# --- a stub ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [BATCH, TENSORS])
def test_a_stub_returns_the_batch_and_notes_what_is_assumed(batch):
    setting = Setting()
    stub = Stub(batch, setting)
    for heads in (stub.encode(batch.x), stub.encoder(batch.x, 1, y=2)):
        assert heads[0] is batch.mu
        assert heads[1] is batch.head
    assert stub(batch.x) == (batch.recon, batch.mu, batch.head)
    assert stub.decode(batch.mu) is stub.decoder(batch.mu) is batch.recon
    assert setting.notes == [
        "model.encode(x) returns (mu, logvar)", "model(x) returns (recon, mu, logvar)", "model.decode(z) returns recon",
    ]  # fmt: skip
    assert (stub.parameters(), stub.losses, stub.train(), stub.eval()) == ([], [], stub, stub)
    assert [Stub(batch, Setting(mode=mode)).training for mode in (None, "train", "eval")] == [True, True, False]


@pytest.mark.parametrize("batch", [BATCH, TENSORS])
def test_what_it_has_drawn_itself_is_not_noted_as_what_the_decoder_is_given(batch):
    setting = Setting()
    stub = Stub(batch, setting)
    for draw in (stub.reparameterize, stub.reparametrize, stub.reparameterise):
        stub.decode(draw(batch.mu, batch.head * 0 - 200))
    assert setting.decoded == []
    stub.decode(batch.mu)
    assert len(setting.decoded) == 1
    sure = stub.reparameterize(batch.mu, batch.head * 0 - 200)
    assert np.allclose(sure, batch.mu)
    wide = stub.reparameterize(batch.mu * 0, batch.head * 0 + 2 * np.log(1e6))
    assert 1e5 < float(abs(wide).mean()) < 3e6
    assert "model.reparameterize(mu, logvar) draws from N(mu, exp(logvar))" in setting.notes


def test_the_turn_of_a_stub_is_counted_among_what_it_has_not_drawn():
    setting = Setting(second="other", turn=1)
    stub = Stub(BATCH, setting)
    drawn, given = stub.reparameterize(BATCH.mu, BATCH.head), BATCH.mu + 1
    found = [stub.decode(each) for each in (given, drawn, BATCH.mu, drawn, given)]
    assert [each is BATCH.recon for each in found] == [True, True, False, True, True]
    assert (found[2], [each is given for each in setting.decoded]) == ("other", [True, False, True])


def test_a_setting_notes_once_and_shares_one_object():
    setting = Setting()
    setting.note("a"), setting.note("a")
    assert setting.notes == ["a"]
    assert setting.shared(list) is not setting.shared(list)
    shared = Setting(objects=[])
    assert shared.shared(list) is shared.shared(dict)


# --- entries --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "key", "changed"),
    [
        ((1, 2), 1, (1, 9)), ([1, 2], 0, [9, 2]), ({"mu": 1, "b": 2}, "mu", {"mu": 9, "b": 2}),
        (Two(1, 2), 0, Two(9, 2)),
        (SimpleNamespace(mu=1, b=2), "mu", SimpleNamespace(mu=9, b=2)), (1, None, 9),
    ],
)  # fmt: skip
def test_an_entry_is_replaced_in_a_copy(found, key, changed):
    before = repr(found)
    made = _with(found, key, 9)
    assert made == changed
    assert type(made) is type(changed)
    assert repr(found) == before


def test_entries_are_those_of_tuples_dictionaries_and_objects():
    array = np.zeros(3)
    assert _entries(array) == [(None, array)]
    assert _entries((1, 2)) == _entries([1, 2]) == [(0, 1), (1, 2)]
    assert _entries({"a": 1}) == _entries(SimpleNamespace(a=1)) == [("a", 1)]
    assert _entries(3) == []
    assert [_elements(each) for each in (np.zeros((2, 3)), np.zeros(()), 5)] == [6, 0, 0]


M, H, OTHER = np.zeros((4, 3)), np.ones((4, 3)), np.zeros((4, 6))


@pytest.mark.parametrize(
    ("found", "keys"),
    [
        ((M, H), (0, 1)), ([M, H, 3], (0, 1)), ((1, M, H), (1, 2)), ({"logvar": H, "mu": M}, ("mu", "logvar")),
        ({"z": M, "mu": M, "std": H}, ("mu", "std")), (SimpleNamespace(mu=M, logvar=H), ("mu", "logvar")),
        ((M, H, M), None), ((M,), None), ({"a": M, "b": H}, None), (M, None), ((M, np.ones((5, 3))), None),
    ],
)  # fmt: skip
def test_heads_are_two_matrices_or_named_so(found, keys):
    assert _heads(found, found, 4) == (None if keys is None else dict(zip((Role.MU, Role.HEAD), keys, strict=True)))


def test_a_sample_among_them_is_no_head():
    assert _heads((M, H), (M, H + 1), 4) is None
    assert _heads((M, H), (M + 1, H), 4) is None


@pytest.mark.parametrize(
    ("found", "key"),
    [
        (OTHER, (None,)), ((M, OTHER), (1,)), ({"loss": M, "recon": OTHER, "x": OTHER}, ("recon",)),
        ({"x": OTHER, "mean": OTHER}, ("mean",)), ({"x": OTHER, "y": OTHER}, ("x",)), (M, None), ((M, H), None),
        (np.zeros((4, 2, 3)), (None,)), (np.zeros((24,)), None), (np.zeros((2, 12)), None),
    ],
)  # fmt: skip
def test_the_reconstruction_is_as_large_as_the_data(found, key):
    assert _reconstruction(found, OTHER) == key


# --- a model --------------------------------------------------------------------------------------------------------


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc_mu, self.fc_logvar, self.decoder = nn.Linear(6, 3), nn.Linear(6, 3), nn.Linear(3, 6)
        self.drop = nn.Dropout(0.5)
        self.double()

    def encode(self, x):
        return self.fc_mu(x), self.fc_logvar(x)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(self.drop(x))
        return self.decode(mu + (logvar / 2).exp() * torch.randn_like(mu))


def test_layers_are_heads_by_their_names():
    assert _layers(Model()) == {Role.MU: "fc_mu", Role.HEAD: "fc_logvar"}
    names = ("linear_mean", "lin_mu", "layer_logvar", "to_std", "head_var", "net_mu", "dense_mu", "out_logvar")
    for name in names:
        module = nn.Module()
        setattr(module, name, nn.Linear(1, 1))
        assert list(_layers(module).values()) == [name]
    assert _layers(SimpleNamespace()) == {}


def test_what_a_model_is_given_and_returns_is_recorded():
    model, x = Model(), TENSORS.x
    seen = _record(model, lambda model, x: model(x), x, ["encode", "decode", "fc_mu"], 0, {})
    assert list(seen) == ["fc_mu", "encode", "decode"]
    assert torch.equal(seen["encode"][0], x)  # no dropout
    assert torch.equal(seen["encode"][1][0], seen["fc_mu"][1])
    assert not seen["decode"][1].requires_grad
    again = _record(Model(), lambda model, x: model(x), x, ["decode"], 1, {})
    assert seen["decode"][0].shape == again["decode"][0].shape
    assert not torch.equal(seen["decode"][0], again["decode"][0])
    same = _record(Model(), lambda model, x: model(x), x, ["decode"], 1, seen)
    assert torch.equal(seen["decode"][0], same["decode"][0])  # whatever else is drawn
    moved = _record(model, lambda model, x: model(x), x + 1, ["encode", "decode"], 1, {"encode": seen["encode"]})
    assert torch.equal(moved["encode"][0], x)  # as before, whatever else the model is given
    assert torch.equal(moved["encode"][1][0], seen["encode"][1][0])
    assert not torch.equal(moved["decode"][0], seen["decode"][0])


def test_the_heads_and_the_reconstruction_of_a_model_are_replaced():
    base = Model()
    (*_, found) = places(lambda: _copied(base), lambda m, x: m(x), TENSORS.x)
    assert found.sizes == (6, 3)
    model, setting = _copied(base), Setting()
    found.put(model, TENSORS, setting)
    assert torch.equal(model(TENSORS.x), TENSORS.recon)
    assert setting.decoded[0].shape == (4, 3)
    assert [[each.shape for each in place] for place in setting.encoded] == [[(4, 6)], [(4, 6)]]
    model, setting = _copied(base), Setting(second=TENSORS.recon + 1)
    found.put(model, TENSORS, setting)
    returned = [model(TENSORS.x) - TENSORS.recon for _ in range(3)]
    assert [each.mean().item() for each in returned] == pytest.approx([0, 1, 0])
    assert (len(setting.decoded), [len(place) for place in setting.encoded]) == (3, [3, 3])
    model, setting = _copied(base), Setting(second=TENSORS.recon + 1, turn=2)
    found.put(model, TENSORS, setting)
    returned = [model(TENSORS.x) - TENSORS.recon for _ in range(4)]
    assert [each.mean().item() for each in returned] == pytest.approx([0, 0, 1, 0])
    first = next(iter(places(lambda: _copied(base), lambda m, x: m(x), TENSORS.x)))
    assert first.text == "mu and logvar in place of what model.encode returns, recon of what model.decode returns"


def test_a_dropout_that_is_a_function_makes_no_sample_of_the_heads():
    class Dropped(Model):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(6, 6).double()  # no layer has the name of a head

        def encode(self, x):
            return self.first(nn.functional.dropout(x, 0.5)).chunk(2, 1)

    base = Dropped()
    found = next(iter(places(lambda: copy.deepcopy(base), lambda m, x: m(x), TENSORS.x)))
    assert [each.name for each in found.encoder] == ["encode"]


def _copied(model):
    made = Model()
    made.load_state_dict(model.state_dict())
    return made


def test_halves_of_one_tensor_are_both_heads():
    received = []
    model = SimpleNamespace(encoder=lambda x: torch.zeros(4, 6))
    Place("encoder", {}, halves=True).put(model, lambda turn: {Role.MU: TENSORS.mu, Role.HEAD: TENSORS.head}, received)
    assert torch.equal(model.encoder(TENSORS.x), torch.cat([TENSORS.mu, TENSORS.head], 1))
    assert received == [TENSORS.x]


def test_what_is_put_has_the_shape_of_what_was_there():
    model = SimpleNamespace(decode=lambda z: (torch.zeros(4, 2, 3), "more"))
    Place("decode", {Role.RECON: 0}).put(model, lambda turn: {Role.RECON: TENSORS.recon}, [])
    image, more = model.decode(TENSORS.mu)
    assert torch.equal(image.reshape(4, 6), TENSORS.recon)
    assert (image.shape, more) == ((4, 2, 3), "more")
    mu = TENSORS.mu.clone().requires_grad_()
    model = SimpleNamespace(decode=lambda z: (z[:, :1], 2 * z), decoder=lambda z: z)
    Place("decode", {Role.RECON: 0}).put(model, lambda turn: {Role.RECON: TENSORS.mu[:, :1]}, [])
    Place("decoder", {Role.RECON: None}).put(model, lambda turn: {Role.RECON: TENSORS.mu}, [])
    assert model.decode(mu)[1].requires_grad  # what else a decoder returns, as a variance, depends on the heads
    assert not model.decoder(mu).requires_grad
    layer = nn.Linear(6, 3).double()
    holder = SimpleNamespace(fc=layer)
    _replace(holder, "fc", lambda real, x: real(x) * 0)
    assert not holder.fc(TENSORS.x).any()
    assert holder.fc is layer  # which stays where it is, with its weights


def test_a_decoder_is_given_the_mean_if_it_is_given_just_that_where_no_noise_is():
    kept = {}
    found = SimpleNamespace(sizes=(6, 3), put=lambda _, put, setting: kept.update(decoded=setting.decoded, mu=put.mu))
    for given, expected in (
        (lambda mu: [mu], True), (lambda mu: [mu + 1e-6], True), (lambda mu: [mu + 1e-4], False),
        (lambda mu: [mu[:, :1]], False), (lambda mu: [], False), (lambda mu: [mu, mu + 1], True),
    ):  # fmt: skip
        forward = lambda model, x, given=given: kept["decoded"].extend(given(kept["mu"]))  # noqa: E731
        assert _decodes_the_mean(found, None, forward, TENSORS.x) is expected


def test_the_text_names_every_layer():
    two = Places((Place("fc_mu", {}), Place("fc_var", {})), Place("decoder", {}), (6, 3))
    assert two.text == (
        "mu and logvar in place of what model.fc_mu and model.fc_var returns, recon of what model.decoder returns"
    )
