"""Lemma 1 along trajectories that drive the loss towards −∞: ε̃ and the reconstruction error vanish as it falls."""

from typing import Any

import numpy as np

from properties.koehler2022.trajectories.bounds import Range, judged
from properties.koehler2022.trajectories.recovery import ended, generic_flows
from reference.arithmetic import log
from reference.koehler2022 import linear_reconstruction, optimal_encoder_variance, simplified_loss
from verify.registry.studies import Evidence, simulated

SAFETY = 2.0
"""Of the error of a function of the state, as the slope there and the error of the state have it."""

DEPTHS = (2, 6, 12)
"""L₁ ≤ −M, for which the largest ε and error are reported."""


def reconstruction(A, At, Bt, eps):
    """Return E‖x − f(g(x) + D^{1/2}z')‖² with the optimal D."""
    return linear_reconstruction(A, At, Bt, optimal_encoder_variance(At, eps))


def excess(A, At, Bt, eps):
    """Return L₁ − d log ε − r/2, which Lemma 1's proof has as ‖…‖²/(2ε²) plus what is not negative."""
    d, r = At.shape[-2:]
    return simplified_loss(A, At, Bt, eps) - d * log(eps) - r / 2


def spare(A, At, Bt, eps):
    """Return 2ε²(L₁ − d log ε − r/2) less the reconstruction error."""
    return 2 * eps**2 * excess(A, At, Bt, eps) - reconstruction(A, At, Bt, eps)


def ranges(function, A, found):
    """Return the ranges (n, c + 1) of a function of A and of the states of trajectories, and its values."""
    import torch  # noqa: PLC0415  # slow to import

    state = [torch.tensor(x, requires_grad=True) for x in (found.At, found.Bt, found.eps)]
    values = function(torch.tensor(A)[:, None], *state)
    slopes = torch.autograd.grad(values.sum(), state, allow_unused=True)
    squares: list[Any] = [slope**2 if slope is not None else 0 * x for slope, x in zip(slopes, state, strict=True)]
    norm = sum(x.flatten(2).sum(-1) if x.dim() > 2 else x for x in squares).sqrt().numpy()
    values = values.detach().numpy()
    return Range.around(values, SAFETY * norm * found.error + 1e-12 * (1 + abs(values)))


def least(function, A, found, of):
    """Return the evidence that a function is not negative where ``of`` (n, c + 1)."""
    values = ranges(function, A, found)
    return judged(Range(0.0, 0.0), Range(*(x[of] for x in values)))


@simulated(
    "koehler2022/lemma-1.trajectories",
    r"\Theta'=-\nabla L_1(\Theta)\;\Rightarrow\;\tilde\varepsilon\le e^{(L_1-r/2)/d},\ "
    r"\mathbb E\|x-f(g(x)+D^{1/2}z')\|^2\le2\tilde\varepsilon^2(L_1-d\log\tilde\varepsilon-\tfrac r2)"
    r"\text{ at all }t\text{, and }L_1(\Theta(t))\text{ falls}",
    label="Lemma 1 (trajectories)",
    rests_on=("koehler2022/lemma-1.epsilon", "koehler2022/lemma-1.reconstruction"),
    needs=("train", "flow"),
)
def test_lemma_1_along_trajectories(seed):
    """The finite forms of lemma-1.epsilon and lemma-1.reconstruction along the flows in ε̃ and in log ε̃ that reach
    ε̃ = 1/1000, with the D̃ of Lemma 3. They are true of every state; what trajectories add is that the loss does fall,
    and ε̃ and the error with it. The error of a value is twice that of the state times the slope there.
    """
    evidence, reached = Evidence(0, 0, 0), {depth: [0.0, 0.0] for depth in DEPTHS}
    for start, found in generic_flows(seed, False) + generic_flows(seed, True):
        of = np.broadcast_to(ended(found)[:, None], found.eps.shape)
        evidence += least(excess, start.A, found, of) + least(spare, start.A, found, of)
        loss, error = (ranges(function, start.A, found) for function in (simplified_loss, reconstruction))
        falls = of[:, 1:]
        evidence += judged(Range(*(x[:, 1:][falls] for x in loss)), Range(*(x[:, :-1][falls] for x in loss)))
        for depth, largest in reached.items():
            deep = of & (loss.high <= -depth)
            for i, x in enumerate((found.eps, error.high)):
                largest[i] = max(largest[i], x[deep].max(initial=0))
    words = "; ".join(f"L₁ ≤ −{depth}: ε ≤ {x[0]:.2g}, error ≤ {x[1]:.2g}" for depth, x in reached.items())
    return evidence + Evidence(0, 0, 0, words)
