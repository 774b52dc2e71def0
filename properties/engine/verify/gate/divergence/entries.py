"""The functions of the heads that slips are made of: each is what its name says, element by element."""

import math
from statistics import fmean, pvariance, variance

import numpy as np
import pytest

from verify.gate.divergence.dictionary import MEANS, heads, products
from verify.gate.instances import Instance

SOFT = "log(1 + exp(h))"
ELEMENTS = {
    "Σμ²": "m*m", "Σμ": "m", "Σ|μ|": "abs(m)", "Σμ⁴": "m*m*m*m", "Σ e^μ": "exp(m)", "Σ e^{2μ}": "exp(2 * m)",
    "Σh": "h", "Σ e^h": "exp(h)", "Σ e^{h/2}": "sqrt(exp(h))", "Σ e^{2h}": "exp(h)*exp(h)", "Σ e^{−h}": "1/exp(h)",
    "Σh²": "h*h", "Σ|h|": "abs(h)", "Σ h·e^h": "h*exp(h)", "Σ e^{−2h}": "1/exp(h)/exp(h)",
    "Σ e^{−h/2}": "1/sqrt(exp(h))", "Σ e^{4h}": "exp(h)*exp(h)*exp(h)*exp(h)", "Σ softplus(h)": SOFT,
    "Σ softplus(h)²": f"({SOFT})*({SOFT})", "Σ softplus(h)⁴": f"({SOFT})*({SOFT})*({SOFT})*({SOFT})",
    "Σ log softplus(h)": f"log({SOFT})", "Σ e^{softplus(h)}": f"exp({SOFT})", "Σ log(h²)": "log(h*h)",
    "Σ log|h|": "log(abs(h))", "Σ e^{e^h}": "exp(exp(h))", "Σ e^{e^{h/2}}": "exp(sqrt(exp(h)))",
    "Σ e^{2·e^{h/2}}": "exp(sqrt(exp(h)))*exp(sqrt(exp(h)))", "Σ log(e^{e^{h/2}} − 1)": "log(exp(sqrt(exp(h))) - 1)",
    "Σ log(1 + h²)": "log(1 + h*h)", "Σ log h": "log(h)", "Σ√h": "sqrt(h)", "Σ1/h": "1/h", "Σ1/h²": "1/h/h",
    "Σh⁴": "h*h*h*h", "Σ(log h)²": "log(h)*log(h)", "Σ e^{h²}": "exp(h*h)", "Σ log(e^h − 1)": "log(exp(h) - 1)",
    "Σ h·log h": "h*log(h)", "Σμ²·e^{−h}": "m*m/exp(h)", "Σμ²·e^h": "m*m*exp(h)", "Σμ²·e^{−2h}": "m*m/exp(h)/exp(h)",
    "Σμ²·e^{2h}": "m*m*exp(h)*exp(h)", "Σμ·h": "m*h", "Σμ²·h": "m*m*h", "Σμ²/h²": "m*m/h/h", "Σμ²/h": "m*m/h",
    "Σμ²·h²": "m*m*h*h",
}  # fmt: skip
"""Summed over the latents, and averaged over the samples."""


def rows(of, m):
    return fmean(of(row) for row in m)


def columns(of, m):
    return sum(of(column) for column in zip(*m, strict=True))


def together(variance_of, spread):
    """Return the function of both heads that is the logarithm of the variance of a latent over all posteriors."""
    return lambda m, h: sum(
        math.log(fmean(map(variance_of, b)) + spread(a))
        for a, b in zip(zip(*m, strict=True), zip(*h, strict=True))  # noqa: B905
    )


def exp(of):
    return lambda m, h: of([[math.exp(each) for each in row] for row in h])


MEAN = {
    "(Σ_j μ_j)²": lambda m, h: rows(lambda row: sum(row) ** 2, m),
    "Σ_j (mean_i μ_ij)²": lambda m, h: columns(lambda column: fmean(column) ** 2, m),
    "(mean_i Σ_j μ_ij)²": lambda m, h: rows(sum, m) ** 2,
    "‖μ‖": lambda m, h: rows(lambda row: math.hypot(*row), m),
    "√(mean_i ‖μ‖²)": lambda m, h: math.sqrt(rows(lambda row: math.hypot(*row) ** 2, m)),
    "(‖μ‖²)²": lambda m, h: rows(lambda row: math.hypot(*row) ** 4, m),
    "|Σ_j μ_j|": lambda m, h: rows(lambda row: abs(sum(row)), m),
}
HEAD = {
    "e^{Σ_j h_j}": exp(lambda e: rows(math.prod, e)),
    "log Σ_j e^{h_j}": exp(lambda e: rows(lambda row: math.log(sum(row)), e)),
    "Σ_j log(mean_i e^{h_ij})": exp(lambda e: columns(lambda column: math.log(fmean(column)), e)),
    "log(mean_i Σ_j e^{h_ij})": exp(lambda e: math.log(rows(sum, e))),
    "Σ_j e^{mean_i h_ij}": lambda m, h: columns(lambda column: math.exp(fmean(column)), h),
    "(Σ_j h_j)²": lambda m, h: rows(lambda row: sum(row) ** 2, h),
    "Σ_j (mean_i h_ij)²": lambda m, h: columns(lambda column: fmean(column) ** 2, h),
    "(Σ_j e^{h_j})²": exp(lambda e: rows(lambda row: sum(row) ** 2, e)),
    "Π_j h_j": lambda m, h: rows(math.prod, h),
    "Π_j h_j²": lambda m, h: rows(lambda row: math.prod(row) ** 2, h),
    "Σ_j log(mean_i h_ij)": lambda m, h: columns(lambda column: math.log(fmean(column)), h),
    "Σ_j log(mean_i h_ij²)": lambda m, h: columns(lambda column: math.log(fmean(x * x for x in column)), h),
    "log Σ_j h_j": lambda m, h: rows(lambda row: math.log(sum(row)), h),
}
BOTH = {
    "Σ_j log(mean_i e^{h_ij} + var_i μ_ij)": together(math.exp, pvariance),
    "Σ_j log(mean_i e^{h_ij} + var_i μ_ij), unbiased": together(math.exp, variance),
    "Σ_j log(mean_i e^{2h_ij} + var_i μ_ij)": together(lambda h: math.exp(h) ** 2, pvariance),
    "Σ_j log(mean_i h_ij² + var_i μ_ij)": together(lambda h: h * h, pvariance),
    "Σ_j log(mean_i h_ij + var_i μ_ij)": together(lambda h: h, pvariance),
}
LATENTS = {
    "(Σ_j μ_j)²", "(mean_i Σ_j μ_ij)²", "‖μ‖", "√(mean_i ‖μ‖²)", "(‖μ‖²)²", "|Σ_j μ_j|", "e^{Σ_j h_j}",
    "log Σ_j e^{h_j}", "log(mean_i Σ_j e^{h_ij})", "(Σ_j h_j)²", "(Σ_j e^{h_j})²", "Π_j h_j", "Π_j h_j²", "log Σ_j h_j",
}  # fmt: skip
"""Those in which a latent's part depends on other latents; samples are coupled by a mean over them."""

ALL = {"means": MEANS, "real": heads(False), "positive": heads(True), "both": products(False), "ratios": products(True)}
CASES = [(kind, entry) for kind, entries in ALL.items() for entry in entries]


def expected(text, mu, head):
    if (of := (MEAN | HEAD | BOTH).get(text)) is not None:
        return of(mu, head)
    names = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt}
    return fmean(
        sum(eval(ELEMENTS[text], names | {"m": m, "h": h}) for m, h in zip(*row, strict=True))  # the test's own
        for row in zip(mu, head, strict=True)
    )


@pytest.mark.parametrize(("kind", "entry"), CASES, ids=lambda each: getattr(each, "text", each))
def test_it_is_what_it_is_called(kind, entry):
    mu = [[0.5, -1.25, 0.75], [-0.25, 2.0, 0.125], [0.75, 0.25, -0.5]]
    sign = 1 if kind in ("positive", "ratios") else -1
    head = [[0.25, sign * 0.5, 0.75], [1.5, sign * 2, 1], [0.5, 0.125, sign * 1.25]]
    instance = Instance(np.zeros((3, 4)), np.zeros((3, 4)), np.array(mu), np.array(head, float))
    assert entry.term(instance) == pytest.approx(expected(entry.text, mu, head), rel=1e-12)


@pytest.mark.parametrize(("kind", "entry"), CASES, ids=lambda each: getattr(each, "text", each))
def test_it_says_which_heads_enter_and_what_it_couples(kind, entry):
    text = entry.text
    assert entry.mean is (kind in ("means", "both", "ratios"))
    assert entry.head is (kind != "means")
    aggregate = text in BOTH
    assert entry.couples_samples is ("mean_i" in text)
    assert entry.couples_latents is (text in LATENTS)
    assert aggregate is ("var_i" in text)


def test_no_two_have_one_name_and_all_are_known():
    for kind, entries in ALL.items():
        texts = [entry.text for entry in entries]
        assert len(set(texts)) == len(texts), kind
    assert {entry.text for _, entry in CASES} == ELEMENTS.keys() | MEAN.keys() | HEAD.keys() | BOTH.keys()


def test_the_commonest_come_first():
    """The smallest sets are tried in this order, and the first eight with what both heads enter."""
    assert [entry.text for entry in MEANS[:5]] == ["Σμ²", "Σμ", "Σ|μ|", "Σμ⁴", "Σ e^μ"]
    assert [entry.text for entry in heads(False)[:4]] == ["Σh", "Σ e^h", "Σ e^{h/2}", "Σ e^{2h}"]
    assert [entry.text for entry in heads(True)[:3]] == ["Σh²", "Σ log h", "Σh"]


def test_of_one_sample_no_spread_is_divided_by_0():
    (unbiased,) = (entry for entry in products(False) if entry.text.endswith("unbiased"))
    one = Instance(np.zeros((1, 4)), np.zeros((1, 4)), np.array([[2.0, 3.0]]), np.array([[0.5, 0.25]]))
    assert unbiased.term(one) == pytest.approx(0.75)
