"""SymPy proof for Section 5: the Hessian of the affine energy at the collapsed solution, and its sign."""

import numpy as np

from reference import dai2020 as vae
from reference.arithmetic.deferred import sympy
from reference.shapes import Array
from verify.proving import integers, scalar, show, symbols, vanishes


def _differentiate_at_collapse(X: Array, kappa: int) -> None:
    """Show that the affine energy of X is stationary at the collapsed solution, with the closed form for Hessian."""
    GAMMA = sympy.Symbol("gamma", positive=True)
    d, n = X.shape
    w, b, mu = symbols("w", d, kappa), symbols("b", d), symbols("mu", kappa, n)
    sigma = symbols("sigma", kappa, n, positive=True)
    value = scalar(vae.affine_energy(X, w, b, GAMMA, mu, sigma**2))
    latents = [x for k in range(kappa) for x in (*w[:, k], *mu[k])]
    parameters = [*latents, *b, *sigma.flat, GAMMA]
    at = dict.fromkeys(latents, 0) | dict(zip(b, vae.sample_mean(X), strict=True)) | dict.fromkeys(sigma.flat, 1)
    best = scalar(vae.collapsed_variance(X))
    hessian = sympy.hessian(value, parameters).subs(at).subs(GAMMA, best)
    show(vanishes(hessian - sympy.Matrix(vae.collapsed_hessian(X, kappa))))
    show(vanishes(sympy.Matrix([value]).jacobian(parameters).subs(at).subs(GAMMA, best)))


def prove_affine_saddle() -> None:
    """The Hessian of the affine energy at the collapsed solution is its closed form, and a Schur complement decides it.

    On (w, m) of one latent it is 2‖m − Yᵀw/γ‖² + (2n/γ²) wᵀ(γI − S)w, Y the centred data, and positive on the rest.
    So it is positive semidefinite iff S ⪯ γ̄I, which as Tr S = dγ̄ means S = γ̄I. For d = n = 2 and κ = 1, as latents and
    data points enter additively; the closed form also for d = 1, n = 3, κ = 2 and a mean that is not 0.
    """
    _differentiate_at_collapse(integers([[4, 1, 1]]), 2)
    spread = symbols("x", 2)
    X = np.stack([spread, -spread], axis=1)
    _differentiate_at_collapse(X, 1)
    w, mu, best = symbols("w", 2, 1), symbols("mu", 1, 2), scalar(vae.collapsed_variance(X))
    vector = sympy.Matrix([*w.flat, *mu.flat])
    form = (vector.T * sympy.Matrix(vae.collapsed_hessian(X, 1))[:4, :4] * vector)[0]
    rest = mu[0] - (X.T @ w)[:, 0] / best
    flat = (w.T @ (best * np.eye(2, dtype=int) - vae.covariance(X)) @ w)[0, 0]
    show(vanishes(form - 2 * (rest**2).sum() - 4 / best**2 * flat))
