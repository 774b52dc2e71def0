"""What a sum of functions of the heads is, where it is no divergence: the slips that have a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verify.gate.divergence.held import Held
from verify.gate.divergence.sums import Sum
from verify.gate.series import Series
from verify.gate.shapes import Shape


@dataclass(frozen=True)
class Slip:
    """What is wrong with a sum: a stable code, and what to say."""

    code: str
    message: str


_MEANS = {
    "Σ|μ|": Slip("mean-absolute", "|μ| stands where μ² is due"),
    "Σμ⁴": Slip("mean-not-squared", "μ⁴ stands where μ² is due"),
    "Σ e^μ": Slip("mean-not-squared", "e^μ stands where μ² is due"),
    "‖μ‖": Slip("mean-not-squared", "the norm of μ stands where its square is due"),
    "(‖μ‖²)²": Slip("mean-not-squared", "the norm of μ to the fourth stands where its square is due"),
    "|Σ_j μ_j|": Slip("mean-absolute", "|Σμ| stands where Σμ² is due"),
    "(Σ_j μ_j)²": Slip(
        "sum-before-square",
        "the means are summed over the latents before they are squared: those of opposite sign are free",
    ),
    "Σ_j (mean_i μ_ij)²": Slip(
        "batch-mean-before-square",
        "the means are averaged over the batch before they are squared: their spread is free",
    ),
    "(mean_i Σ_j μ_ij)²": Slip(
        "batch-mean-before-square", "the means are averaged over everything before they are squared"
    ),
    "√(mean_i ‖μ‖²)": Slip("mean-not-squared", "a root is taken of the mean of ‖μ‖²"),
}
"""Of terms of the mean, where Σμ² is not among them."""

_HEADS = (
    ("Σ log(e^{e^{h/2}} − 1)", "softplus-for-exp", "σ is a softplus of what the divergence takes for log σ²"),
    ("Σ log(e^h − 1)", "softplus-for-exp", "σ is a softplus of what the divergence takes for log σ²"),
    ("Σ e^{2·e^{h/2}}", "missing-log", "the logarithm of σ is missing: e^{2σ} − 2σ stands where σ² − log σ² is due"),
    ("Σ e^{e^{h/2}}", "missing-log", "the logarithm of σ is missing: e^σ stands where σ² is due"),
    ("Σ e^{e^h}", "missing-log", "the exponential is taken twice"),
    ("Σ e^{softplus(h)}", "missing-log", "the exponential is taken of what is positive already"),
    ("e^{Σ_j h_j}", "determinant-for-trace", "the product of the variances stands where their sum is due"),
    ("Π_j h_j", "determinant-for-trace", "the product of the variances stands where their sum is due"),
    ("Π_j h_j²", "determinant-for-trace", "the product of the variances stands where their sum is due"),
    (
        "Σ_j log(mean_i e^{h_ij})",
        "batch-mean-before-log",
        "the variances are averaged over the batch before the logarithm",
    ),
    ("log(mean_i Σ_j e^{h_ij})", "batch-mean-before-log", "the variances are averaged before the logarithm"),
    ("log Σ_j e^{h_j}", "sum-before-log", "the variances are summed over the latents before the logarithm"),
    ("log Σ_j h_j", "sum-before-log", "the variances are summed over the latents before the logarithm"),
    (
        "Σ_j e^{mean_i h_ij}",
        "batch-mean-before-exp",
        "the log-variances are averaged over the batch before the exponential",
    ),
    ("Σ h·e^h", "product-for-difference", "σ²·log σ² stands in the sum"),
    ("Σ e^{h/2}", "std-for-variance", "the standard deviation stands where the variance is due (for a log-variance)"),
    ("Σ e^{2h}", "variance-squared", "the variance is squared (for a log-variance)"),
    ("Σ e^{−h}", "precision-for-variance", "1/σ² stands where σ² is due (for a log-variance)"),
    ("Σ e^{−h/2}", "precision-for-variance", "1/σ stands where σ² is due (for a log-variance)"),
    ("Σ√h", "root-of-variance", "the root of the head stands in the sum"),
    ("Σh⁴", "variance-squared", "the variance is squared (for a standard deviation)"),
    ("Σ1/h", "precision-for-variance", "the reciprocal of the head stands in the sum"),
    ("Σ1/h²", "precision-for-variance", "the reciprocal of the head stands in the sum"),
    ("Σh²", "log-variance-squared", "the head is squared"),
    ("Σ|h|", "log-variance-absolute", "the absolute value of the head stands in the sum"),
    ("Σ log|h|", "log-of-log-variance", "the logarithm is taken of what is a logarithm already"),
    ("Σ log(h²)", "log-of-log-variance", "the logarithm is taken of what is a logarithm already"),
)
"""Of terms of the second head, the most telling first."""

_DIVERGENCES = (
    (("Σμ²", 1), ("Σ e^h", 1), ("Σh", -1)),
    (("Σμ²", 1), ("Σ e^{2h}", 1), ("Σh", -2)),
    (("Σμ²", 1), ("Σh²", 1), ("Σ log h", -2)),
    (("Σμ²", 1), ("Σh²", 1), ("Σ log(h²)", -1)),
    (("Σμ²", 1), ("Σh", 1), ("Σ log h", -1)),
)
"""The KL, for a log-variance, a log standard deviation, a standard deviation of either sign, and a variance."""

_REVERSE = (
    (("Σμ²·e^{−h}", 1), ("Σ e^{−h}", 1), ("Σh", 1)),
    (("Σμ²·e^{−2h}", 1), ("Σ e^{−2h}", 1), ("Σh", 2)),
    (("Σμ²/h²", 1), ("Σ1/h²", 1), ("Σ log h", 2)),
    (("Σμ²/h", 1), ("Σ1/h", 1), ("Σ log h", 1)),
)


def is_divergence(found: Sum) -> bool:
    """Say whether a sum is the KL of some head after all."""
    return any(_is(found, form) for form in _DIVERGENCES)


def slips(found: Sum) -> list[Slip]:
    """Return what is wrong with a sum of functions of the heads, the most telling first; empty if it has no name."""
    if any(_is(found, form) for form in _REVERSE):
        return [Slip("reverse-kl", "KL(prior ‖ posterior): the arguments of the divergence are swapped")]
    if any(text.startswith("Σ_j log(mean_i") and "var_i" in text for text in found.texts):
        return [
            Slip(
                "kl-of-aggregate",
                "the divergence of all posteriors of the batch together: no sample has a cost of its own",
            )
        ]
    if found.texts in ({"Σμ", "Σ e^μ", "Σh²"}, {"Σμ", "Σ e^{2μ}", "Σh²"}):
        taken = "log σ²" if "Σ e^μ" in found.texts else "log σ"
        return [
            Slip("heads-swapped", f"the two heads are exchanged: the first is taken for {taken}, the second is squared")
        ]
    return [*_of_mean(found), *_of_head(found)]


def held_slips(found: Held) -> list[Slip]:
    """Return what is wrong with a divergence whose heads are changed: in one term only, or in the mean."""
    named = []
    if found.only:
        named.append(Slip("term-clamped", f"{found.divergence.head.name}: the other term has the head as it is"))
    low, high = found.mean
    if found.mean != (None, None):
        ends = f"[{'−∞' if low is None else f'{low:g}'}, {'∞' if high is None else f'{high:g}'}]"
        named.append(Slip("mean-held", f"the means are held in {ends}: nothing draws back those that are beyond"))
    return named


def prior_mean(found: Sum) -> Series | None:
    """Return c of a term (μ − c)²; None if the sum has none."""
    square, linear = found.of("Σμ²"), found.of("Σμ")
    return None if square is None or linear is None else linear.times(lambda _: -0.5) / square


def _of_mean(found: Sum) -> list[Slip]:
    of_mean = [entry.text for entry in found.entries if entry.mean and not entry.head]
    if "Σμ²" in of_mean and "Σμ" in of_mean:
        mean = prior_mean(found)
        value = "" if mean is None or mean.formula is None else f" {mean.formula}"
        return [Slip("prior-mean", f"(μ − c)² with c ={value}: the divergence from a prior whose mean is not 0")]
    if of_mean == ["Σμ"]:
        return [Slip("mean-not-squared", "μ stands where μ² is due: the loss falls without end in μ")]
    if not any(entry.mean for entry in found.entries):
        return [Slip("mean-missing", "the mean does not enter: nothing draws it to the prior's")]
    return [_MEANS[text] for text in of_mean if text in _MEANS]


def _of_head(found: Sum) -> list[Slip]:
    texts = found.texts
    if not any(entry.head for entry in found.entries):
        return [Slip("variance-missing", "the second head does not enter: nothing draws the variance to the prior's")]
    plain = {"Σh²", "Σ log(h²)"} <= texts or {"Σh²", "Σ log h"} <= texts  # a head that is a standard deviation
    if {"Σ e^{h/2}", "Σ e^h"} <= texts and "Σh" not in texts:
        return []  # a distance from the prior that is no KL
    variance = found.of("Σ e^h")
    there = variance is not None and variance.sign > 0  # so that nothing stands in its place
    named = [
        Slip(code, why)
        for text, code, why in _HEADS
        if text in texts and not (plain and "h²" in text) and not (there and "stands where" in why)
    ]
    if {"Σ e^h", "Σ log h"} <= texts:
        named.append(Slip("log-of-log-variance", "the logarithm is taken of what is a logarithm already"))
    return named[:1]


def _is(found: Sum, form: tuple[tuple[str, int], ...]) -> bool:
    """Say whether a sum has the terms of a form and no others, in their proportions."""
    if found.texts != {text for text, _ in form}:
        return False
    proportions, first = dict(form), found.of(form[0][0])
    ratios = [] if first is None else [weight / first for weight in found.weights]
    return all(
        ratio is not None and ratio.equals(_always(proportions[entry.text]))
        for entry, ratio in zip(found.entries, ratios, strict=True)
    )


def _always(value: float) -> Callable[[Shape], float]:
    return lambda _: value
