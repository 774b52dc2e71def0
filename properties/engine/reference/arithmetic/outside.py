"""Outside its domain every function refuses, in every arithmetic alike, or is said to be total."""

import warnings
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
import torch

from properties.engine.helpers.arithmetics import LIFTS, as_floats, floats
from properties.engine.helpers.slow import crossed
from reference import arithmetic as a
from reference.arithmetic.exact import Balls, Irrational, rationals
from reference.arithmetic.lanes import Lanes, stack, unstack

LIFTED = LIFTS | {"lanes": lambda x: unstack(np.stack([floats(x)] * 2))}

NUMBER, VECTOR = rationals(-1), rationals([-1, 2, 3])
WIDE, LOPSIDED = rationals([[1, 2, 3], [4, 5, 6]]), rationals([[2, 1], [0, 3]])
NEGATIVE, SINGULAR = rationals([[-1, 0], [0, -1]]), rationals([[1, 1], [1, 1]])  # both determinants are ≥ 0
DIAGONAL, INDEFINITE = rationals([[3, 0], [0, 2]]), rationals([[1, 0], [0, -1]])
BATCH = rationals([[[1, 0], [0, 1]]] * 2)

REFUSED = "raises OutsideDomain in every arithmetic"
ASYMMETRIC = "raises OutsideDomain, but lanes have no value at such an instance"
UNDEFINED = "is not finite where floats are, and refused where they are not"
TOTAL = "has a value, or broadcasts as an operator does, everywhere"

DOMAINS = {
    "absm": {
        "a vector": (REFUSED, a.absm, VECTOR),
    },
    "absolute": TOTAL,
    "adjoint": {"a vector": (REFUSED, a.adjoint, VECTOR), "a number": (REFUSED, a.adjoint, NUMBER)},
    "as_matrix": TOTAL,
    "as_vector": TOTAL,
    "column_squared_norms": {"a vector": (REFUSED, a.column_squared_norms, VECTOR)},
    "commutator": {
        "a vector": (REFUSED, lambda x: a.commutator(x, x), VECTOR),
        "wide": (REFUSED, lambda x: a.commutator(x, x.mT), WIDE),
        "two sizes": (REFUSED, lambda x: a.commutator(x, x[:1, :1]), SINGULAR),
    },
    "concatenate": {"nothing": (REFUSED, lambda x: a.concatenate([]), VECTOR)},
    "condition_number": {
        "a vector": (REFUSED, a.condition_number, VECTOR),
        "zero": (UNDEFINED, a.condition_number, 0 * SINGULAR),
    },
    "conj": TOTAL,
    "determinant": {"a vector": (REFUSED, a.determinant, VECTOR), "wide": (REFUSED, a.determinant, WIDE)},
    "diagonal": {"a vector": (REFUSED, a.diagonal, VECTOR), "a number": (REFUSED, a.diagonal, NUMBER)},
    "eigenvalues": {
        "a vector": (REFUSED, a.eigenvalues, VECTOR),
        "wide": (REFUSED, a.eigenvalues, WIDE),
        "not symmetric": (ASYMMETRIC, a.eigenvalues, LOPSIDED),
    },
    "erfc": TOTAL,
    "exactly": TOTAL,
    "exp": TOTAL,
    "expm": {
        "a vector": (REFUSED, a.expm, VECTOR),
        "wide": (REFUSED, a.expm, WIDE),
    },
    "general_eigenvalues": {
        "a vector": (REFUSED, lambda x: a.general_eigenvalues(x, a.real), VECTOR),
        "wide": (REFUSED, lambda x: a.general_eigenvalues(x, a.real), WIDE),
    },
    "geometric_mean": {
        "a vector": (REFUSED, lambda x: a.geometric_mean(x, x), VECTOR),
        "wide": (REFUSED, lambda x: a.geometric_mean(x, x), WIDE),
        "not symmetric": (ASYMMETRIC, lambda x: a.geometric_mean(x, x), LOPSIDED),
        "the other not symmetric": (ASYMMETRIC, lambda x: a.geometric_mean(x @ x.mT, x), LOPSIDED),
        "of another size": (REFUSED, lambda x: a.geometric_mean(x, x[:1, :1]), DIAGONAL),
        "negative definite": (UNDEFINED, lambda x: a.geometric_mean(x, x), NEGATIVE),
        "the other indefinite": (UNDEFINED, lambda x: a.geometric_mean(x @ x, x), INDEFINITE),
    },
    "gradient": {
        "a vector as the value": (REFUSED, lambda x: a.gradient(lambda v: 2 * v, x), VECTOR),
        "one entry, but not a number": (REFUSED, lambda x: a.gradient(lambda v: v[:1], x), VECTOR),
        "no value": (REFUSED, lambda x: a.gradient(lambda v: None, x), VECTOR),
        "by a literal": (REFUSED, lambda x: a.gradient(lambda v: v * v, 3), VECTOR),
    },
    "greater": TOTAL,
    "hessian": {
        "by a literal": (REFUSED, lambda x: a.hessian(lambda v: v * v, 3), VECTOR),
    },
    "hermitian_part": {"a vector": (REFUSED, a.hermitian_part, VECTOR), "wide": (REFUSED, a.hermitian_part, WIDE)},
    "identity": TOTAL,
    "imag": TOTAL,
    "inverse": {
        "a vector": (REFUSED, a.inverse, VECTOR),
        "wide": (REFUSED, a.inverse, WIDE),
        "singular": (UNDEFINED, a.inverse, SINGULAR),
    },
    "kron": {
        "a vector": (REFUSED, lambda x: a.kron(x, x[:, None]), VECTOR),
        "another vector": (REFUSED, lambda x: a.kron(x[:, None], x), VECTOR),
    },
    "leading_identity": {
        "too many rows": (REFUSED, lambda x: a.leading_identity(2, 3, 3, x), WIDE),
        "too many columns": (REFUSED, lambda x: a.leading_identity(3, 2, 3, x), WIDE),
        "a negative size": (REFUSED, lambda x: a.leading_identity(2, 2, -1, x), WIDE),
    },
    "log": {"a negative number": (UNDEFINED, a.log, NUMBER), "zero": (UNDEFINED, a.log, 0 * NUMBER)},
    "log_determinant": {
        "a vector": (REFUSED, a.log_determinant, VECTOR),
        "wide": (REFUSED, a.log_determinant, WIDE),
        "not symmetric": (ASYMMETRIC, a.log_determinant, LOPSIDED),
        "negative definite": (UNDEFINED, a.log_determinant, NEGATIVE),
        "indefinite": (UNDEFINED, a.log_determinant, rationals([[1, 0, 0], [0, -2, 0], [0, 0, -1]])),
        "zero": (UNDEFINED, a.log_determinant, 0 * SINGULAR),
    },
    "logm": {
        "a vector": (REFUSED, a.logm, VECTOR),
        "wide": (REFUSED, a.logm, WIDE),
        "not symmetric": (ASYMMETRIC, a.logm, LOPSIDED),
        "singular": (UNDEFINED, a.logm, SINGULAR),
        "negative definite": (UNDEFINED, a.logm, NEGATIVE),
    },
    "maximum": {
        "one of two": (REFUSED, a.maximum, VECTOR),
        "two, and an axis": (REFUSED, lambda x: a.maximum(x, x, axis=0), VECTOR),
        "no entries": (REFUSED, lambda x: a.maximum(x[:0], axis=0), VECTOR),
        "no such axis": (REFUSED, lambda x: a.maximum(x, axis=1), VECTOR),
        "an axis twice": (REFUSED, lambda x: a.maximum(x, axis=(0, -2)), WIDE),
    },
    "minimum": {
        "one of two": (REFUSED, a.minimum, VECTOR),
        "two, and an axis": (REFUSED, lambda x: a.minimum(x, x, axis=0), VECTOR),
        "no entries": (REFUSED, lambda x: a.minimum(x[:, :0], axis=-1), WIDE),
        "no such axis": (REFUSED, lambda x: a.minimum(x, axis=-3), WIDE),
    },
    "nonzero": TOTAL,
    "nonzero_columns": {"a vector": (REFUSED, a.nonzero_columns, VECTOR)},
    "norm": {
        "a vector": (REFUSED, lambda x: a.norm(x, "fro"), VECTOR),
        "no name": (REFUSED, lambda x: a.norm(x, "max"), WIDE),
        "a number that has two meanings": (REFUSED, lambda x: a.norm(x, 3), WIDE),
        "no number": (REFUSED, lambda x: a.norm(x, "schatten-x"), WIDE),
        "none of Schatten's": (REFUSED, lambda x: a.norm(x, "schatten-1/2"), WIDE),
        "none of Ky Fan's": (REFUSED, lambda x: a.norm(x, "ky-fan-0"), WIDE),
    },
    "number": TOTAL,
    "numerical_radius": {
        "a vector": (REFUSED, a.numerical_radius, VECTOR),
        "wide": (REFUSED, a.numerical_radius, WIDE),
    },
    "partial_trace": {
        "a vector": (REFUSED, lambda x: a.partial_trace(x, (3,), 0), VECTOR),
        "wide": (REFUSED, lambda x: a.partial_trace(x, (2,), 0), WIDE),
        "other dimensions": (REFUSED, lambda x: a.partial_trace(x, (2, 2), 0), SINGULAR),
        "negative ones": (REFUSED, lambda x: a.partial_trace(x, (-1, -2), 0), SINGULAR),
        "no such factor": (REFUSED, lambda x: a.partial_trace(x, (1, 2), 2), SINGULAR),
        "one factor twice": (REFUSED, lambda x: a.partial_trace(x, (1, 2), (1, -1)), SINGULAR),
    },
    "permanent": {"a vector": (REFUSED, a.permanent, VECTOR), "wide": (REFUSED, a.permanent, WIDE)},
    "pi": TOTAL,
    "powm": {
        "a vector": (REFUSED, lambda x: a.powm(x, 2), VECTOR),
        "wide": (REFUSED, lambda x: a.powm(x, 2), WIDE),
        "a vector, of a fraction": (REFUSED, lambda x: a.powm(x, Fraction(3, 2)), VECTOR),
        "no exponent": (REFUSED, lambda x: a.powm(x, "1/2"), SINGULAR),
        "not symmetric": (ASYMMETRIC, lambda x: a.powm(x, Fraction(1, 2)), LOPSIDED),
        "negative definite": (UNDEFINED, lambda x: a.powm(x, Fraction(1, 3)), NEGATIVE),
        "the inverse of zero": (UNDEFINED, lambda x: a.powm(x, Fraction(-1, 2)), 0 * SINGULAR),
    },
    "product": {"no factors": (REFUSED, lambda x: a.product([]), VECTOR)},
    "projector": {
        "a vector": (REFUSED, a.projector, VECTOR),
        "wide": (REFUSED, a.projector, WIDE),
        "not symmetric": (ASYMMETRIC, a.projector, LOPSIDED),
    },
    "rank": {"a vector": (REFUSED, a.rank, VECTOR), "a batch": (REFUSED, a.rank, BATCH)},
    "real": TOTAL,
    "rectangular_diagonal": {
        "a number": (REFUSED, lambda x: a.rectangular_diagonal(x, 1, 1), NUMBER),
        "too short": (REFUSED, lambda x: a.rectangular_diagonal(x, 4, 5), VECTOR),
        "one for all": (REFUSED, lambda x: a.rectangular_diagonal(x[:1], 2, 2), VECTOR),
    },
    "singular_values": {"a vector": (REFUSED, a.singular_values, VECTOR)},
    "solve": {
        "a vector": (REFUSED, lambda x: a.solve(x, x[0]), SINGULAR),
        "wide": (REFUSED, lambda x: a.solve(x, x), WIDE),
        "rows that do not fit": (REFUSED, lambda x: a.solve(x, x[:1]), LOPSIDED),
        "singular": (UNDEFINED, lambda x: a.solve(x, x), SINGULAR),
    },
    "sort_descending": {"a number": (REFUSED, a.sort_descending, NUMBER)},
    "spectral": {
        "a vector": (REFUSED, lambda x: a.spectral(x, a.absolute), VECTOR),
        "wide": (REFUSED, lambda x: a.spectral(x, a.absolute), WIDE),
        "not symmetric": (ASYMMETRIC, lambda x: a.spectral(x, a.absolute), LOPSIDED),
    },
    "spectral_radius": {
        "a vector": (REFUSED, a.spectral_radius, VECTOR),
        "wide": (REFUSED, a.spectral_radius, WIDE),
    },
    "sqrt": {"a negative number": (UNDEFINED, a.sqrt, NUMBER)},
    "sqrtm": {
        "a vector": (REFUSED, a.sqrtm, VECTOR),
        "wide": (REFUSED, a.sqrtm, WIDE),
        "not symmetric": (ASYMMETRIC, a.sqrtm, LOPSIDED),
        "negative definite": (UNDEFINED, a.sqrtm, NEGATIVE),
        "indefinite": (UNDEFINED, a.sqrtm, INDEFINITE),
    },
    "squared_norm": {"a vector": (REFUSED, a.squared_norm, VECTOR), "a number": (REFUSED, a.squared_norm, NUMBER)},
    "stack": {
        "nothing": (REFUSED, lambda x: a.stack([]), VECTOR),
        "rows of two lengths": (REFUSED, lambda x: a.stack([[x[0], x[1]], [x[2]]]), VECTOR),
        "a number beside a row": (REFUSED, lambda x: a.stack([x[0], [x[1]]]), VECTOR),
    },
    "symmetric_part": {"a vector": (REFUSED, a.symmetric_part, VECTOR), "wide": (REFUSED, a.symmetric_part, WIDE)},
    "tanh": TOTAL,
    "trace": {"a vector": (REFUSED, a.trace, VECTOR), "wide": (REFUSED, a.trace, WIDE)},
    "where": {
        "a row, a column": (REFUSED, lambda x: a.where(a.greater(x, 0), x[:, None], 0 * x[:, None]), VECTOR),
        "shapes that do not fit": (REFUSED, lambda x: a.where(a.greater(x, 0), x[:2], x), VECTOR),
    },
    "zeros": TOTAL,
}
REFUSALS = {"exact": (Irrational, ZeroDivisionError), "symbols": (ValueError, a.Unsupported)}
"""What an arithmetic without NaN raises where a value is undefined: fractions are then judged in balls."""
PLAIN, LINEAR = ("numpy", "torch"), (np.linalg.LinAlgError, torch.linalg.LinAlgError)  # type: ignore[attr-defined]
CASES = [(name, case) for name, cases in DOMAINS.items() if cases is not TOTAL for case in cases]


def test_arithmetics_do_not_mix():
    for x, y in permutations([LIFTED[lift](SINGULAR) for lift in ("exact", "balls", "lanes", "symbols")], 2):
        for function in (lambda p, q: p + q, lambda p, q: p @ q, lambda p, q: a.concatenate([p, q]), a.solve):
            with pytest.raises(TypeError):
                print("mixed:", function(x, y))


def test_systems_of_plain_integers_are_solved_in_the_arithmetic_of_the_other_side():
    plain = np.array([[2, 1], [1, 1]])
    for lift in ("exact", "balls", "lanes"):
        x = LIFTED[lift](LOPSIDED)
        for value, expected in (
            (a.solve(plain, x), [[2, -2], [-2, 5]]),
            (a.solve(x, plain), [[5 / 6, 1 / 3], [1 / 3, 1 / 3]]),
        ):
            assert type(value) is type(x)
            np.testing.assert_allclose(stack(value)[0][0] if lift == "lanes" else as_floats(value), expected)


def test_every_function_declares_its_domain():
    functions = {name for name in a.__all__ if not isinstance(getattr(a, name), type)}
    assert functions == DOMAINS.keys()


@pytest.mark.parametrize(("lift", "name", "case"), crossed(LIFTED, CASES, 5))
def test_outside_its_domain_a_function_refuses(name, case, lift):
    kind, function, argument = DOMAINS[name][case]
    x = LIFTED[lift](argument)
    x = np.float64(x) if lift == "numpy" and not argument.ndim else x
    if kind is REFUSED or (kind is ASYMMETRIC and lift != "lanes"):
        with pytest.raises(a.OutsideDomain, match=f"^{name}: .+") as refusal:
            function(x)
        assert len(str(refusal.value).splitlines()) == 1
        return
    refusals = REFUSALS.get(lift) or (LINEAR if lift in PLAIN and name in ("solve", "inverse") else ())
    if lift == "symbols" and case in ("negative definite", "indefinite"):
        return  # of symbols that is not decided
    if refusals:
        with pytest.raises(refusals):
            function(x)
        return
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        value = function(x)
    if isinstance(value, Balls):
        assert not any(ball.is_finite() for ball in value.reshape(-1).bare())
    else:
        assert not np.isfinite(stack(value)[0] if isinstance(value, Lanes) else np.asarray(value)).any()
