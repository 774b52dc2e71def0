"""Where training leads (§3): to the subspace of the data, if ε̃ is followed as log ε̃; not, if it is followed as ε̃.

"If gradient descent converges to a point while driving the loss to −∞, then it successfully recovers the ground truth
subspace span A." Theorem 1 gives span A ⊆ span Ã, as A = ÃB̃A in the limit. Theorem 2 gives the converse after an
infinite time, and the flow in ε̃ has a finite one: (ε̃²)' = −2d where Ã = 0 and A = 0.
"""

from fractions import Fraction

from properties.koehler2022.flow import largest_column, leading_projector, of_singular_vectors
from properties.koehler2022.flow_proofs import prove_recovery
from reference.arithmetic import concatenate, identity, squared_norm
from reference.koehler2022 import simplified_loss_gradient
from verify import Index, Matrix, Orthogonal, Positive, PositiveVector, claim, equal, implies, leq, less


def conserved(At, eps):
    """Return H = ‖Ã‖^{2d}/(‖Ã‖² + ε̃²) for one latent, and the statement of the rates at A = 0, B̃ = 0 that make it
    ‖Ã_*‖^{2(d−1)}, where Ã_* is the limit of the flow of L₁.

    B̃ stays 0 and Ã keeps its direction, so that the flow stays among these points; H' = 0; and ε̃∂L₁/∂ε̃ ≥ d − 1. This
    makes (ε̃²)' ≤ −2(d − 1), so that ε̃ is 0 at some t ≤ ε̃(0)²/(2d − 2), while L₁ ≤ L₁(0) + (d − 1) log(ε̃(t)/ε̃(0))
    → −∞. There Ã converges, as it shrinks along its direction.
    """
    d = len(At)
    in_At, in_Bt, in_eps = simplified_loss_gradient(0 * At, At, 0 * At.mT, eps)
    u, s = squared_norm(At), squared_norm(At) + eps**2
    u_speed = -2 * (At * in_At).sum()
    s_speed = u_speed - 2 * eps * in_eps
    speed = d * u ** (d - 1) * u_speed / s - u**d * s_speed / s**2
    stays = equal(in_Bt, 0) & equal(At @ in_At.mT, in_At @ At.mT)
    return u**d / s, stays & equal(speed, 0) & leq(d - 1, eps * in_eps)


@claim(
    "koehler2022/section-3.recovery",
    r"\Theta'=-\nabla L_1(\Theta),\ \Theta(t)\to(\tilde A_*,\tilde B_*,\tilde\varepsilon_*)"
    r",\ L_1(\Theta(t))\to-\infty\;\Rightarrow\;\operatorname{span}\tilde A_*=\operatorname{span}A",
    label="§3 (recovery)",
    kind="flow",
    expected="refuted",
)
def test_flow_that_drives_the_loss_down_recovers_the_span(At: Matrix["e+1 r", {"r": (1, 1)}], eps: Positive):
    """False for A = 0, B̃ = 0, one latent and d ≥ 2, where the flow is solved: ‖Ã‖^{2d}/(‖Ã‖² + ε̃²) is constant. The
    premise is that it is, by rates at an arbitrary point of this kind; the loss goes to −∞ where ε̃ = 0, in a finite
    time. The conclusion, span Ã_* = span A = {0}, is Ã_* = 0. A ≠ 0: section-3.recovery.left-over.
    """
    H, solved = conserved(At, eps)
    implies(solved, leq(H, 0))


def with_a_spare_latent(error, b, c, eps):
    """Return (A, Ã, B̃) = (2e₁, [ae₁ ce₂], [be₁ 0]ᵀ) for d = 3, r = 2, with a such that A − ÃB̃A = error · e₁."""
    e = identity(3, 3, eps)
    zero = 0 * e[:, :1]
    A, a = 2 * e[:, :1], (1 - error / 2) / b
    return A, concatenate([a * A / 2, c * e[:, 1, None]], axis=1), concatenate([b * A / 2, zero], axis=1).mT


def error_speed(A, At, Bt, gradient):
    """Return the derivative of the first entry of A − ÃB̃A along the flow."""
    return ((gradient[0] @ Bt + At @ gradient[1]) @ A)[0, 0]


@claim(
    "koehler2022/section-3.recovery.left-over",
    r"A=2e_1\in\mathbb R^3,\ \tilde A=[ae_1\ ce_2],\ \tilde B=[be_1\ 0]^T,\ ab>0,\ "
    r"\|A-\tilde A\tilde BA\|_F\le\tfrac{\tilde\varepsilon}2\le\tfrac1{32}\text{ at }t=0,\ \Theta'=-\nabla L_1(\Theta)"
    r"\;\Rightarrow\;\tilde\varepsilon(T)=0\text{ at a }T\le\tfrac1{384},\ "
    r"\|P_{W^\perp}\tilde A(T)\|_F^2\ge c^2-\tfrac1{192}",
    label="§3 (recovery, what is left)",
    kind="flow",
)
def test_a_spare_latent_is_left_over_where_eps_vanishes(b: Positive, c: Positive, s: Positive, t: Positive):
    """The flow in ε̃ does not recover the span of A ≠ 0 either: L₁ → −∞, and Ã has rank 2 in the limit if c² > 1/192.

    Rates at any of these points, which the flow does not leave: Ã and B̃ keep their zeros; where ‖A − ÃB̃A‖ = ε̃/2, of
    both signs, its ratio to ε̃ shrinks; where it is less, (ε̃²)' ≤ −3/2, so that ε̃ = 0 by T = ε̃(0)²/(3/2); and
    (c²)' ≥ −2. As a' and b' are at most of the order of 1/ε̃, which is integrable, Ã and B̃ converge.
    """
    eps = s / (1 + s) / 16
    for ratio in (Fraction(1, 2), -Fraction(1, 2), (t - 1) / (t + 1) / 2):
        error = ratio * eps
        A, At, Bt = with_a_spare_latent(error, b, c, eps)
        gradient = simplified_loss_gradient(A, At, Bt, eps)
        equal(gradient[0][1:, 0], 0)
        equal(gradient[0][0, 1], 0)
        equal(gradient[0][2, 1], 0)
        equal(gradient[1][0, 1:], 0)
        equal(gradient[1][1], 0)
        leq(-2 * eps * gradient[2], -Fraction(3, 2))
        leq(-2, -2 * c * gradient[0][1, 1])
        if isinstance(ratio, Fraction):
            less(2 * error * (error_speed(A, At, Bt, gradient) + ratio * gradient[2]), 0)


@claim(
    "koehler2022/section-3.recovery.corrected",
    r"(\tilde A,\tilde B,\log\tilde\varepsilon)'=-\nabla L_1,\ "
    r"\max_{t\le T}\max_j[\|\tilde A(t)_j\|^2+\tilde\varepsilon(t)^2]\le K,\ W=\operatorname{colspan}(A)\;\Rightarrow\;"
    r"\|P_{W^\perp}\tilde A(t)\|_F^2\le(\tilde\varepsilon(t)/\tilde\varepsilon(0))^{2/(dK)}"
    r"\|P_{W^\perp}\tilde A(0)\|_F^2\quad\forall t\in[0,T]",
    label="§3 (recovery)",
    kind="flow",
    expected="proved",
    corrects="koehler2022/section-3.recovery",
    proof=prove_recovery,
)
def test_flow_in_log_eps_recovers_the_span(
    F: Orthogonal["d", {"d": (1, 3)}],
    s: PositiveVector["min(d,k)"],
    G: Orthogonal["k", {"k": (1, 3)}],
    q: Index["min(d,k)+1"],
    At: Matrix["d r"],
    Bt: Matrix["r d"],
    eps: Positive,
):
    """As a rate: q' ≤ (2/dK) q (log ε̃)' for q = ‖P_{W⊥}Ã‖². Where the loss falls to −∞, ε̃ → 0 (Lemma 1), and what is
    off W vanishes with it, if Ã and ε̃ stay bounded, as they do if they converge. A = Ã_*B̃_*A has the rest: Theorem 3.
    """
    A = of_singular_vectors(F, s, G, q)
    in_At, _, in_eps = simplified_loss_gradient(A, At, Bt, eps)
    projected = At - leading_projector(F, q) @ At
    speed, log_eps_speed = -2 * (projected * in_At).sum(), -eps * in_eps
    leq(-len(A), log_eps_speed)
    leq(speed * len(A) * largest_column(At, eps), 2 * squared_norm(projected) * log_eps_speed)
