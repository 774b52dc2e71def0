"""Rigorous eigenvalues of symmetric and Hermitian matrices, ties and zeros included."""

from typing import Any

import mpmath
import numpy as np
from flint import acb, acb_mat, arb, arb_mat, ctx

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
    skew = (2 * n - 1) * skewness(matrix, mend)
    q = approximate_eigenvectors(m)
    return _enclosures(m, q, q.transpose(), skew)


class Conjugate(acb):
    """The conjugate of another entry of the matrix: not one that overlaps it, but the same unknown number's."""

    __slots__ = ("of",)
    of: Any

    @classmethod
    def make(cls, entry: acb) -> Any:
        """Return the conjugate of an entry, which remembers it."""
        self = cls(entry.conjugate())
        self.of = entry
        return self


def hermitian_eigenvalues(matrix: list[list[Any]], mend: str = "") -> list[Any]:
    """Enclose the eigenvalues of a Hermitian matrix of complex balls, largest first.

    All that :func:`symmetric_eigenvalues` says holds with adjoints instead of transposes. The skew part K = (M − Mᴴ)/2
    has the imaginary parts of the diagonal too. An entry is the conjugate of another one, whatever its radius, where it
    is a :class:`Conjugate` of that.
    """
    n = len(matrix)
    rows = [[acb(entry) for entry in row] for row in matrix]
    m = acb_mat([[(rows[i][j] + rows[j][i].conjugate()) / 2 for j in range(n)] for i in range(n)])
    if not all(entry.is_finite() for entry in m.entries()):
        return [arb.nan()] * n
    skew = (2 * n - 1) * skewness(matrix, mend)
    q = approximate_unitary(m)
    return _enclosures(m, q, q.conjugate().transpose(), skew)


def is_hermitian_to_the_letter(matrix: list[list[Any]]) -> bool:
    """Say whether the entries [i, j] and [j, i] are certainly each other's conjugates, whatever their radius."""
    return all(_are_conjugates(row[j], matrix[j][i]) for i, row in enumerate(matrix) for j in range(i + 1))


def _are_conjugates(p: Any, q: Any) -> bool:
    if isinstance(p, arb) and isinstance(q, arb):
        return p is q or bool(p == q)
    conjugates = getattr(q, "of", None) is p or getattr(p, "of", None) is q
    return conjugates or (p is q and acb(p).imag == 0) or bool(acb(p) == acb(q).conjugate())


def _enclosures(m: Any, q: Any, adjoint: Any, skew: Any) -> list[Any]:
    """Enclose the eigenvalues of m, which q nearly diagonalises; all are wider by the ball ``skew``."""
    n = m.nrows()
    defect = norm_bound(adjoint * q - type(q)(n, n, [int(i == j) for i in range(n) for j in range(n)]))
    if not defect < 1:
        return [arb.nan()] * n
    rotated = (adjoint * m * q).tolist()
    diagonal = [rotated[i][i].real for i in range(n)]
    off = norm_bound(type(q)([[arb(0) if i == j else rotated[i][j] for j in range(n)] for i in range(n)]))
    lower = sorted((d.lower() for d in diagonal), reverse=True)
    upper = sorted((d.upper() for d in diagonal), reverse=True)
    factor = (1 - defect).union(1 + defect)
    return [
        ((low - off).lower().union((high + off).upper())) / factor + skew
        for low, high in zip(lower, upper, strict=True)
    ]


def skewness(matrix: list[list[Any]], mend: str = "") -> Any:
    """Return a ball about 0 that holds ± the norm of the skew part (M − Mᴴ)/2."""
    square = arb(0)
    for i, row in enumerate(matrix):
        for j in range(i + 1):
            p, q = row[j], matrix[j][i]
            if i == j:
                if isinstance(p, arb):
                    continue
                gap = p.imag
                share = gap.abs_upper() ** 2
            elif (p is q and isinstance(p, arb)) or getattr(q, "of", None) is p or getattr(p, "of", None) is q:
                continue
            else:
                gap = p - acb(q).conjugate() if isinstance(q, acb) else p - q
                share = gap.abs_upper() ** 2 / 2
            if not gap.contains(0):
                raise asymmetric("eigenvalues", j, i, mend, "Hermitian" if isinstance(p, acb) else "symmetric")
            square += share
    norm = square.sqrt().abs_upper()
    return (-norm).union(norm)


def norm_bound(matrix: Any) -> Any:
    """Bound the spectral norm by the Frobenius norm, from above."""
    return sum((entry.abs_upper() ** 2 for entry in matrix.entries()), arb(0)).sqrt().abs_upper()


def approximate_eigenvectors(m: Any) -> Any:
    n = m.nrows()
    if ctx.prec <= 53:
        _, vectors = np.linalg.eigh(np.array([[float(entry.mid()) for entry in row] for row in m.tolist()]))
        return arb_mat([[arb(float(v)) for v in row] for row in vectors])
    with mpmath.workprec(ctx.prec + 8):
        middle = mpmath.matrix(n, n)
        for i, row in enumerate(m.tolist()):
            for j, entry in enumerate(row):
                middle[i, j] = middle_of(entry)
        _, vectors = mpmath.eigsy(middle)
        return arb_mat([[ball_of(vectors[i, j]) for j in range(n)] for i in range(n)])


def approximate_unitary(m: Any) -> Any:
    n, rows = m.nrows(), m.tolist()
    if ctx.prec <= 53:
        _, vectors = np.linalg.eigh(np.array([[complex(entry.mid()) for entry in row] for row in rows]))
        return acb_mat([[acb(v.real, v.imag) for v in row] for row in vectors.tolist()])
    with mpmath.workprec(ctx.prec + 8):
        middle = mpmath.matrix(n, n)
        for i, row in enumerate(rows):
            for j, entry in enumerate(row):
                middle[i, j] = mpmath.mpc(middle_of(entry.real), middle_of(entry.imag))
        _, vectors = mpmath.eighe(middle)
        parts = [[mpmath.mpc(vectors[i, j]) for j in range(n)] for i in range(n)]
        return acb_mat([[acb(ball_of(v.real), ball_of(v.imag)) for v in row] for row in parts])


def middle_of(x: Any) -> Any:
    mantissa, exponent = x.mid().man_exp()
    return mpmath.ldexp(int(mantissa), int(exponent))


def ball_of(x: Any) -> Any:
    sign, mantissa, exponent, _ = x._mpf_
    return (-arb(int(mantissa)) if sign else arb(int(mantissa))) * arb(2) ** int(exponent)
