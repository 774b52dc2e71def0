"""What a report says of a reading: its convention, its constants, its weights and its objective."""

import pytest

from verify.gate.forms.likelihoods import BERNOULLI, LAPLACE, LIKELIHOODS

KL = "KL(N(μ, diag e^logvar) ‖ N(0, I))"
NO_FORMULA = "1 + 0.37*(n == 4)"
KINDS = {likelihood.name: likelihood for likelihood in LIKELIHOODS}
CONSTANT = "the variance of the decoder is fixed: the constant is not what a learned one needs"


def codes(report):
    return [finding.kind for finding in report.findings]


# --- accepted -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "declared", "convention"),
    [
        (("1", "1"), {}, "negative ELBO, averaged over the batch, Gaussian decoder of variance 1, constants not told"),
        (("n", "n"), {}, "negative ELBO, summed over the batch, Gaussian decoder of variance 1, constants not told"),
        (("2", "1"), {}, "negative ELBO, averaged over the batch, Gaussian decoder of variance 1/2, "
         "constants not told"),
        (("1/d", "1/d"), {}, "negative ELBO, times 1/d, averaged over the batch, Gaussian decoder of variance 1, "
         "constants not told"),
        ((NO_FORMULA, NO_FORMULA), {}, "negative ELBO, times a weight that is no formula of n, d, k, Gaussian decoder "
         "of variance 1, constants not told"),
        (("1", "1/k"), {"beta": "1/k"}, "β-VAE objective with β = 1/k, averaged over the batch, Gaussian decoder of "
         "variance 1, constants not told"),
        (("1", "1"), {"beta": "1.0"}, "negative ELBO, averaged over the batch, Gaussian decoder of variance 1, "
         "constants not told"),
        (("1", "3"), {"decoder_variance": 3}, "negative ELBO, times 3, averaged over the batch, Gaussian decoder of "
         "variance 3, constants not told"),
        (("1", "0"), {"beta": 0}, "Gaussian decoder alone, without a KL, as declared"),
    ],
)  # fmt: skip
def test_what_is_accepted_has_its_convention_named(judged, weights, declared, convention):
    report = judged(*weights, **declared)
    assert report.outcome == "accepted"
    assert report.convention == convention
    assert report.findings == report.undecided == []


@pytest.mark.parametrize(
    ("likelihood", "a", "offset", "decoder"),
    [
        (BERNOULLI, "1", None, "Bernoulli (probabilities) decoder, constants not told"),
        (LAPLACE, "1", None, "Laplace decoder, constants not told"),
        (LAPLACE, "1/3", "d*log(2*3)", "Laplace decoder of scale 3, up to the constant d*log(6)"),
    ],
)
def test_another_decoder_is_named_with_its_scale(judged, likelihood, a, offset, decoder):
    report = judged(a, "1", offset, likelihood)
    assert report.outcome == "accepted"
    name, _, _ = decoder.partition(", up to the constant")
    assert name in report.convention
    assert report.likelihood == likelihood.name
    assert report.decoder_variance is None


@pytest.mark.parametrize(
    ("weights", "offset", "told"),
    [
        (("1", "1"), None, "constants not told"),
        (("1", "1"), "d/2*log(2*pi) - k/2", "constants in full"),
        (("n", "n"), "n*d/2*log(2*pi) - n*k/2", "constants in full"),
        (("2", "1"), "d/2*log(2*pi/2) - k/2", "constants in full"),
        (("1", "1"), "-k/2", "constants left out"),
        (("1", "1"), "0", "constants left out"),
        (("1", "1"), "d/2*log(2*pi)", "up to the constant log(2*pi)*d/2"),
        (("1", "1"), "7", "up to the constant 7"),
        (("1", "1"), NO_FORMULA, "up to a constant"),
    ],
)
def test_its_constants_are_told(judged, weights, offset, told):
    report = judged(*weights, offset)
    assert report.convention.endswith(f", {told}")
    assert report.assumed == []
    assert report.offset == (None if offset in (None, NO_FORMULA) else report.offset)
    assert (report.offset is None) is (offset in (None, NO_FORMULA))


@pytest.mark.parametrize(
    ("b", "offset", "assumed"),
    [
        ("3", "7", [CONSTANT]), ("3", "3*d/2*log(2*pi*3) - 3*k/2", []), ("3", "0", []), ("1", "7", []),
        ("1/2", "7", []),
    ],
)  # fmt: skip
def test_a_variance_that_may_be_learned_needs_its_constant(judged, b, offset, assumed):
    assert judged("1", b, offset, decoder_variance=b).assumed == assumed


def test_a_laplace_decoder_has_no_variance_that_is_learned(judged):
    assert judged("1", "1", "7", LAPLACE).assumed == []


# --- the fields of a report -----------------------------------------------------------------------------------------


def test_each_weight_is_told_in_its_place(judged):
    report = judged("2/n", "1/n", "7")
    assert report.coefficients == {"reconstruction": "2/n", "mean": "1/n", "variance": "1/n", "log_variance": "1/n"}
    assert report.effective_beta == {"value": 0.5, "formula": "1/2", "at": {"n": 4, "d": 6, "k": 3}}
    assert (report.likelihood, report.offset, report.scale) == ("Gaussian", "7", "1/n")
    assert (report.decoder_variance, report.prior_variance) == ("1/2", "1")
    report = judged("1", ("1", "2", "3"))
    assert [report.coefficients[name] for name in ("mean", "variance", "log_variance")] == ["1", "2", "3"]
    assert (report.decoder_variance, report.prior_variance, report.scale) == (None, None, "1")


def test_a_scale_is_that_of_the_loss_and_of_a_wrong_one_that_of_its_error(judged):
    assert judged("2", "6", beta=3).scale == "2"
    assert judged("2", "3", beta=3).scale == "1"
    assert judged("2", "5", beta=3).scale == "2"
    assert judged("n", "1").scale == "n"


def test_a_beta_that_is_no_formula_is_told_at_a_shape(judged):
    report = judged("1", NO_FORMULA)
    assert report.effective_beta == {"value": 1.37, "formula": None, "at": {"n": 4, "d": 6, "k": 3}}
    assert judged("1", "1/k").effective_beta["value"] == pytest.approx(1 / 3)
    assert judged("0", "1").effective_beta == {"value": None, "formula": None}


@pytest.mark.parametrize(
    ("error", "kl", "declared", "told"),
    [
        ("1", "1", {}, f"½‖x−x̂‖²  +  {KL},   averaged over the batch"),
        ("n", "n", {}, f"½‖x−x̂‖²  +  {KL},   summed over the batch"),
        ("2/d", "1/d", {}, f"‖x−x̂‖²  +  {KL},   times 1/d, averaged over the batch"),
        ("1/d", "1", {}, f"½‖x−x̂‖²  +  (d)·{KL},   times 1/d, averaged over the batch"),
        ("1", ("1", "2", "3"), {}, "½‖x−x̂‖²  +  ½((1)·Σμ² + (2)·Σσ² − (3)·Σ log σ²)"),
        ("2", ("1", "2", "3"), {}, "(2)·½‖x−x̂‖²  +  ½((1)·Σμ² + (2)·Σσ² − (3)·Σ log σ²)"),
        ("1", None, {}, "½‖x−x̂‖²  +  a function of mu and logvar"),
        (None, "1/k", {}, f"a function of x̂ and x  +  (1/k)·{KL}"),
        (None, None, {}, "a function of x̂ and x  +  a function of mu and logvar"),
        (None, ("1", "2", "3"), {}, "a function of x̂ and x  +  ½((1)·Σμ² + (2)·Σσ² − (3)·Σ log σ²)"),
        ("1", "0", {"beta": 0}, "½‖x−x̂‖²  +  no KL"),
        ("0", "1", {}, f"½‖x−x̂‖²  +  {KL},   times 0, averaged over the batch"),
    ],
)
def test_the_objective_is_a_formula(judged, error, kl, declared, told):
    assert judged(error, kl, **declared).optimises == told


def test_the_objective_has_the_terms_of_its_error(judged):
    assert judged("2", "1", of=LAPLACE).optimises == f"‖x−x̂‖₁  +  (1/2)·{KL},   times 2, averaged over the batch"
    both = KINDS["squared and absolute error"]
    assert judged(("2", "3"), "4", of=both).optimises == f"(2)·½‖x−x̂‖² + (3)·‖x−x̂‖₁  +  (4)·{KL}"
    assert judged(("2", "3"), None, of=both).optimises.endswith("+  (1)·a function of mu and logvar")
    assert judged(("2", "3"), ("1", "2", "3"), of=both).optimises.endswith("+  (1)·½((1)·Σμ² + (2)·Σσ² − (3)·Σ log σ²)")
    assert judged(separable=False).optimises == ""
    assert judged(known={"instead": "Σ max(λ, KL_ij)"}).optimises.startswith("½‖x−x̂‖²  +  Σ max(λ, KL_ij),   averaged")
