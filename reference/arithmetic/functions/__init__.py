"""Functions of matrices: by their spectra where they are Hermitian, exponentials, eigenvalues of any matrix, norms."""
