"""SymPy proofs of App. B.3: the loss of the wide decoder of eq. (9), for every nonlinearity."""

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from reference.koehler2022 import nonlinear_decoder, sigmoid_data, vae_loss, wide_parameters
from reference.shapes import Array
from verify.proving import excess, is_nonnegative, prove_least_excess, show, symbols, vanishes

EPS, HEIGHT = sympy.symbols("epsilon h", positive=True)
REST = sympy.Symbol("m", nonnegative=True)
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


def prove_wide_loss() -> None:
    """The error at every x is dσ(0)² + Σ_{i ≤ k+s} D_ii, so that L is as stated where σ(0) = 0.

    σ is any function: σ(x) = σ(0) + xτ(x). All that a larger size has is one more coordinate of the data, of what is
    only decoded or of the padding, or one more zero column of Ã₁, like those that these sizes have: each adds its own
    summand.
    """
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
