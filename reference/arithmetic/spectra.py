"""Rigorous eigenvalues of symmetric matrices, ties and zeros included."""

from typing import Any

import mpmath
import numpy as np
from flint import arb, arb_mat, ctx

from reference.arithmetic.domain import asymmetric


def symmetric_eigenvalues(matrix: list[list[Any]], mend: str = "") -> list[Any]:
    """Enclose the eigenvalues of a symmetric matrix of balls, largest first.

    The eigenvectors Q are approximate, and nothing is assumed of them. With QᵀQ = I + E and ‖E‖ ≤ e < 1, Ostrowski's
    theorem (Horn & Johnson, Matrix Analysis, 4.5.9) says that the k-th eigenvalue of QᵀMQ is that of M times a factor
    in [1 − e, 1 + e], and by Weyl's theorem it is within the norm of the off-diagonal part of QᵀMQ of the k-th largest
    diagonal entry. So multiple eigenvalues cost no accuracy, and the k-th enclosure holds the k-th eigenvalue.

    Raises OutsideDomain, with the ``mend``, if two entries [i, j] and [j, i] certainly differ. If they only overlap, M
    is the symmetric part H of a matrix H + K whose skew part has ‖K‖ ≤ s, and 0 for all that is known. As H is normal,
    the eigenvalues of H + tK lie in the discs of radius s about those of H (Bauer and Fike), and by continuity each
    component of the union of discs has as many of H + K as of H. So the k-th largest real part of an eigenvalue of
    H + K is within (2n − 1)s of the k-th eigenvalue of H, and the enclosures, wider by that, hold for every matrix
    within the balls. Entries that are one and the same object are equal, whatever their radius: s = 0.
    """
    n = len(matrix)
    m = arb_mat([[(matrix[i][j] + matrix[j][i]) / 2 for j in range(n)] for i in range(n)])
    if not all(entry.is_finite() for entry in m.entries()):
        return [arb.nan()] * n
    skew = (2 * n - 1) * _skewness(matrix, mend)
    q = _approximate_eigenvectors(m)
    defect = _norm_bound(q.transpose() * q - arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)]))
    if not defect < 1:
        return [arb.nan()] * n
    rotated = (q.transpose() * m * q).tolist()
    diagonal = [rotated[i][i] for i in range(n)]
    off = _norm_bound(arb_mat([[arb(0) if i == j else rotated[i][j] for j in range(n)] for i in range(n)]))
    lower = sorted((d.lower() for d in diagonal), reverse=True)
    upper = sorted((d.upper() for d in diagonal), reverse=True)
    factor = (1 - defect).union(1 + defect)
    return [
        ((low - off).lower().union((high + off).upper())) / factor + skew
        for low, high in zip(lower, upper, strict=True)
    ]


def _skewness(matrix: list[list[Any]], mend: str) -> Any:
    """Return a ball about 0 that holds ± the norm of the skew part (M − Mᵀ)/2."""
    square = arb(0)
    for i, row in enumerate(matrix):
        for j in range(i):
            if row[j] is not matrix[j][i]:
                gap = row[j] - matrix[j][i]
                if not gap.contains(0):
                    raise asymmetric("eigenvalues", j, i, mend)
                square += gap.abs_upper() ** 2 / 2
    if square == 0:
        return square
    norm = square.sqrt().abs_upper()
    return (-norm).union(norm)


def _norm_bound(matrix: Any) -> Any:
    """Bound the spectral norm by the Frobenius norm, from above."""
    return sum((entry.abs_upper() ** 2 for entry in matrix.entries()), arb(0)).sqrt().abs_upper()


def _approximate_eigenvectors(m: Any) -> Any:
    n = m.nrows()
    if ctx.prec <= 53:
        _, vectors = np.linalg.eigh(np.array([[float(entry.mid()) for entry in row] for row in m.tolist()]))
        return arb_mat([[arb(float(v)) for v in row] for row in vectors])
    with mpmath.workprec(ctx.prec + 8):
        middle = mpmath.matrix(n, n)
        for i, row in enumerate(m.tolist()):
            for j, entry in enumerate(row):
                mantissa, exponent = entry.mid().man_exp()
                middle[i, j] = mpmath.ldexp(int(mantissa), int(exponent))
        _, vectors = mpmath.eigsy(middle)
        return arb_mat([[_ball(vectors[i, j]) for j in range(n)] for i in range(n)])


def _ball(x: Any) -> Any:
    sign, mantissa, exponent, _ = x._mpf_
    return (-arb(int(mantissa)) if sign else arb(int(mantissa))) * arb(2) ** int(exponent)
