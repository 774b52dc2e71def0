"""SymPy proofs of the Hessian of L(U, V): the reference formulas run on symbols."""

from functools import cache
from typing import Any

import numpy as np

from reference.arithmetic.deferred import sympy
from reference.shapes import Array
from reference.wang2022 import Weights, factorization_loss, hessian_uu, hessian_uv, hessian_vu, hessian_vv
from verify.proving import show, symbols, vanishes


def _symbols() -> tuple[Array, Array, Array, Array, Weights]:
    """Return U, V and Z of d0 = d1 = d2 = 2, the σ of the latent dimensions, and weights."""
    U, V, Z = (symbols(name, 2, 2) for name in "UVZ")
    weights = Weights(*sympy.symbols("beta eta_dec eta_enc", positive=True))
    return U, V, Z, symbols("sigma", 2, positive=True), weights


@cache
def _loss() -> Any:
    """Return L(U, V) of d0 = d1 = d2 = 2.

    L is a sum over rows of U and of V of one polynomial in their dot products, and over latent dimensions, so two
    values of each index show every case of the Kronecker deltas.
    """
    return sympy.expand(factorization_loss(*_symbols()))


def _prove_block(block: Array, first: Array, second: Array) -> None:
    for i in np.ndindex(2, 2):
        gradient = sympy.diff(_loss(), first[i])
        for j in np.ndindex(2, 2):
            show(vanishes(sympy.diff(gradient, second[j]) - block[(*i, *j)]))


def prove_hessian_uu() -> None:
    """Differentiate L(U, V) twice, by every pair of entries of U."""
    U, V, _, sigma, _ = _symbols()
    _prove_block(hessian_uu(U, V, sigma), U, U)


def prove_hessian_vu_and_uv() -> None:
    """Differentiate L(U, V) by every entry of V and every entry of U, in both orders."""
    U, V, Z, *_ = _symbols()
    _prove_block(hessian_vu(U, V, Z), V, U)
    _prove_block(hessian_uv(U, V, Z), U, V)


def prove_hessian_vv() -> None:
    """Differentiate L(U, V) twice, by every pair of entries of V."""
    U, V, *_, w = _symbols()
    _prove_block(hessian_vv(U, V, w), V, V)
