"""What single names say, what is given in their place, and what is told of errors: tables, entry by entry."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from verify.gate.instances import Instance, Ranges, draws
from verify.gate.interface.extras import HIDING, MASKS, SCALES, Form, given, is_scale, start
from verify.gate.interface.failures import _is_theirs, mend, what_was_raised
from verify.gate.interface.models import _data, _takes_data, _widths, is_model
from verify.gate.interface.names import FOUR, Role, is_knob, role, words
from verify.gate.interface.sampler import sampler, spread
from verify.gate.shapes import Shape

BATCH = draws(Shape(4, 6, 3), Ranges(), 1)[0]

NAMES = {
    Role.MU: "mu mus mean means loc m embedding z_mu q_mean latent_mu mu_enc encoder_mean posterior_mean post_mu "
    "batch_mu mu_vec mu_tensor qz_loc latents_mu encoded_mu muQ",
    Role.HEAD: "var variance sigma std stddev stdev sd scale cov covariance logvar lnvar log_var logvars logvar2 "
    "log_sigma_sq var_s log_sigma logstd std_squared sigma_square lv lvar logv logs ls logsig s v z_logvar q_std",
    Role.RECON: "recon x_recon recon_x reconstruction reco rec recs xrec x_hat xhat decoded dec decode decoder out "
    "output outputs pred preds predicted prediction predictions logit logits prob probs probabilities x_tilde "
    "generated gen xout xr rx reproduced mu_x x_mean mean_x",
    Role.X: "x xs true target targets tgt input inputs inp data original originals orig image images img imgs gt truth "
    "ground_truth real observed obs x_in features batch y_true x_true",
    Role.MODEL: "model vae net network module self autoencoder ae mdl",
    Role.LIKELIHOOD: "px pxz px_given_z likelihood decoder_dist px_dist x_dist recon_dist",
    Role.POSTERIOR: "qz qzx qz_given_x q posterior approx_posterior q_dist encoder_dist qz_dist",
    Role.PRIOR: "pz p prior p_dist prior_dist pz_dist",
    Role.MASK: "mask masks valid x_mask valid_rows",
    Role.WEIGHT: "kl_weight kld_weight weight coef coeff coefficient kl_w kldw beta anything_kl_coef kld_scale "
    "kl_factor M_N current_epoch cur_step global_iteration train_step training_epoch epoch step iteration",
    None: "z y n prior_mu prior_std p_mean kl_loss k foo gamma_ray x_logvar steps epochs betas",
}  # fmt: skip


@pytest.mark.parametrize(("what", "name"), [(what, name) for what, names in NAMES.items() for name in names.split()])
def test_a_name_says_what_an_argument_is(what, name):
    assert role(name) is what


def test_roles_are_called_as_they_are_told():
    assert [each.value for each in FOUR] == ["recon", "x", "mu", "logvar"]
    assert [each.value for each in Role if each not in FOUR] == [
        "model", "p(x | z)", "q(z | x)", "p(z)", "mask", "weight", "scale of the decoder",
    ]  # fmt: skip


KNOBS = (
    "beta gamma alpha lam lamda lambda_ kl_weight coef coefficient kl kld klw epoch step n_steps iters warmup anneal "
    "capacity free_bits scale_factor ratio M_N c w it t my_beta"
)


@pytest.mark.parametrize("name", KNOBS.split())
def test_a_name_says_that_a_number_is_a_knob(name):
    assert is_knob(name)
    assert not is_knob(f"_{name}")


@pytest.mark.parametrize("name", ["eps", "dim", "x", "reduction", "cc", "ww", "tt", "seed", "n", "hidden"])
def test_another_number_is_none(name):
    assert not is_knob(name)


def test_words_are_those_of_any_spelling():
    assert words("recon_x") == words("reconX") == words("ReconX") == ["recon", "x"]
    assert words("KLWeight2") == ["kl", "weight", "2"]
    assert words("M_N") == ["m", "n"]
    assert words("__") == []


# --- masks and scales -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "shape", "text"),
    [
        (Form("nd"), (4, 6), "of the shape of x"), (Form("n"), (4,), "one for each sample"),
        (Form("d"), (6,), "one for each feature"), (Form(""), (), "a number"),
    ],
)  # fmt: skip
def test_a_form_is_filled_with_a_number(form, shape, text):
    for batch in (BATCH, Instance(*map(torch.from_numpy, BATCH))):
        found = form.filled(batch, 0.25)
        assert tuple(found.shape) == shape
        assert (found == 0.25).all()
    assert str(form) == text
    assert form._replace(binary=True).filled(BATCH, 1.0).dtype == bool
    assert form._replace(binary=True).filled(BATCH, 1.0).all()
    assert not form._replace(binary=True).filled(BATCH, 0.0).any()


def test_forms_are_tried_in_their_order():
    assert (Form("nd"), Form("nd", True), Form("n"), Form("n", True)) == MASKS
    assert [form.hides for form in (*MASKS, *HIDING)] == [False] * 4 + [True] * 4
    assert [form[:2] for form in HIDING] == [form[:2] for form in MASKS]
    assert [form.sizes for form in SCALES] == ["nd", "d", ""]
    assert [form.shown for form in (MASKS[0], HIDING[0])] == [1.0, 0.0]


def test_a_mask_is_given_as_the_loss_takes_it():
    numbers, truths = np.ones((4, 6)), np.ones((4, 6), bool)
    single = Instance(*(torch.from_numpy(part).float() for part in BATCH))
    assert given(numbers, BATCH) is not numbers
    assert (given(numbers, BATCH) == numbers).all()
    assert given(numbers, single).dtype == torch.float32
    assert given(truths, single).dtype == torch.bool
    changed = given(numbers, single)
    changed[0] = 0
    assert numbers.all()


SCALE_NAMES = (
    "var variance sigma std stddev sd scale precision log_var lnvar log_sigma_sq sigma_squared var2 log_gamma lnnoise "
    "lognoise gamma noise_std obs_var x_sigma px_scale rec_std recon_var dec_logvar decoder_std decoded_var "
    "observed_sigma likelihood_scale out_std log_x_scale"
)


@pytest.mark.parametrize("name", SCALE_NAMES.split())
def test_a_name_says_that_it_may_be_the_scale_of_the_decoder(name):
    assert is_scale(name)
    assert start(name) == (0.0 if "log" in name or "ln" in name else 1.0)


@pytest.mark.parametrize("name", ["prior_std", "z_sigma", "beta", "mask", "noise", "sigmas", "q_scale"])
def test_another_name_does_not(name):
    assert not is_scale(name)


# --- what the decoder is given --------------------------------------------------------------------------------------

TEXTS = {
    "exp(logvar/2)": lambda h: (h / 2).exp(), "exp(logvar)": torch.exp, "logvar": lambda h: h,
    "sqrt(logvar)": torch.sqrt, "softplus(logvar)": torch.nn.functional.softplus,
    "sqrt(softplus(logvar))": lambda h: torch.nn.functional.softplus(h).sqrt(),
    "exp(-logvar/2)": lambda h: (-h / 2).exp(), "1/sqrt(logvar)": lambda h: 1 / h.sqrt(),
}  # fmt: skip


def drawn_with(deviation, shift=0.0, scale=1.0):
    def sampled(instance):
        mu, head = (torch.from_numpy(part) for part in (instance.mu, instance.head))
        return (mu + shift + scale * deviation(head) * torch.randn_like(mu)).numpy()

    return sampled


@pytest.mark.parametrize("text", TEXTS)
def test_the_deviation_is_read_as_a_function_of_the_second_head(text):
    found = sampler(drawn_with(TEXTS[text]), Shape(4, 6, 3))
    assert found.text == f"σ = {text}"
    assert found.head is not None
    assert sampler(drawn_with(TEXTS[text], scale=-1.0), Shape(4, 6, 3)).text == f"σ = {text}"
    twice = sampler(drawn_with(TEXTS[text], scale=2.0), Shape(4, 6, 3))
    assert (twice.head, twice.text) == (None, f"σ = 2*{text}")


def test_another_deviation_is_told():
    shape = Shape(4, 6, 3)
    assert (
        sampler(drawn_with(lambda h: h**3), shape).text == "σ is another function of the second head than those known"
    )
    assert sampler(drawn_with(lambda h: h * 0), shape).text == "σ = 0: nothing is drawn"
    assert sampler(drawn_with(lambda h: h * np.nan), shape) is None
    assert sampler(lambda instance: None, shape) is None
    assert sampler(drawn_with(torch.exp, shift=0.5), shape) is None
    assert spread(lambda instance: instance.mu[:, :1], BATCH) is None
    assert spread(drawn_with(torch.exp), BATCH) == pytest.approx(np.exp(BATCH.head))
    assert spread(drawn_with(torch.exp, shift=0.01), BATCH) is None

    def squared(instance):
        return (torch.from_numpy(instance.mu) + torch.randn(4, 3) ** 2).numpy()

    assert spread(squared, BATCH) is None


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("expected 3D (unbatched) or 4D input"), "if it takes images, give an adapter"),
        (RuntimeError("Expected 4D input"), "if it takes images"),
        (RuntimeError("expected 3D or 4D"), "if it takes images"),
        (ValueError("not enough values to unpack (expected 4, got 2)"), "if it takes images"),
        (IndexError("Dimension out of range (expected…)"), "if it takes images"),
        (KeyError("M_N"), "give an adapter: lambda recon, x, mu, logvar: loss(recon, x, mu, logvar, M_N=…)"),
        (KeyError("a b"), "give an adapter: lambda recon, x, mu, logvar: loss(…)"),
        (NameError("name 'F' is not defined"), "define it in that file, or import it there"),
        (ValueError("3D"), "give an adapter: lambda recon, x, mu, logvar: loss(…)"),
        (TypeError("no numpy.ndarray"), "give an adapter: lambda recon, x, mu, logvar: loss(…)"),
    ],
)  # fmt: skip
def test_an_error_has_its_mend(error, told):
    assert mend(error, "loss").startswith(told)


def test_arrays_where_tensors_are_due_are_mended_by_an_import(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch")
    assert mend(TypeError("not numpy.ndarray"), "loss").startswith("import torch in its file, if it takes tensors: ")
    assert mend(TypeError("not a list"), "loss").startswith("give an adapter")


def test_what_was_raised_is_one_line_with_its_place():
    def raised(error):
        try:
            raise error
        except Exception as caught:
            return what_was_raised(caught)

    assert raised(ValueError("one\ntwo")).startswith("ValueError: one (words.py:")
    assert raised(ValueError()).startswith("ValueError (words.py:")
    assert raised(ValueError("x" * 200)).startswith(f"ValueError: {'x' * 200} (")
    assert raised(ValueError("x" * 201)).startswith(f"ValueError: {'x' * 199}… (")
    assert what_was_raised(ValueError("one")) == "ValueError: one"
    assert raised(SyntaxError("bad", ("/home/loss.py", 7, 1, "x"))) == "SyntaxError: bad (loss.py, line 7) (loss.py:7)"


def test_the_code_of_libraries_and_ours_is_nobodys_loss():
    assert _is_theirs("/home/somebody/losses.py")
    assert not _is_theirs("<string>")
    assert not _is_theirs("/x/site-packages/torch/nn.py")
    assert not _is_theirs("/x/dist-packages/torch/nn.py")
    assert not _is_theirs(mend.__code__.co_filename)
    assert not _is_theirs(pytest.importorskip("json").__file__)


# --- models ---------------------------------------------------------------------------------------------------------


def test_a_model_encodes_and_decodes():
    for encode in ("encode", "encoder"):
        for decode in ("decode", "decoder"):
            assert is_model(SimpleNamespace(**{encode: 1, decode: 2}))
    assert not is_model(SimpleNamespace(encode=1))
    assert not is_model(SimpleNamespace(decoder=1))
    assert not is_model(type("Model", (), {"encode": 1, "decode": 2}))
    assert not is_model(lambda: None)


@pytest.mark.parametrize("name", ["input_dim", "in_dim", "x_dim", "data_dim", "n_features", "n_input"])
def test_a_model_tells_the_width_of_its_data(name):
    assert _widths(SimpleNamespace(**{name: 11})) == [11, 6]


def test_the_widths_of_its_layers_are_tried_too():
    layers = torch.nn.Sequential(torch.nn.Linear(9, 4), torch.nn.Linear(4, 9))
    assert _widths(layers) == [9, 4, 6]
    assert _widths(SimpleNamespace(w=np.ones((5, 3)), b=np.ones(7), n_input="8")) == [5, 3, 6]
    assert _data(layers, 5).shape == (4, 5)
    assert _data(SimpleNamespace(), 5).min() >= 1 / 64
    assert _data(SimpleNamespace(), 500).max() == 63 / 64
    assert isinstance(_data(SimpleNamespace(w=torch.ones(1)), 5), torch.Tensor)
    assert isinstance(_data(SimpleNamespace(w=1), 5), np.ndarray)


def test_a_method_takes_data_if_it_needs_one_argument():
    model = SimpleNamespace(
        one=lambda x: x, more=lambda x, beta=1: x, two=lambda x, y: x, none=lambda: 0, any=lambda *x: 0, number=3,
        named=lambda *, x: x,
    )  # fmt: skip
    takes = [
        name for name in ("one", "more", "two", "none", "any", "number", "named", "gone") if _takes_data(model, name)
    ]
    assert takes == ["one", "more"]
