"""What each style makes of raw entries of which the first is negative, where there is one row and one column alone."""

from itertools import cycle, islice

import numpy as np
from flint import fmpq

from properties.engine.helpers.domains import ARRAYS
from reference.arithmetic.exact import Rationals

RAW = [fmpq(-3), fmpq(2), fmpq(-1, 2), fmpq(5), fmpq(-7)]
MADE = {
    "ComplexScalar": "-3 + 2i | -3 | 2i",
    "ComplexVector": "-3 + 2i | -3 | 2i",
    "ComplexMatrix": "-3+2i | 5-12i | -3+2i | 0 | 0 | 0 | -3+2i | -3 | 2i",
    "Disc": "-3/13+2i/13 | -1/3 | 5/13-12i/13",
    "Hermitian": "-3 | -3 | -39 | -3",
    "ComplexPositiveSemidefinite": "13 | 169 | 13 | 0 | 0 | 0 | 13 | 9",
    "ComplexPositiveDefinite": "3 | 5 | 3 | 1 | 1 | 1 | 3 | 3",
    "ComplexDensity": "1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1",
    "Contraction": "1/3 | -1 | 1/9 | 1/3 | 0",
    "Projection": "0 | 1 | 0 | 0 | 1",
    "Normal": "-3 | -3 | -7 | 0 | 3 | -3",
    "Matrix": "-3 | 9 | -3 | 0 | 0 | 0 | -3",
    "Nonnegative": "3 | 9 | 3 | 0 | 0 | 0 | 3 | 1 | 3",
    "LowRank": "-6 | -6 | 0",
    "SignMatrix": "-1 | 1 | -1 | -1",
    "Scalar": "-3",
    "NonNegative": "3",
    "Positive": "3",
    "Constant": "-3/7",
    "Interval": "-1 | -1 | -1",
    "Integer": "-3 | -3 | -3",
    "Vector": "-3",
    "NonNegativeVector": "3",
    "PositiveVector": "3",
    "Spectrum": "3 | 3 | 3",
    "Permutation": "1",
    "Orthogonal": "-1",
    "UnitVector": "-1 | -1 | -1 | -1",
    "Simplex": "1 | 1 | 1 | 1",
    "PositiveSimplex": "1 | 1",
    "Stochastic": "1 | 1 | 1 | 1 | 1",
    "DoublyStochastic": "1 | 1 | 1 | 1 | 1 | 1",
    "MMatrix": "2/3 | 2/3 | 2/3 | 2 | 2/3",
    "Triangular": "-3 | 1 | 0 | -3 | -3 | 0",
    "Toeplitz": "-3 | -3 | -3 | -3",
    "Hankel": "-3 | -3 | -3",
    "Circulant": "-3 | -3 | -3",
    "Symmetric": "-3 | -27 | -3",
    "PositiveSemidefinite": "9 | 81 | 9 | 0 | 0 | 0 | 9",
    "PositiveDefinite": "3 | 9 | 3 | 1 | 1 | 1 | 3",
    "Correlation": "1 | 1 | 1 | 1 | 1",
    "Density": "1 | 1 | 1 | 1 | 1 | 1 | 1 | 1",
    "Unitary": "-7/25-24i/25 | 1 | i",
    "ComplexContraction": "40/109-97i/109 | 1/3 | 5/13-12i/13 | -7809/11881-7760i/11881 | 40/109-97i/109 | 0",
    "ComplexProjection": "0 | 0 | 1 | 0 | 0 | 1",
    "ComplexNormal": "-3+2i | -3+2i | -3 | 2i | -6/5+17i/5 | -3+2i",
}
"""In the order of the styles, but for tiny and huge ones."""


def test_of_one_row_and_one_column_each_style_makes_what_its_name_says():
    for name, made in MADE.items():
        domain = ARRAYS[name]
        shape = domain.shape({"d": 1, "r": 1})
        raw = list(islice(cycle(RAW), domain.size(shape)))
        if min(domain.table) >= 0:
            raw = [abs(x) for x in raw]
        styles = [style for style in domain.styles if style not in ("tiny", "huge")]
        values = [domain.construct(Rationals.of(np.array(raw, dtype=object)), style, shape) for style in styles]
        assert " | ".join(domain.show(value).strip("[]()") for value in values) == made, name
