"""Matrices without rows, without columns, and batches of none: what is defined has its value, of the right shape."""

from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from properties.engine.helpers.arithmetics import entries
from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexRationals, complex_balls
from reference.arithmetic.exact import Irrational, Rationals, balls, rationals
from reference.arithmetic.functions.powers import root
from reference.arithmetic.kinds import symbols
from reference.arithmetic.lanes import ComplexLanes, Lanes, unstack
from reference.arithmetic.lanes import stack as floats_of
from reference.arithmetic.terms.array import inputs
from reference.arithmetic.terms.term import NoForm

KINDS: dict[str, Any] = {
    "exact": lambda shape: Rationals.of(np.zeros(shape, dtype=object)),
    "balls": lambda shape: balls(KINDS["exact"](shape)),
    "complex": lambda shape: ComplexRationals.of(np.zeros(shape, dtype=object)),
    "complex balls": lambda shape: complex_balls(KINDS["complex"](shape)),
    "lanes": lambda shape: unstack(np.zeros((3, *shape))),
    "complex lanes": lambda shape: unstack(np.zeros((3, *shape), dtype=complex)),
    "terms": lambda shape: inputs(KINDS["exact"](shape), 0),
    "symbols": lambda shape: symbols(np.zeros(shape, dtype=object)),
    "numpy": np.zeros,
    "complex numpy": lambda shape: np.zeros(shape, dtype=complex),
    "torch": lambda shape: torch.zeros(shape, dtype=torch.float64),
}

NUMBERS: dict[str, Any] = {  # of no rows: products are 1, sums and what is not negative are 0
    "determinant": (a.determinant, 1), "permanent": (a.permanent, 1), "log_determinant": (a.log_determinant, 0),
    "trace": (a.trace, 0), "squared_norm": (a.squared_norm, 0), "nonzero_columns": (a.nonzero_columns, 0),
    "spectral_radius": (a.spectral_radius, 0), "numerical_radius": (a.numerical_radius, 0),
    **{f"norm {p}": (partial(a.norm, kind=p), 0)
       for p in ("fro", "nuclear", "spectral", 1, 2, np.inf, "schatten-3/2", "ky-fan-1", "ky-fan-3")},
}  # fmt: skip

SQUARES = {
    "solve": lambda x: a.solve(x, x), "inverse": a.inverse, "adjoint": a.adjoint, "hermitian_part": a.hermitian_part,
    "powm, inverse": lambda x: a.powm(x, -1), "powm": lambda x: a.powm(x, 3),
    "root": lambda x: a.powm(x, Fraction(1, 3)),
    "absm": a.absm, "sqrtm": a.sqrtm, "logm": a.logm, "expm": a.expm, "projector": a.projector,
    "spectral": lambda x: a.spectral(x, a.absolute), "geometric_mean": lambda x: a.geometric_mean(x, x),
    "commutator": lambda x: a.commutator(x, x), "product": lambda x: a.product([x, x]),
}  # fmt: skip

VECTORS = {
    "eigenvalues": a.eigenvalues, "singular_values": a.singular_values, "diagonal": a.diagonal,
    "general_eigenvalues": lambda x: a.general_eigenvalues(x, a.real), "columns": a.column_squared_norms,
}  # fmt: skip

REFUSED = (Irrational, a.Unsupported, NoForm)
SINGULAR = {"norm nuclear", "norm spectral", "norm 2", "norm schatten-3/2", "norm ky-fan-1", "norm ky-fan-3"}
SPECTRA = {"eigenvalues", "singular_values"}
WITHOUT = {  # what an arithmetic has of no matrix
    "exact": SINGULAR | SPECTRA | {"log_determinant"},
    "complex": SINGULAR | SPECTRA | {"log_determinant"},
    "terms": {"spectral_radius", "general_eigenvalues", "absm", "norm schatten-3/2"},
    "symbols": SINGULAR | SPECTRA | {"spectral_radius", "general_eigenvalues", "absm", "sqrtm", "logm", "root",
                                     "projector", "spectral", "geometric_mean"},
}  # fmt: skip


def values_of(x):
    """The numbers themselves, those of instances one after the other."""
    return np.ravel(floats_of(x)[0]).tolist() if isinstance(x, (Lanes, ComplexLanes)) else entries(x)


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_of_matrices_without_rows(kind):
    for batch in ((), (2,), (2, 3), (0,)):
        refused = set()
        for name, (function, value) in NUMBERS.items():
            try:
                found = function(KINDS[kind]((*batch, 0, 0)))
            except REFUSED:
                refused.add(name)
            else:
                assert np.shape(getattr(found, "array", found)) == batch, (name, batch)
                assert all(bool(entry == value) for entry in values_of(found)), (name, batch, found)
        assert refused == WITHOUT.get(kind, set()) & NUMBERS.keys(), batch


@pytest.mark.parametrize("kind", KINDS)
def test_arrays_of_matrices_without_rows_or_of_no_matrices(kind):
    for shape in ((0, 0), (2, 0, 0), (2, 3, 0, 0), (0, 0, 0), (0, 2, 2)):
        x, refused = KINDS[kind](shape), set()
        for name, function in (SQUARES | VECTORS).items():
            try:
                found = function(x)
            except REFUSED:
                refused.add(name)
            else:
                assert tuple(found.shape) == (shape if name in SQUARES else shape[:-1]), (name, shape, found)
                assert np.asarray(getattr(found, "array", found if kind == "symbols" else None)).dtype.kind == "O", (
                    name,
                    shape,
                )
        assert shape[-1] or refused == WITHOUT.get(kind, set()) & (SQUARES | VECTORS).keys(), shape


@pytest.mark.parametrize("kind", KINDS)
def test_matrices_of_one_side_alone(kind):
    """Their moduli are of their columns, their values and ranks none, and what they make of others is 0."""
    for shape in ((0, 2), (2, 0)):
        x = KINDS[kind](shape)
        assert tuple((x.mT @ x).shape) == shape[1:] * 2
        assert tuple(a.kron(x, x.mT).shape) == (0, 0)
        assert tuple(a.identity(*shape, x).shape) == tuple(a.zeros(shape, x).shape) == shape
        assert tuple(a.rectangular_diagonal(a.diagonal(x), *shape).shape) == shape
        if kind not in ("symbols", "terms"):
            assert tuple(a.absm(x).shape) == (shape[1],) * 2
            assert all(bool(entry == 0) for entry in values_of(a.absm(x)))
            assert values_of(a.norm(x, "fro")) == [0]
        for which in (1, np.inf):
            assert values_of(a.norm(x, which)) == [0]
        if kind not in WITHOUT or kind == "terms":
            assert tuple(a.singular_values(x).shape) == (0,)
            with pytest.raises(a.OutsideDomain, match=r"^condition_number: a matrix without entries has none$"):
                a.condition_number(x)
        if kind in ("exact", "balls", "complex", "complex balls", "terms"):
            assert a.rank(x) == 0
        assert tuple(a.solve(a.identity(2, 2, x), KINDS[kind]((2, 0))).shape) == (2, 0)


def test_derivatives_by_nothing_have_its_shape():
    for kind in ("exact", "balls", "lanes", "terms", "numpy", "symbols"):
        x = KINDS[kind]((0, 0))
        for function in (a.determinant, a.trace, a.squared_norm):
            assert tuple(a.gradient(function, x).shape) == (0, 0), kind
    assert a.gradient(a.log_determinant, balls(rationals(np.zeros((0, 0), dtype=int)))).shape == (0, 0)


def test_what_is_not_sorted_has_its_shape():
    for kind in set(KINDS) - {"symbols"}:
        for shape in ((0,), (2, 0), (0, 2)):
            found = a.sort_descending(KINDS[kind](shape))
            assert tuple(found.shape) == shape, kind
            assert np.asarray(getattr(found, "array", found if kind == "symbols" else None)).dtype.kind == "O", kind


def test_the_root_of_a_ball_that_is_0_is_0():
    assert root(balls(rationals([0, 8])), 3).bare()[0] == 0
    assert a.norm(balls(rationals([[0, 0], [0, 0]])), "schatten-3").bare() == 0
