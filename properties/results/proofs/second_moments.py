"""Proofs on the linear maps of the latent space under which dai2018's decoder is the same."""

from reference.arithmetic import identity, inverse, log_determinant, trace
from reference.arithmetic.deferred import sympy
from reference.dai2018.affine import divergence
from verify.proving import excess, once, prove_least_excess, show, symbols, symmetric, vanishes


@once
def prove_second_moments() -> None:
    """z ↦ Az, with W A⁻¹ and Σ_x(A⁻¹ ·), leaves Wz and Σ_x at each ε as they are, and of the cost changes the KL alone.

    By tr[(AᵀA − I)(Σ_z + μμᵀ)] − log|AᵀA| for each sample, so by n(tr QM − tr M − log|Q|) in all, Q = AᵀA. With M =
    TTᵀ and Q = T⁻ᵀ diag(u) T⁻¹ that is κ + log|M| − tr M, and Σ_j excess(u_j) ≥ 0, which is 0 at Q = M⁻¹ alone. Run for
    κ = 1 and 2; trace and determinant are multiplicative for any κ.

    For A = I + (a − 1)vvᵀ, ‖v‖ = 1 and a ≥ 1, tr QM − tr M = (a² − 1)m with m = vᵀMv, and a² = 1/m is feasible if
    m ≤ 1: AΣ_zA ⪰ αA² ⪰ αI. So m ≥ 1 at a minimum. Where all Σ_z ≻ αI, a < 1 is feasible if close to 1, and m = 1.
    """
    prove_least_excess()
    for kappa in (1, 2):
        A, mean, S = symbols("a", kappa, kappa), symbols("m", kappa), symmetric("s", kappa)
        W, noise = symbols("w", 1, kappa), symbols("e", kappa)
        show(vanishes(W @ inverse(A) @ (A @ (mean + S @ noise)) - W @ (mean + S @ noise)))
        Q = A.T @ A
        R = symbols("r", kappa, kappa)  # Σ_z = RRᵀ, so that its log-determinant is decided
        moment = R @ R.T + mean[:, None] * mean
        change = divergence(A @ mean, A @ R @ R.T @ A.T) - divergence(mean, R @ R.T)
        show(vanishes(change - trace((Q - identity(kappa, kappa, Q)) @ moment) + log_determinant(Q)))
        T, u = symbols("t", kappa, kappa), symbols("u", kappa, positive=True)
        back = inverse(T)
        best = back.T @ (u[:, None] * back)
        show(vanishes(trace(best @ T @ T.T) - u.sum()))
        show(vanishes(sympy.Matrix(best).det() * sympy.Matrix(T @ T.T).det() - sympy.prod(list(u))))
        show(vanishes(u.sum() - sympy.log(sympy.prod(list(u))) - kappa - sum(map(excess, u))))
    v, moment, a = symbols("v", 2), symmetric("m", 2), sympy.Symbol("a", positive=True)
    A = identity(2, 2, v) + (a - 1) * v[:, None] * v / (v @ v)
    along = (v @ moment @ v) / (v @ v)
    show(vanishes(trace(A @ A @ moment) - trace(moment) - (a**2 - 1) * along))
    show(vanishes(sympy.Matrix(A).det() - a))
