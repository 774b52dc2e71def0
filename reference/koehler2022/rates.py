"""What the rates of quantities along the gradient flow of the linear VAE are made of; notation as in ``losses``."""

from reference.arithmetic import as_matrix, as_vector, column_squared_norms, identity, squared_norm
from reference.shapes import Array


def unused_dimensions(At: Array["d r"], eps: Array[""]) -> Array[""]:
    """Return d − Σ_j ‖Ã_j‖²/(‖Ã_j‖² + ε²): what of d is left by columns that are long beside ε."""
    lengths = column_squared_norms(At)
    return At.shape[-2] - (lengths / (lengths + as_vector(eps) ** 2)).sum(-1)


def decay_matrix(A: Array["d k"], At: Array["d r"], Bt: Array["r d"], eps: Array[""]) -> Array["r r"]:
    """Return S = B̃AAᵀB̃ᵀ/ε² + diag(1/(‖Ã_j‖² + ε²)): off the span of A, Ã' = −ÃS along the flow of L₁."""
    code, r = Bt @ A, At.shape[-1]
    weights = 1 / (column_squared_norms(At) + as_vector(eps) ** 2)
    return code @ code.mT / as_matrix(eps) ** 2 + identity(r, r, At) * weights[..., None, :]


def residual_pull(A: Array["d k"], At: Array["d r"], Bt: Array["r d"]) -> Array[""]:
    """Return p = ‖RAᵀB̃ᵀ‖_F² + ‖ÃᵀRAᵀ‖_F² for R = A − ÃB̃A: ½(‖R‖_F²)' = −p/ε² + ⟨R, G⟩ along the flow of L₁."""
    code = Bt @ A
    residual = A - At @ code
    return squared_norm(residual @ code.mT) + squared_norm(At.mT @ residual @ A.mT)


def residual_drift(A: Array["d k"], At: Array["d r"], Bt: Array["r d"], eps: Array[""]) -> Array["d k"]:
    """Return the matrix (d × k) G = Σ_j Ã_j(B̃A)_j/(‖Ã_j‖² + ε²) + ÃB̃AAᵀA of :func:`residual_pull`."""
    code, weights = Bt @ A, 1 / (column_squared_norms(At) + as_vector(eps) ** 2)
    return At * weights[..., None, :] @ code + At @ code @ A.mT @ A


def aggregate_covariance(A: Array["d k"], Bt: Array["r d"], D: Array["r"]) -> Array["r r"]:
    """Return B̃AAᵀB̃ᵀ + D, the covariance of the latents, of N(B̃x, D) averaged over the data x = Az, z ~ N(0, I)."""
    code, r = Bt @ A, D.shape[-1]
    return code @ code.mT + identity(r, r, D) * D[..., None, :]
