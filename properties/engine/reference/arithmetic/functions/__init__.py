"""Functions of matrices: those of Hermitian ones, eigenvalues of any, radii and norms."""
