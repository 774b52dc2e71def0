"""Eq. (60) of dai2018 with the constant of its print: for how many latent dimensions it is true."""

from properties.results.proofs.norm_tail import prove_dimensions_of_the_printed_bound
from reference.arithmetic import exp, number
from reference.gaussian import norm_tail
from verify import Dimension, Positive, claim, equal, leq, less


@claim(
    "results/norm-tail",
    r"\epsilon\sim N(0,I_\kappa):\quad P(\|\sqrt\alpha\epsilon\|_2>\rho)\le\frac\alpha{\rho^2}\ \forall\alpha,\rho>0"
    r"\iff\kappa\le2,\quad\text{and for }\kappa\le2:\ P(\|\sqrt\alpha\epsilon\|_2>\rho)\le"
    r"\frac2e\cdot\frac\alpha{\rho^2},\text{ with equality for }\kappa=2,\ \rho^2=2\alpha",
    label="eq. (60) of dai2018",
    kind="inequality",
    expected="proved",
    proof=prove_dimensions_of_the_printed_bound,
    sharpens="dai2018/eq-60.corrected",
    rests_on="dai2018/eq-96.sharpened",
)
def test_printed_bound_holds_for_two_latents(alpha: Positive, rho: Positive, more: Dimension["k", {"k": (3, 9)}]):
    """For κ ≥ 3 it fails at ρ² = 3α, at any α."""
    t = rho**2 / alpha
    best = 2 * exp(-number(1, alpha))
    for kappa in (1, 2):
        leq(norm_tail(kappa, t), best / t)
    equal(norm_tail(2, 2 + 0 * t), best / 2)
    less(number(1, alpha) / 3, norm_tail(more, 3 + 0 * t))
