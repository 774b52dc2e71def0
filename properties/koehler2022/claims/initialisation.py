"""The scale of initialisation (§3.1), where the flow is solved: it decides how much of Ã is left at the end."""

from properties.koehler2022.claims.recovery import conserved, prove_solved
from reference.arithmetic import squared_norm
from verify import Matrix, Positive, claim, equal


@claim(
    "koehler2022/section-3.initialisation-scale.corrected",
    r"A=0,\ r=1,\ \Theta'=-\nabla L_1(\Theta)\text{ from }(s\tilde A,0,\tilde\varepsilon),\ \tilde A\ne0,\ d\ge2"
    r",\ \Theta(t)\to(\tilde A_*,0,0),\ \rho(s)=\frac{\|\tilde A_*\|^2}{\|s\tilde A\|^2}\;\Rightarrow\;"
    r"\rho(s)^{d-1}=\frac{s^2\|\tilde A\|^2}{s^2\|\tilde A\|^2+\tilde\varepsilon^2}",
    label="§3.1 (initialisation scale)",
    kind="flow",
    expected="proved",
    proof=prove_solved,
    rests_on="koehler2022/section-3.recovery.solved",
)
def test_scale_decides_where_the_flow_is_solved(At: Matrix["e+1 r", {"r": (1, 1)}], s: Positive, eps: Positive):
    """Where the flow is solved, ‖Ã_*‖^{2(d−1)} = H: all is left of a large Ã, and next to nothing of one that is small
    beside ε̃: as Ã grows the share goes from 0 to 1. Stated are the rates that make it so, at an arbitrary start, and
    the share. For A ≠ 0 and more latents: section-3.initialisation-scale and .measured.
    """
    u = squared_norm(s * At)
    H, _ = conserved(s * At, eps)
    equal(H, u ** (len(At) - 1) * (u / (u + eps**2)))
