"""What each style makes of some raw entries, so that a reader can follow it: exactly, in floats, and many at once."""

from fractions import Fraction
from itertools import cycle, islice

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.domains import ARRAYS, entries_of, floats_of, stacked
from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import constants, floats, stack
from verify import (
    Circulant,
    Commuting,
    ComplexContraction,
    ComplexDensity,
    ComplexIsometry,
    ComplexMatrix,
    ComplexNormal,
    ComplexPositiveDefinite,
    ComplexPositiveSemidefinite,
    ComplexProjection,
    ComplexScalar,
    ComplexVector,
    Constant,
    Contraction,
    Correlation,
    Density,
    Disc,
    DoublyStochastic,
    Free,
    Hankel,
    Hermitian,
    Integer,
    Interval,
    Isometry,
    LowRank,
    Majorised,
    Matrix,
    MMatrix,
    Nonnegative,
    Normal,
    Ordered,
    Orthogonal,
    Permutation,
    PositiveDefinite,
    PositiveSemidefinite,
    PositiveSimplex,
    Projection,
    SignMatrix,
    Simplex,
    Spectrum,
    Stochastic,
    Symmetric,
    Toeplitz,
    Triangular,
    Unitary,
    UnitVector,
)
from verify.domains.base import arrays_of

RAW = [
    fmpq(p, q) for p, q in ((2, 1), (-1, 1), (1, 2), (3, 1), (0, 1), (-2, 1), (1, 1), (-1, 2), (4, 1), (5, 1), (-3, 1))
]


def raw_entries(domain, shape, start=0):
    """Return raw entries of a value: those above, their magnitudes where the domain takes no others, and 1 for 0."""
    raw = list(islice(cycle(RAW), start, start + domain.size(shape)))
    if min(domain.table) >= 0:
        raw = [abs(x) or fmpq(min(domain.table) > 0) for x in raw]
    return Rationals.of(np.array(raw, dtype=object))


MADE = [
    (Matrix("d r"), 2, 3, {"plain": "[2 -1 1/2; 3 0 -2]", "low rank": "[4 -2 1; 6 -3 3/2]",
        "equal columns": "[2 2 2; 3 3 3]", "zero column": "[0 -1 1/2; 0 0 -2]", "zero row": "[0 0 0; 3 0 -2]",
        "zero": "[0 0 0; 0 0 0]", "diagonal": "[2 0 0; 0 0 0]",
        "tiny": "[1/524288 -1/1048576 1/2097152; 3/1048576 0 -1/524288]",
        "huge": "[2097152 -1048576 524288; 3145728 0 -2097152]"}),
    (Nonnegative("d r"), 2, 3, {"plain": "[2 1 1/2; 3 0 2]", "low rank": "[4 2 1; 6 3 3/2]",
        "equal columns": "[2 2 2; 3 3 3]", "zero column": "[0 1 1/2; 0 0 2]", "zero row": "[0 0 0; 3 0 2]",
        "zero": "[0 0 0; 0 0 0]", "diagonal": "[2 0 0; 0 0 0]", "zeros and ones": "[1 1 1; 1 0 1]",
        "positive": "[2 1 1/2; 3 1 2]"}),
    (SignMatrix("d r"), 3, 2, {"plain": "[1 -1; 1 1; 1 -1]", "rank one": "[1 -1; 1 -1; 1 -1]",
        "all equal": "[1 1; 1 1; 1 1]", "Sylvester": "[1 1; 1 -1; 1 1]"}),
    (LowRank("d d r"), 3, 2, {"plain": "[-3 2 6; 31/2 -37/4 8; -10 6 -4]", "rank one": "[2 -1 8; 1/2 -1/4 2; 0 0 0]",
        "zero": "[0 0 0; 0 0 0; 0 0 0]"}),
    (Interval("d", Fraction(-1, 3), 2), 3, 0, {"plain": "(2, -1/3, 1/2)", "all equal": "(2, 2, 2)",
        "ends": "(2, -1/3, -1/3)"}),
    (Integer("d"), 3, 0, {"plain": "(2, -1, 1)", "all equal": "(2, 2, 2)", "ends": "(2, -1, 1)"}),
    (Integer("d", 0, 3), 3, 0, {"plain": "(2, 1, 1)", "all equal": "(2, 2, 2)", "ends": "(3, 0, 0)"}),
    (Constant("-3/7"), 0, 0, {"plain": "-3/7"}),
    (Spectrum("d"), 3, 0, {"plain": "(2, 1, 1/2)", "tied": "(2, 2, 2)", "zero": "(2, 0, 0)"}),
    (Simplex("d"), 3, 0, {"plain": "(4/7, 2/7, 1/7)", "vertex": "(1, 0, 0)", "edge": "(2/3, 1/3, 0)",
        "uniform": "(1/3, 1/3, 1/3)"}),
    (PositiveSimplex("d"), 3, 0, {"plain": "(4/7, 2/7, 1/7)", "uniform": "(1/3, 1/3, 1/3)"}),
    (Stochastic("d r"), 3, 2, {"plain": "[2/3 1/3; 1/7 6/7; 0 1]", "map": "[1 0; 0 1; 0 1]",
        "equal rows": "[2/3 1/3; 2/3 1/3; 2/3 1/3]", "uniform": "[1/2 1/2; 1/2 1/2; 1/2 1/2]",
        "lazy": "[5/6 1/6; 1/14 13/14; 1/2 1/2]"}),
    (Stochastic("d"), 2, 0, {"plain": "[2/3 1/3; 1/7 6/7]", "map": "[1 0; 0 1]", "equal rows": "[2/3 1/3; 2/3 1/3]",
        "uniform": "[1/2 1/2; 1/2 1/2]", "lazy": "[5/6 1/6; 1/14 13/14]"}),
    (DoublyStochastic("d"), 3, 0, {"plain": "[16/43 13/43 14/43; 23/43 20/43 0; 4/43 10/43 29/43]",
        "permutation": "[0 1 0; 0 0 1; 1 0 0]", "edge": "[0 1 0; 1/5 0 4/5; 4/5 0 1/5]",
        "face": "[0 1 0; 4/5 0 1/5; 1/5 0 4/5]", "uniform": "[1/3 1/3 1/3; 1/3 1/3 1/3; 1/3 1/3 1/3]",
        "interior": "[1/51 49/51 1/51; 197/255 1/51 53/255; 53/255 1/51 197/255]"}),
    (MMatrix("d"), 3, 0, {"plain": "[2 0 -2; -1 9/2 -4; -5 -3 30]", "symmetric": "[15/4 -1 -7; -1 6 -7; -7 -7 46]",
        "triangular": "[2 0 -2; 0 5/2 -4; 0 0 4]", "dominant": "[5 0 -2; -1 11/2 -4; -5 -3 10]",
        "diagonal": "[3/2 0 0; 0 1/2 0; 0 0 4]"}),
    (Triangular("d"), 3, 0, {"plain": "[2 -1 1/2; 0 0 -2; 0 0 4]", "unit diagonal": "[1 -1 1/2; 0 1 -2; 0 0 1]",
        "nilpotent": "[0 -1 1/2; 0 0 -2; 0 0 0]", "equal diagonal": "[2 -1 1/2; 0 2 -2; 0 0 2]",
        "diagonal": "[2 0 0; 0 0 0; 0 0 4]", "zero": "[0 0 0; 0 0 0; 0 0 0]"}),
    (Toeplitz("d"), 3, 0, {"plain": "[2 -1 3; 1/2 2 -1; 0 1/2 2]", "symmetric": "[2 -1 3; -1 2 -1; 3 -1 2]",
        "triangular": "[2 -1 3; 0 2 -1; 0 0 2]", "tridiagonal": "[2 -1 0; 1/2 2 -1; 0 1/2 2]"}),
    (Hankel("d"), 3, 0, {"plain": "[2 -1 1/2; -1 1/2 3; 1/2 3 0]", "one point": "[1 2 4; 2 4 8; 4 8 16]",
        "two points": "[2 1 5; 1 5 7; 5 7 17]"}),
    (Hankel("d"), 1, 0, {"plain": "[2]", "one point": "[2]", "two points": "[2]"}),
    (Hankel("d"), 2, 0, {"plain": "[2 -1; -1 1/2]", "one point": "[1 2; 2 4]", "two points": "[2 1; 1 5]"}),
    (Circulant("d"), 3, 0, {"plain": "[2 -1 1/2; 1/2 2 -1; -1 1/2 2]", "symmetric": "[2 -1 -1; -1 2 -1; -1 -1 2]",
        "shift": "[0 2 0; 0 0 2; 2 0 0]"}),
    (Symmetric("d"), 3, 0, {"plain": "[2 1 3/4; 1 0 -5/4; 3/4 -5/4 4]", "rank one": "[16 -8 4; -8 4 -2; 4 -2 1]",
        "diagonal": "[2 0 0; 0 0 0; 0 0 4]"}),
    (PositiveSemidefinite("d"), 2, 0, {"plain": "[5 -2; -2 37/4]", "low rank": "[20 5; 5 5/4]",
        "equal columns": "[8 2; 2 1/2]", "zero column": "[1 -3; -3 9]", "zero row": "[0 0; 0 37/4]",
        "zero": "[0 0; 0 0]", "diagonal": "[4 0; 0 9]"}),
    (PositiveDefinite("d"), 3, 0, {"plain": "[2 6 2; 6 19 11/2; 2 11/2 25/4]",
        "low rank": "[4 24 8; 24 147 45; 8 45 39/2]", "equal columns": "[2 6 2; 6 21 9; 2 9 6]",
        "zero column": "[1 0 0; 0 1 -1/2; 0 -1/2 17/4]", "zero row": "[1 3 1; 3 10 5/2; 1 5/2 21/4]",
        "zero": "[1 0 0; 0 1 0; 0 0 1]", "diagonal": "[2 0 0; 0 1 0; 0 0 4]"}),
    (Correlation("d"), 3, 0, {"plain": "[1 -1 2/5; -1 1 -2/5; 2/5 -2/5 1]", "signs": "[1 1 1; 1 1 1; 1 1 1]",
        "plane": "[1 24/25 4/5; 24/25 1 3/5; 4/5 3/5 1]", "equal": "[1 -1/5 -1/5; -1/5 1 -1/5; -1/5 -1/5 1]",
        "identity": "[1 0 0; 0 1 0; 0 0 1]"}),
    (Density("d"), 2, 0, {"plain": "[20/57 -8/57; -8/57 37/57]", "low rank": "[16/17 4/17; 4/17 1/17]",
        "equal columns": "[16/17 4/17; 4/17 1/17]", "zero column": "[1/10 -3/10; -3/10 9/10]",
        "zero row": "[0 0; 0 1]", "zero": "[1/2 0; 0 1/2]", "diagonal": "[4/13 0; 0 9/13]",
        "identity": "[1/2 0; 0 1/2]"}),
    (Permutation("d"), 3, 0, {"plain": "[0 1 0; 0 0 1; 1 0 0]"}),
    (Orthogonal("d"), 2, 0, {"plain": "[-4/5 3/5; -3/5 -4/5]"}),
    (Isometry("d r"), 3, 1, {"plain": "[-8/117; -1/9; 116/117]"}),
    (UnitVector("d"), 3, 0, {"plain": "(-1/9, -8/9, 4/9)", "axis": "(1, 0, 0)", "plane": "(0, -1, 0)",
        "equal": "(-1/3, -2/3, -2/3)"}),
    (Contraction("d r"), 2, 2, {"plain": "[-5/9 4/9; 4/9 7/9]", "isometry": "[-4/5 3/5; 3/5 4/5]",
        "rank one": "[25/81 -20/81; -20/81 16/81]", "diagonal": "[1/3 0; 0 1/3]", "zero": "[0 0; 0 0]"}),
    (Contraction("d r"), 1, 2, {"plain": "[-5/9 4/9]", "isometry": "[-4/5 3/5]", "rank one": "[25/81 -20/81]",
        "diagonal": "[1/3 0]", "zero": "[0 0]"}),
    (Projection("d"), 3, 0, {"plain": "[113/194 -36/97 63/194; -36/97 65/97 28/97; 63/194 28/97 145/194]",
        "rank one": "[9/35 3/35 3/7; 3/35 1/35 1/7; 3/7 1/7 5/7]",
        "hyperplane": "[26/35 -3/35 -3/7; -3/35 34/35 -1/7; -3/7 -1/7 2/7]", "coordinates": "[1 0 0; 0 0 0; 0 0 1]",
        "identity": "[1 0 0; 0 1 0; 0 0 1]"}),
    (Projection("d"), 1, 0, {"plain": "[1]", "rank one": "[1]", "hyperplane": "[0]", "coordinates": "[1]",
        "identity": "[1]"}),
    (Normal("d"), 3, 0, {"plain": "[22/27 -203/135 4/135; 139/135 1318/675 1876/675; 148/135 -1724/675 2339/1350]",
        "blocks": "[2 -3 0; 3 2 0; 0 0 1/2]", "symmetric": "[-1 1/4 5/4; 1/4 -2 5/2; 5/4 5/2 5]",
        "skew": "[0 1/2 7/2; -1/2 0 -3; -7/2 3 0]",
        "orthogonal": "[-2/9 -8/9 -16/9; 88/45 2/9 -16/45; 16/45 -16/9 38/45]",
        "circulant": "[2 -1 1/2; 1/2 2 -1; -1 1/2 2]"}),
    (ComplexScalar(), 0, 0, {"plain": "2 - i", "real": "2", "imaginary": "-i"}),
    (ComplexVector("d"), 2, 0, {"plain": "(2 + i/2, -1 + 3i)", "real": "(2, -1)", "imaginary": "(i/2, 3i)"}),
    (ComplexMatrix("d r"), 2, 2, {"plain": "[2 -1-2i; 1/2+i 3-i/2]", "low rank": "[4 -2-4i; 1+2i 3/2-2i]",
        "equal columns": "[2 2; 1/2+i 1/2+i]", "zero column": "[0 -1-2i; 0 3-i/2]", "zero row": "[0 0; 1/2+i 3-i/2]",
        "zero": "[0 0; 0 0]", "diagonal": "[2 0; 0 3-i/2]", "real": "[2 -1; 1/2 3]", "imaginary": "[0 -2i; i -i/2]"}),
    (Disc("d r"), 2, 2, {"plain": "[1/2 -1/5-2i/5; 2/5+4i/5 12/37-2i/37]", "real": "[1/2 -1; 1/2 1/3]",
        "circle": "[1 -3/5+4i/5; -3/5+4i/5 35/37-12i/37]"}),
    (Hermitian("d"), 2, 0, {"plain": "[2 -1/4-3i/2; -1/4+3i/2 3]", "real": "[2 -1/4; -1/4 3]",
        "rank one": "[12 3-6i; 3+6i 15/4]", "diagonal": "[2 0; 0 3]"}),
    (ComplexPositiveSemidefinite("d"), 2, 0, {"plain": "[9 -1-17i/2; -1+17i/2 21/2]",
        "low rank": "[36 9-18i; 9+18i 45/4]", "equal columns": "[8 2-4i; 2+4i 5/2]",
        "zero column": "[5 -2-13i/2; -2+13i/2 37/4]", "zero row": "[0 0; 0 21/2]", "zero": "[0 0; 0 0]",
        "diagonal": "[4 0; 0 37/4]", "real": "[5 -2; -2 37/4]"}),
    (ComplexPositiveDefinite("d"), 2, 0, {"plain": "[2 1-2i; 1+2i 11/2]", "low rank": "[4 4-8i; 4+8i 43/2]",
        "equal columns": "[2 1-2i; 1+2i 3]", "zero column": "[1 0; 0 3]", "zero row": "[1 1/2-i; 1/2+i 17/4]",
        "zero": "[1 0; 0 1]", "diagonal": "[2 0; 0 3]", "real": "[2 1; 1 7/2]"}),
    (ComplexDensity("d"), 2, 0, {"plain": "[6/13 -2/39-17i/39; -2/39+17i/39 7/13]",
        "low rank": "[16/21 4/21-8i/21; 4/21+8i/21 5/21]", "equal columns": "[16/21 4/21-8i/21; 4/21+8i/21 5/21]",
        "zero column": "[20/57 -8/57-26i/57; -8/57+26i/57 37/57]", "zero row": "[0 0; 0 1]", "zero": "[1/2 0; 0 1/2]",
        "diagonal": "[16/53 0; 0 37/53]", "real": "[20/57 -8/57; -8/57 37/57]", "identity": "[1/2 0; 0 1/2]"}),
    (Unitary("d"), 2, 0, {
        "plain": "[-1928/3445-176i/3445 -2773/3445+656i/3445; 1877/3445+2144i/3445 -1672/3445-976i/3445]",
        "real": "[-72/97 -65/97; 65/97 -72/97]", "monomial": "[0 1; -1 0]"}),
    (ComplexIsometry("d r"), 2, 1, {"plain": "[-1928/3445-176i/3445; 1877/3445+2144i/3445]",
        "real": "[-72/97; 65/97]", "monomial": "[0; -1]"}),
    (ComplexContraction("d r"), 2, 2, {
        "plain": "[-1883/2281+264i/2281 1028/2281+40i/2281; -680/2281-772i/2281 -656/2281-1845i/2281]",
        "real": "[-5/11 8/11; -8/11 -7/11]",
        "isometry": "[-113/130+19i/130 61/130+7i/130; -37/130-49i/130 -41/130-107i/130]",
        "rank one": None, "diagonal": "[-15/17-8i/17 0; 0 16/25-13i/25]", "zero": "[0 0; 0 0]"}),
    (ComplexProjection("d"), 2, 0, {"plain": "[5/69 16/69-8i/69; 16/69+8i/69 64/69]", "real": "[1 0; 0 0]",
        "rank one": "[5/69 16/69-8i/69; 16/69+8i/69 64/69]", "hyperplane": "[64/69 -16/69+8i/69; -16/69-8i/69 5/69]",
        "coordinates": "[1 0; 0 0]", "identity": "[1 0; 0 1]"}),
    (ComplexNormal("d"), 2, 0, {"plain": "[-62/281+1321i/562 -384/281-290i/281; 216/281+430i/281 343/281+323i/281]",
        "diagonal": "[2+i/2 0; 0 -1+3i]", "Hermitian": "[-62/281 -84/281-360i/281; -84/281+360i/281 343/281]",
        "skew": "[1321i/562 -300/281+70i/281; 300/281+70i/281 323i/281]",
        "unitary": "[182/281+465i/562 -498/281+20i/281; -452/281+210i/281 -111/562+290i/281]",
        "circulant": "[2+i/2 -1+3i; -1+3i 2+i/2]"}),
    (Commuting("d"), 3, 0, {"plain": "[1 -1/2 4; 5 -3 2; -1 1/2 3], [-7/4 2 7/2; -11 35/4 8; 1/4 -1/4 2]",
        "polynomials": "[14 -6 -30; 24 -12 -40; 3 -1 -9], [-7/4 2 7/2; -11 35/4 8; 1/4 -1/4 2]",
        "direct sum": "[1 0 0; 0 3 0; 0 0 3], [2 0 0; 0 -3 2; 0 1/2 3]",
        "square zero": "[3 -1/2 4; 0 3 0; 0 0 3], [2 5 -1; 0 2 0; 0 0 2]",
        "zero": "[0 0 0; 0 0 0; 0 0 0], [2 0 0; 0 2 0; 0 0 2]",
        "diagonal": "[1 0 0; 0 -3 0; 0 0 3], [3/2 0 0; 0 19/2 0; 0 0 7/2]"}),
    (Commuting(Symmetric("d")), 2, 0, {"plain": "[0 -1/2; -1/2 -1/2], [2 1/2; 1/2 5/2]",
        "polynomials": "[1/2 -3/2; -3/2 -1], [2 1/2; 1/2 5/2]", "direct sum": "[0 0; 0 1/2], [2 0; 0 -1/2]",
        "rank one": "[0 0; 0 -2], [2 0; 0 4]", "diagonal": "[0 0; 0 -1/2], [2 0; 0 5/2]"}),
    (Commuting(Triangular("d")), 2, 0, {"plain": "[0 -2; 0 -1/2], [2 2; 0 5/2]",
        "polynomials": "[1/2 -6; 0 -1], [2 2; 0 5/2]", "direct sum": "[0 0; 0 1/2], [2 0; 0 -1/2]",
        "square zero": "[1/2 -2; 0 1/2], [2 0; 0 2]", "unit diagonal": "[1 -2; 0 1], [1 2; 0 1]",
        "nilpotent": "[0 -2; 0 0], [2 2; 0 2]", "equal diagonal": "[0 -2; 0 0], [2 2; 0 2]",
        "diagonal": "[0 0; 0 -1/2], [2 0; 0 5/2]", "zero": "[0 0; 0 0], [2 0; 0 2]"}),
    (Commuting(Circulant("d")), 2, 0, {"plain": "[0 -2; -2 0], [2 2; 2 2]",
        "polynomials": "[1/2 -6; -6 1/2], [2 2; 2 2]", "symmetric": "[0 -2; -2 0], [2 2; 2 2]",
        "shift": "[0 0; 0 0], [2 0; 0 2]"}),
    (Commuting(PositiveDefinite("d")), 2, 0, {"plain": "[1 1; 1 3/2], [3 1; 1 7/2]",
        "polynomials": "[7/2 3; 3 5], [3 1; 1 7/2]", "direct sum": "[1 0; 0 1/2], [2 0; 0 3/2]",
        "low rank": "[1 0; 0 2], [3 0; 0 4]", "equal columns": "[1 1; 1 2], [3 1; 1 4]",
        "zero column": "[1 0; 0 1/2], [3 0; 0 5/2]", "zero row": "[1 1; 1 3/2], [3 1; 1 7/2]",
        "zero": "[1 0; 0 1], [3 0; 0 3]", "diagonal": "[1 0; 0 1/2], [3 0; 0 5/2]"}),
    (Commuting(ComplexNormal("d")), 1, 0, {"plain": "[-2i], [2-i]", "polynomials": "[1/2+3i], [2-i]",
        "diagonal": "[-2i], [2-i]", "Hermitian": "[0], [2-i]", "skew": "[-2i], [2-i]",
        "unitary": "[-6/5-8i/5], [2-i]", "circulant": "[-2i], [2-i]"}),
    (Ordered("d"), 2, 0, {"plain": "[2 -1/4; -1/4 3], [6 3/4; 3/4 17/4]",
        "near": "[2 -1/4; -1/4 3], [513/256 -255/1024; -255/1024 12293/4096]",
        "low rank": "[2 -1/4; -1/4 3], [2 -1/4; -1/4 7]", "equal columns": "[2 -1/4; -1/4 3], [2 -1/4; -1/4 5]",
        "zero column": "[2 -1/4; -1/4 3], [6 3/4; 3/4 13/4]", "zero row": "[2 -1/4; -1/4 3], [2 -1/4; -1/4 17/4]",
        "zero": "[2 -1/4; -1/4 3], [2 -1/4; -1/4 3]", "diagonal": "[2 0; 0 3], [2 0; 0 13/4]",
        "rank one": "[12 -6; -6 3], [16 -5; -5 17/4]"}),
    (Ordered(Hermitian("d")), 1, 0, {"plain": "[2], [45/4]", "near": "[2], [8229/4096]", "low rank": "[2], [1401/16]",
        "equal columns": "[2], [45/4]", "zero column": "[2], [2]", "zero row": "[2], [2]", "zero": "[2], [2]",
        "diagonal": "[2], [45/4]", "real": "[2], [9/4]", "rank one": "[10], [77/4]"}),
    (Majorised("d"), 3, 0, {"plain": "(13/47, -1/94, 58/47), (2, -1, 1/2)",
        "permutation": "(1/2, -1, 2), (2, -1, 1/2)", "edge": "(7/20, -17/20, 2), (2, -1, 1/2)",
        "face": "(1/53, -26/53, 209/106), (2, -1, 1/2)", "uniform": "(1/2, 1/2, 1/2), (2, -1, 1/2)",
        "interior": "(565/27242, -13259/27242, 53557/27242), (2, -1, 1/2)"}),
    (Majorised(Simplex("d")), 2, 0, {"plain": "(11/24, 13/24), (2/3, 1/3)", "permutation": "(2/3, 1/3), (2/3, 1/3)",
        "edge": "(2/3, 1/3), (2/3, 1/3)", "face": "(2/3, 1/3), (2/3, 1/3)", "uniform": "(1/2, 1/2), (2/3, 1/3)",
        "interior": "(769/1154, 385/1154), (2/3, 1/3)"}),
    (Free(Symmetric("d")), 2, 0, {"plain": "[2 -1/4; -1/4 3], [0 -1/2; -1/2 -1/2]",
        "rank one": "[12 -6; -6 3], [0 -1/2; -1/2 -1/2]", "diagonal": "[2 0; 0 3], [0 -1/2; -1/2 -1/2]"}),
]  # fmt: skip
"""Domains, the sizes of d and r, and what each style makes; but for some of those of matrices, and what is long."""


@pytest.mark.parametrize(("domain", "d", "r", "made"), MADE, ids=lambda part: repr(part)[:40])
def test_each_style_makes_what_its_name_says_of_raw_entries(domain, d, r, made):
    shape = domain.shape({"d": d, "r": r})
    raw = raw_entries(domain, shape)
    assert list(made) == [style for style in domain.styles if style in made]
    assert set(domain.styles) <= {*made, *Matrix.styles}
    for style, text in made.items():
        value = domain.construct(raw, style, shape)
        assert text in (None, domain.show(value)), style
        values, magnitudes = stacked(domain.construct(constants(floats(raw)), style, shape))
        assert values.ravel() == pytest.approx(floats_of(value), abs=1e-9), style
        assert (magnitudes * (1 + 1e-9) >= abs(values)).all()


@pytest.mark.parametrize("name", ARRAYS)
def test_many_values_are_made_at_once_as_one_by_one(name):
    domain = ARRAYS[name]
    shape = domain.shape({"d": 2, "r": 2})
    several = [raw_entries(domain, shape, start) for start in (0, 1)]
    together = Rationals.of(np.stack([raw.array for raw in several]))
    for style in domain.styles:
        made = arrays_of(domain.construct(together, style, shape))
        for k, raw in enumerate(several):
            one = domain.construct(raw, style, shape)
            assert [array.shape for array in arrays_of(one)] == [array.shape[1:] for array in made]
            assert entries_of(one) == entries_of(tuple(array[k] for array in made)), style


def test_projections_in_floats_are_as_exact_as_what_is_left_of_a_column_and_say_so():
    """Of the second column a millionth is left: the projection is one all the same, and its magnitude a million."""
    domain, tiny = Projection("d"), 2.0**-20
    columns = np.array([[1, 1, 0], [0, tiny, 0], [0, 0, 0]])
    raw = np.concatenate([[1, 1, -1], columns.ravel()])
    values, magnitudes = stack(domain.construct(constants(raw), "plain", (3, 3)))
    assert np.allclose(values, np.diag([1, 1, 0]), atol=1e-9)
    assert np.allclose(np.diag(magnitudes.reshape(3, 3)), [1, np.sqrt(1 + tiny**2) / tiny, 0])
    assert magnitudes.reshape(3, 3)[0, 1] < 1 / tiny
    generator = np.random.default_rng(0)
    for _ in range(5):
        first = generator.standard_normal((4, 1))
        m = np.concatenate([first, first + 1e-6 * generator.standard_normal((4, 3))], axis=1)
        values, _ = stack(domain.construct(constants(np.concatenate([[1, 1, -1, -1], m.ravel()])), "plain", (4, 4)))
        whole = values.reshape(4, 4)
        assert abs(whole @ whole - whole).max() < 1e-13  # one subtraction would leave 1e-10
    nothing = constants(np.concatenate([[1, 1, -1], np.outer([1, 2, 3], [1, 3, 0]).ravel()]))
    values, _ = stack(domain.construct(nothing, "plain", (3, 3)))
    assert np.trace(values.reshape(3, 3)) == pytest.approx(1)  # the second column is a multiple of the first
