"""The nonlinear example of §4.2 and App. B.3: Theorems 4 and 6, which need σ(0) = 0 and a finite E‖g(x)‖².

The paper allows "an arbitrary nonlinearity" and uses the logistic one, with σ(0) = ½. This has two defects:

- σ acts entry by entry without a bias, also on the zero rows of Ã₂, so that the decoder adds σ(0) to each coordinate
  that the proof takes to be 0.
- The encoder of Theorem 6 passes x_{r*+1} = σ(S) on, S = x_1 + … + x_{r*} ~ N(0, r*). If Eσ(S)² = ∞, as for
  σ(s) = s exp(s²), then E‖g(x)‖² = ∞ and L = +∞ for all D and ε. Every σ drawn here has Eσ(S)² < ∞.

Of σ no more enters than σ(0) and σ(S). So "an arbitrary nonlinearity" is a polynomial with free coefficients: one that
takes any two values there, equal ones where S = 0. Theorems that fail for the paper's own σ are judged on σ with names.

Notation: k = r*.
"""

from typing import Any

from properties.koehler2022.claims.wide_decoder import Wide, polynomial, reconstruct_ground_truth
from properties.koehler2022.proofs.nonlinear import (
    prove_ground_truth,
    prove_wide_limit,
    prove_wide_loss,
    prove_wide_loss_is_bounded_below,
    prove_wide_output,
)
from reference.nonlinearities import NONLINEARITIES
from verify import Dimension, NonNegative, OneOf, Positive, PositiveVector, Vector, claim

ANY: Any = OneOf["logistic", "softplus", "shifted identity", "identity", "relu", "tanh", "centred logistic"]
SLOPES: Any = Vector["p", {"p": (1, 3)}]

LATENT: Any = Vector["k", {"k": (1, 2)}]
AMBIENT: Any = Dimension["k+s+1+e", {"s": (1, 2), "e": (0, 1)}]  # "d > r* + s", s ≥ 1
WIDTH: Any = Dimension["max(k+s,k+2)+f", {"f": (0, 1)}]  # "r > r* + 1", and r ≥ r* + s, as the d × r matrix (9) needs
EXTRA: Any = Dimension["s"]


GROUND_TRUTH = (
    r"x=(z_1,\dots,z_{r^*},\sigma(z_1+\dots+z_{r^*}),0,\dots,0),\ "
    r"\tilde A_1=\begin{bmatrix}I_{r^*}&0\\0&0\end{bmatrix},\ "
    r"\tilde A_2=e_{r^*+1}(1,\dots,1,0,\dots,0):\quad\tilde A_1\tilde Bx+\sigma(\tilde A_2\tilde Bx)=x"
)
THROUGH = r"\sigma(0)=0\;\Rightarrow\;"
WIDE = r"\sigma(0)=0,\ r\ge r^*+s\;\Rightarrow\;"
FINITE = r"\sigma(0)=0,\ \mathbb E\sigma(x_1+\dots+x_{r^*})^2<\infty,\ r\ge r^*+s\;\Rightarrow\;"


@claim("koehler2022/section-b3.ground-truth", GROUND_TRUTH, label="App. B.3", expected="refuted")
def test_ground_truth_reconstructs(z: LATENT, sigma: ANY, d: AMBIENT, r: WIDTH):
    """Refuted: the rows of Ã₁ and Ã₂ past r* + 1 are zero, so f is σ(0) there for *every* encoder, and x is 0: none is
    "suitable". The first statement is about these coordinates.
    """
    reconstruct_ground_truth(z, NONLINEARITIES[sigma], d, r)


@claim(
    "koehler2022/section-b3.ground-truth.corrected",
    THROUGH + GROUND_TRUTH,
    label="App. B.3",
    expected="proved",
    corrects="koehler2022/section-b3.ground-truth",
    proof=prove_ground_truth,
)
def test_ground_truth_reconstructs_through_zero(z: LATENT, slopes: SLOPES, d: AMBIENT, r: WIDTH):
    """With σ(0) = 0, and B̃ = [I_{r*} 0; 0 0]."""
    reconstruct_ground_truth(z, polynomial(slopes), d, r)


LOSS = (
    r"\varepsilon_t\to0\;\Rightarrow\;\exists\tilde D_t:\ "
    r"L(\tilde A_1,\tilde A_2,\tilde B,\tilde D_t,\varepsilon_t)\to-\infty"
)


@claim(
    "koehler2022/theorem-6.loss",
    LOSS,
    label="Theorem 6 (1)",
    kind="limit",
    expected="refuted",
    universal="koehler2022/theorem-6.loss.bounded-below",
    rests_on="koehler2022/section-b3.loss",
)
def test_wide_decoder_drives_the_loss_down(
    z: LATENT, sigma: ANY, s: EXTRA, d: AMBIENT, r: WIDTH, eps: Positive, t: Positive, extra: NonNegative
):
    """Refuted: f is affine and off by σ(0) in each coordinate, so that L is bounded below whatever D_t is, as
    theorem-6.loss.bounded-below proves. Stated are f(B̃x) = x, which Lemma 1 demands, and the rate at the proof's D_t.
    """
    Wide(z, NONLINEARITIES[sigma], s, d, r).drive_loss_down(eps, t / (1 + t), extra)


@claim(
    "koehler2022/theorem-6.loss.bounded-below",
    r"\sigma(0)\ne0\;\Rightarrow\;\forall\tilde D\succ0,\tilde\varepsilon>0:\ "
    r"L(\tilde A_1,\tilde A_2,\tilde B,\tilde D,\tilde\varepsilon)\ge\tfrac{d+r}2+d\log|\sigma(0)|",
    label="Theorem 6 (1), for σ(0) ≠ 0",
    kind="inequality",
    expected="proved",
    proof=prove_wide_loss_is_bounded_below,
    rests_on="koehler2022/section-b1.kl-bound",
)
def test_wide_decoder_does_not_drive_the_loss_down(
    z: LATENT,
    slopes: SLOPES,
    s: EXTRA,
    d: AMBIENT,
    r: WIDTH,
    D: PositiveVector["max(k+s,k+2)+f"],
    eps: Positive,
    height: Positive,
    extra: NonNegative,
):
    """For every σ with σ(0) ≠ 0 the error at each x is dσ(0)², and more by the noise: L ≥ dσ(0)²/(2ε²) + d log ε + r/2,
    which is least at ε = |σ(0)|.
    """
    for constant in (height, -height):
        Wide(z, polynomial(slopes, constant), s, d, r).bounded_below(D, eps, extra)


@claim(
    "koehler2022/theorem-6.loss.corrected",
    FINITE + LOSS,
    label="Theorem 6 (1)",
    kind="limit",
    expected="proved",
    corrects="koehler2022/theorem-6.loss",
    proof=prove_wide_limit,
    rests_on="koehler2022/section-b3.loss.corrected",
)
def test_wide_decoder_drives_the_loss_down_through_zero(
    z: LATENT, slopes: SLOPES, s: EXTRA, d: AMBIENT, r: WIDTH, eps: Positive, t: Positive, extra: NonNegative
):
    """With σ(0) = 0 and the D_t of the proof, L(ε') ≤ L(ε) − (d − r* − s) log(ε/ε') for ε' < ε, and d − r* − s ≥ 1.

    Eσ(x_1 + … + x_{r*})² < ∞ is a part of L, ``extra``: without it L = +∞ throughout.
    """
    Wide(z, polynomial(slopes), s, d, r).drive_loss_down(eps, t / (1 + t), extra)


LOSS_IS = (
    r"\sigma(0)=0\;\Rightarrow\;L(\tilde A_1,\tilde A_2,\tilde B,\tilde D,\tilde\varepsilon)"
    r"=\tfrac1{2\tilde\varepsilon^2}\sum_{i=1}^{%s}\tilde D_{ii}+\tfrac12\mathbb E\|x_{1:r^*+1}\|^2"
    r"+d\log\tilde\varepsilon+\tfrac12\operatorname{Tr}\tilde D-\tfrac12\sum_i\log\tilde D_{ii}"
)


@claim("koehler2022/section-b3.loss", LOSS_IS % "r^*+1", label="App. B.3 (the loss)", expected="refuted")
def test_wide_loss_as_printed(
    z: LATENT,
    slopes: SLOPES,
    s: EXTRA,
    d: AMBIENT,
    r: WIDTH,
    D: PositiveVector["max(k+s,k+2)+f"],
    eps: Positive,
    extra: NonNegative,
):
    """The sum over the noise of the latents ends at r* + 1, where it is r* + s: r* + s columns of Ã₁ are not 0.

    The two are the same for s = 1. The sums of the lines below repeat it, beside a (d − r* − s) log ε̃ that does not;
    the theorem's conclusion does not depend on it. Judged for σ(0) = 0, which the line takes for granted.
    """
    Wide(z, polynomial(slopes), s, d, r).loss_is(len(z) + 1, D, eps, extra)


@claim(
    "koehler2022/section-b3.loss.corrected",
    LOSS_IS % "r^*+s",
    label="App. B.3 (the loss)",
    expected="proved",
    corrects="koehler2022/section-b3.loss",
    proof=prove_wide_loss,
)
def test_wide_loss(
    z: LATENT,
    slopes: SLOPES,
    s: EXTRA,
    d: AMBIENT,
    r: WIDTH,
    D: PositiveVector["max(k+s,k+2)+f"],
    eps: Positive,
    extra: NonNegative,
):
    """With r* + s; the encoder passes on r* + 1 coordinates, and ``extra`` is what makes up E‖x_{1:r*+1}‖²."""
    Wide(z, polynomial(slopes), s, d, r).loss_is(len(z) + s, D, eps, extra)


ZEROS = r"\exists\tilde D_t:\ L\to-\infty\text{ and }\#\{i:(\tilde D_t)_{ii}\to0\}=r^*+s"


@claim(
    "koehler2022/theorem-6.zeros",
    ZEROS,
    label="Theorem 6 (2)",
    kind="limit",
    expected="refuted",
    same_as="koehler2022/theorem-6.loss",
    universal="koehler2022/theorem-6.loss.bounded-below",
    rests_on="koehler2022/section-b3.loss",
)
def test_wide_decoder_uses_more_latents(
    z: LATENT, sigma: ANY, s: EXTRA, d: AMBIENT, r: WIDTH, eps: Positive, t: Positive, extra: NonNegative
):
    """Refuted with theorem-6.loss: the theorem claims D_t with L → −∞ *and* this number of zeros, and there are none
    with the first, by theorem-6.loss.bounded-below. The rate of L and the zeros are stated of one D_t.

    The paper asks only "dimension r > r* + 1"; the identity block of (9) needs r ≥ r* + s, which is drawn here.
    """
    decoder = Wide(z, NONLINEARITIES[sigma], s, d, r)
    decoder.drive_loss_down(eps, t / (1 + t), extra)
    decoder.count_zeros(eps)


@claim(
    "koehler2022/theorem-6.zeros.corrected",
    FINITE + ZEROS,
    label="Theorem 6 (2)",
    kind="limit",
    expected="proved",
    corrects="koehler2022/theorem-6.zeros",
    proof=prove_wide_limit,
    implies="koehler2022/theorem-6.loss.corrected",
    rests_on="koehler2022/section-b3.loss.corrected",
)
def test_wide_decoder_uses_more_latents_through_zero(
    z: LATENT, slopes: SLOPES, s: EXTRA, d: AMBIENT, r: WIDTH, eps: Positive, t: Positive, extra: NonNegative
):
    """With σ(0) = 0 and Eσ(x_1 + … + x_{r*})² < ∞: of one D_t, L → −∞ at the rate of theorem-6.loss.corrected, and
    r* + s entries are at most ε_t², the others 1.
    """
    decoder = Wide(z, polynomial(slopes), s, d, r)
    decoder.drive_loss_down(eps, t / (1 + t), extra)
    decoder.count_zeros(eps)


OUTPUT = (
    r"z\sim N(0,I_r)\;\Rightarrow\;\tilde A_1z+\sigma(\tilde A_2z)"
    r"\sim N\left(0,\begin{bmatrix}I_{r^*+s}&0\\0&0\end{bmatrix}\right)"
)


@claim("koehler2022/theorem-4.output", OUTPUT, label="Theorem 4 (2)", expected="refuted")
def test_wide_output_is_gaussian(
    z: LATENT, sigma: ANY, s: EXTRA, d: AMBIENT, r: WIDTH, latent: Vector["max(k+s,k+2)+f"]
):
    """Refuted: the mean of the output is σ(0) in every coordinate, also in those that should be 0. Printed for the
    "sigmoid setup", with the logistic σ.
    """
    Wide(z, NONLINEARITIES[sigma], s, d, r).output_is_gaussian(latent)


@claim(
    "koehler2022/theorem-4.output.corrected",
    WIDE + OUTPUT,
    label="Theorem 4 (2)",
    expected="proved",
    corrects="koehler2022/theorem-4.output",
    proof=prove_wide_output,
)
def test_wide_output_is_gaussian_through_zero(
    z: LATENT, slopes: SLOPES, s: EXTRA, d: AMBIENT, r: WIDTH, latent: Vector["max(k+s,k+2)+f"]
):
    """With σ(0) = 0."""
    Wide(z, polynomial(slopes), s, d, r).output_is_gaussian(latent)
