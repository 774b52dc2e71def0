"""Rigorous eigenvalues of any square matrix of balls, with their multiplicities, defective or not."""

from typing import Any

import mpmath
from flint import acb, acb_mat, arb, ctx, fmpq_mat

from reference.arithmetic.functions.enclosed import middle_and_blur, unitary_near
from reference.arithmetic.spectra import ball_of, middle_of, norm_bound


def enclosed_eigenvalues(rows: list[list[Any]]) -> list[Any]:
    """Enclose the eigenvalues, as often as they occur, in some order; NaN where entries are unknown.

    Of a real matrix that is exact they are the roots of the exact characteristic polynomial, ties and all. Else
    python-flint isolates what it can. Where it cannot, the matrix is A = U(T + E)Uᴴ, with U unitary and T triangular,
    from an approximate Schur form, and the eigenvalues are paired with the diagonal entries of T so that no pair is
    further apart than 4 m^(1 − 1/n) ‖E‖^(1/n), where m = 2 max(‖T‖, ‖A‖) (Bhatia, Matrix Analysis, VIII.1.5). So an
    eigenvalue that is defective, or may be, is known to an n-th of the digits.
    """
    n, entries = len(rows), [entry for row in rows for entry in row]
    if not all(entry.is_finite() for entry in entries):
        return [acb(arb.nan(), arb.nan())] * n
    if all(isinstance(entry, arb) and entry.is_exact() for entry in entries):
        polynomial: Any = fmpq_mat([[entry.fmpq() for entry in row] for row in rows]).charpoly().numer()
        return [acb(root) for root, multiplicity in polynomial.complex_roots() for _ in range(multiplicity)]
    matrix = acb_mat(rows)
    try:
        found = matrix.eig(multiple=True)
    except ValueError:
        return _of_schur(matrix)
    size = norm_bound(matrix)
    if all(root.rad() < size * arb(2) ** (-ctx.prec // 2) for root in found):
        return list(found)
    others = _of_schur(matrix)
    return list(min(found, others, key=lambda roots: max(float(root.rad()) for root in roots)))


def _of_schur(matrix: Any) -> list[Any]:
    n = matrix.nrows()
    u = unitary_near(_schur_vectors(matrix))
    if u is None:
        return [acb(arb.nan(), arb.nan())] * n
    middle, blur = middle_and_blur(matrix)
    rotated = (u.conjugate().transpose() * middle * u).tolist()
    triangular = acb_mat([[rotated[i][j].mid() if i <= j else 0 for j in range(n)] for i in range(n)])
    size = 2 * norm_bound(triangular).max(norm_bound(matrix))
    error = norm_bound(acb_mat(rotated) - triangular) + blur
    # an error that is not known is not 0
    radius = arb(0) if error == 0 else (4 * size * (error / size).root(n)).abs_upper()
    within = (-radius).union(radius)
    return [triangular[i, i] + acb(within, within) for i in range(n)]


def _schur_vectors(matrix: Any) -> Any:
    n = matrix.nrows()
    with mpmath.workprec(ctx.prec + 8):
        middle = mpmath.matrix(n, n)
        for i, row in enumerate(matrix.tolist()):
            for j, entry in enumerate(row):
                middle[i, j] = mpmath.mpc(middle_of(entry.real), middle_of(entry.imag))
        vectors, _ = mpmath.schur(middle)
        parts = [[mpmath.mpc(vectors[i, j]) for j in range(n)] for i in range(n)]
        return acb_mat([[acb(ball_of(v.real), ball_of(v.imag)) for v in row] for row in parts])
