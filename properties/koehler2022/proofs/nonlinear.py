"""SymPy proofs of App. B.3: the loss of the wide decoder of eq. (9), for every nonlinearity."""

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.arithmetic import leading_identity
from reference.arithmetic.deferred import sympy
from reference.koehler2022 import (
    ground_truth_parameters,
    nonlinear_decoder,
    optimal_encoder_variance,
    sigmoid_data,
    vae_loss,
    wide_encoder_variance,
    wide_parameters,
)
from reference.shapes import Array
from verify.proving import excess, is_nonnegative, is_positive, once, prove_least_excess, show, symbols, vanishes

SIZES = ((1, 1, 3, 3), (1, 2, 4, 3), (2, 2, 5, 5))
"""(k, s, d, r) with d > k + s and r ≥ k + s: with and without coordinates, and latents, beyond those that are named."""


def _sigma(constant: Any) -> Callable[[Array], Array]:
    """Return σ(x) = σ(0) + xτ(x), for a function τ of which nothing is known: any σ."""
    tau = sympy.Function("tau", real=True)
    return np.frompyfunc(lambda x: constant + x * tau(x), 1, 1)


def _reconstruction(k: int, s: int, d: int, r: int, constant: Any) -> tuple[Any, Array]:
    """Return ‖x − f(B̃x + D^{1/2}z')‖² without its terms linear in z', and with z'z'ᵀ = I, at any x; and D.

    These are what is left of it by the expectation over z' ~ N(0, I), as f is affine.
    """
    z, D, sigma = symbols("z", k), symbols("D", r, positive=True), _sigma(constant)
    A1, A2, Bt = wide_parameters(k, s, d, r, z)
    x = sigmoid_data(z, sigma, d)
    code, origin = Bt @ x, 0 * D
    bias = nonlinear_decoder(A1, A2, sigma, code) - x
    columns = [
        nonlinear_decoder(A1, A2, sigma, row) - nonlinear_decoder(A1, A2, sigma, origin) for row in np.eye(r, dtype=int)
    ]
    noise = sum(variance * (column**2).sum() for variance, column in zip(D, columns, strict=True))
    return (bias**2).sum() + noise, D


@once
def prove_wide_loss() -> None:
    """The error at every x is dσ(0)² + Σ_{i ≤ k+s} D_ii, so that L is as stated where σ(0) = 0.

    σ is any function: σ(x) = σ(0) + xτ(x). All that a larger size has is one more coordinate of the data, of what is
    only decoded or of the padding, or one more zero column of Ã₁, like those that these sizes have: each adds its own
    summand.
    """
    EPS, HEIGHT = sympy.symbols("epsilon h", positive=True)
    REST = sympy.Symbol("m", nonnegative=True)
    for k, s, d, r in SIZES:
        for constant in (sympy.Integer(0), HEIGHT, -HEIGHT):
            square, D = _reconstruction(k, s, d, r, constant)
            noise = D[: k + s].sum()
            show(vanishes(square - d * constant**2 - noise))
            if not constant:
                show(vanishes(vae_loss(square, REST, D, EPS, d) - vae_loss(noise, REST, D, EPS, d)))


def prove_wide_loss_is_bounded_below() -> None:
    """With h = |σ(0)|, L − (d + r)/2 − d log h = Σ_{i ≤ k+s} D_ii/(2ε²) + E‖g‖²/2 + (d/2)(u − log u − 1) at u = h²/ε²,
    and ½ Σ (D_ii − log D_ii − 1) more: no term is negative. For all sizes, as in prove_wide_loss.
    """
    EPS, HEIGHT = sympy.symbols("epsilon h", positive=True)
    REST = sympy.Symbol("m", nonnegative=True)
    prove_wide_loss()
    prove_least_excess()
    for k, s, d, r in SIZES:
        for constant in (HEIGHT, -HEIGHT):
            square, D = _reconstruction(k, s, d, r, constant)
            rest = D[: k + s].sum() / (2 * EPS**2) + REST / 2
            show(is_nonnegative(rest))
            bound = sympy.Rational(d + r, 2) + d * sympy.log(HEIGHT)
            gap = d * excess(HEIGHT**2 / EPS**2) / 2 + sum(map(excess, D)) / 2 + rest
            show(vanishes(vae_loss(square, REST, D, EPS, d) - bound - gap))


def prove_ground_truth() -> None:
    """The ground-truth decoder reproduces x from B̃x, for any σ with σ(0) = 0: σ(x) = xτ(x). For sizes, as SIZES has
    them, with and without padding, and spare latents.
    """
    for k, d, r in ((1, 2, 1), (1, 3, 3), (2, 4, 4)):
        z, sigma = symbols("z", k), _sigma(sympy.Integer(0))
        A1, A2, Bt = ground_truth_parameters(k, d, r, z)
        x = sigmoid_data(z, sigma, d)
        show(vanishes(nonlinear_decoder(A1, A2, sigma, Bt @ x) - x))


def prove_wide_limit() -> None:
    """At the D_t of the proof L = (r + E‖g‖²)/2 + (d − r* − s) log ε + ½(r* + s) log(1 + ε²), by prove_wide_loss, and
    the last term does not fall with ε: L(ε') ≤ L(ε) − (d − r* − s) log(ε/ε') for ε' < ε. D_t is that of Lemma 3, ε²
    exceeds its first r* + s entries, which are positive, and the others are 1.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    REST = sympy.Symbol("m", nonnegative=True)
    prove_wide_loss()
    for k, s, d, r in SIZES:
        D = wide_encoder_variance(k, s, r, EPS)
        used, rest = D[: k + s], D[k + s :]
        value = (r + REST) / 2 + (d - k - s) * sympy.log(EPS) + (k + s) * sympy.log(1 + EPS**2) / 2
        show(vanishes(vae_loss(used.sum(), REST, D, EPS, d) - value))
        show(is_positive(used))
        show(is_positive(EPS**2 - used))
        show(not rest.size or vanishes(rest - 1))
        A1, *_ = wide_parameters(k, s, d, r, D)
        show(vanishes(optimal_encoder_variance(A1, EPS) - D))
    show(is_positive(sympy.diff(sympy.log(1 + EPS**2), EPS)))


def prove_wide_output() -> None:
    """With σ(0) = 0, f(z) = Ã₁z, and Ã₁Ã₁ᵀ = [I_{k+s} 0; 0 0]: f(z) ~ N(0, Ã₁Ã₁ᵀ) for z ~ N(0, I)."""
    for k, s, d, r in SIZES:
        z = symbols("z", r)
        A1, A2, _ = wide_parameters(k, s, d, r, z)
        show(vanishes(nonlinear_decoder(A1, A2, _sigma(sympy.Integer(0)), z) - A1 @ z))
        show(vanishes(A1 @ A1.T - leading_identity(d, d, k + s, z)))
