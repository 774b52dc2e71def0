"""The terms of which the losses here are made, and the gate on one of them."""

from verify.gate.examination import examine
from verify.gate.expectations import expectations
from verify.gate.shapes import SHAPES


def error(recon, x):
    return (0.5 * (recon - x) ** 2).sum(1).mean()


def kl(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1).mean()


def gated(loss, **declared):
    if not hasattr(loss, "encode"):  # a model may fix sizes
        declared.setdefault("shapes", SHAPES[:6])  # of the value alone more of them say more
    return examine(loss, expectations(**declared), "loss", lambda state: None)


def codes(report):
    return {finding.code for finding in report.findings}


def told(report):
    return " | ".join([*report.assumed, *(finding.detail for finding in report.findings), *report.undecided])
