"""The nonlinear example of §4.2 and App. B.3: Theorems 4 and 6, which need σ(0) = 0 and a finite E‖g(x)‖².

The paper allows "an arbitrary nonlinearity" and uses the logistic one, with σ(0) = ½. This has two defects:

- σ acts entry by entry without a bias, also on the zero rows of Ã₂, so that the decoder adds σ(0) to each coordinate
  that the proof takes to be 0.
- The encoder of Theorem 6 passes x_{r*+1} = σ(S) on, S = x_1 + … + x_{r*} ~ N(0, r*). If Eσ(S)² = ∞, as for
  σ(s) = s exp(s²), then E‖g(x)‖² = ∞ and L = +∞ for all D and ε. Every σ drawn here has Eσ(S)² < ∞.

Notation: k = r*.
"""

from typing import Any

from reference.arithmetic import identity, leading_identity, log, zeros
from reference.koehler2022 import (
    ground_truth_parameters,
    nonlinear_decoder,
    optimal_encoder_variance,
    sigmoid_data,
    vae_loss,
    wide_encoder_variance,
    wide_parameters,
)
from reference.nonlinearities import NONLINEARITIES
from verify import Dimension, NonNegative, OneOf, Positive, Vector, claim, equal, leq, less

ANY: Any = OneOf["logistic", "softplus", "shifted identity", "identity", "relu", "tanh", "centred logistic"]
THROUGH_ZERO: Any = OneOf["identity", "relu", "tanh", "centred logistic"]

LATENT: Any = Vector["k", {"k": (1, 2)}]
AMBIENT: Any = Dimension["k+s+1+e", {"s": (1, 2), "e": (0, 1)}]  # "d > r* + s", s ≥ 1
WIDTH: Any = Dimension["max(k+s,k+2)+f", {"f": (0, 1)}]  # "r > r* + 1", and r ≥ r* + s, as the d × r matrix (9) needs
EXTRA: Any = Dimension["s"]


def reconstruct_ground_truth(z, name, d, r):
    """State that the ground-truth decoder and its encoder reproduce the data point x of z, in the padding first."""
    sigma, padding = NONLINEARITIES[name], len(z) + 1
    A1, A2, Bt = ground_truth_parameters(len(z), d, r, z)
    x = sigmoid_data(z, sigma, d)
    reconstruction = nonlinear_decoder(A1, A2, sigma, (x[None] @ Bt.mT)[0])
    equal(reconstruction[padding:], x[padding:])
    equal(reconstruction, x)


class Wide:
    """The decoder f and the encoder of eq. (9), for the data point x of z."""

    def __init__(self, z, name, s, d, r):
        self.sigma, self.k, self.s, self.d, self.r = NONLINEARITIES[name], len(z), s, d, r
        self.A1, self.A2, self.Bt = wide_parameters(self.k, s, d, r, z)
        self.x = sigmoid_data(z, self.sigma, d)
        self.code = (self.x[None] @ self.Bt.mT)[0]

    def decode(self, z):
        """Return f(z), for vectors (..., r)."""
        return nonlinear_decoder(self.A1, self.A2, self.sigma, z)

    def reconstruct(self):
        """State that f(B̃x) = x."""
        equal(self.decode(self.code), self.x)

    def linear_part(self):
        """Return the r × d matrix whose rows are f(e_j) − f(0); f is affine, because Ã₂ = 0."""
        origin = zeros((self.r,), self.x)
        return self.decode(identity(self.r, self.r, self.x)) - self.decode(origin)

    def loss(self, eps, extra):
        """Return L at the D_t of the proof, E‖x − f(B̃x + D^{1/2}z')‖² being that at x, and E‖g‖² = ‖B̃x‖² + extra.

        E‖g‖² = r* + Eσ(x_1 + … + x_{r*})² does not depend on D_t and ε_t; ``extra`` is what makes up this finite value.
        """
        D = wide_encoder_variance(self.k, self.s, self.r, eps)
        bias = ((self.decode(self.code) - self.x) ** 2).sum(-1)
        noise = (D * (self.linear_part() ** 2).sum(-1)).sum(-1)
        return vae_loss(bias + noise, (self.code**2).sum(-1) + extra, D, eps, self.d)

    def drive_loss_down(self, eps, share, extra):
        """State the reconstruction that L → −∞ needs, and the rate at which L falls from ε to ε' = share·ε."""
        self.reconstruct()
        smaller = share * eps
        rate = (self.d - self.k - self.s) * (log(eps) - log(smaller))
        leq(self.loss(smaller, extra), self.loss(eps, extra) - rate)

    def count_zeros(self, eps):
        """State that D_t is that of Lemma 3, with k + s entries in (0, ε²], and the others 1."""
        D, wide = wide_encoder_variance(self.k, self.s, self.r, eps), identity(self.k + self.s, self.r, eps).sum(0)
        equal(D, optimal_encoder_variance(self.A1, eps))
        less(0, D)
        leq(wide * D, eps**2)
        equal((1 - wide) * (D - 1), 0)

    def output_is_gaussian(self, latent):
        """State the distribution of f(z), z ~ N(0, I): affine in z, mean 0, covariance [I_{k+s} 0; 0 0]."""
        M, mean = self.linear_part(), self.decode(0 * latent)
        equal(mean, 0)
        equal(M.mT @ M, leading_identity(self.d, self.d, self.k + self.s, M))
        equal(self.decode(latent), mean + (latent[None] @ M)[0])


GROUND_TRUTH = (
    r"x=(z_1,\dots,z_{r^*},\sigma(z_1+\dots+z_{r^*}),0,\dots,0),\ "
    r"\tilde A_1=\begin{bmatrix}I_{r^*}&0\\0&0\end{bmatrix},\ "
    r"\tilde A_2=e_{r^*+1}(1,\dots,1,0,\dots,0):\quad\tilde A_1\tilde Bx+\sigma(\tilde A_2\tilde Bx)=x"
)
THROUGH = r"\sigma(0)=0\;\Rightarrow\;"
FINITE = r"\sigma(0)=0,\ \mathbb E\sigma(x_1+\dots+x_{r^*})^2<\infty\;\Rightarrow\;"


@claim("koehler2022/section-b3.ground-truth", GROUND_TRUTH, label="App. B.3", expected="refuted")
def test_ground_truth_reconstructs(z: LATENT, sigma: ANY, d: AMBIENT, r: WIDTH):
    """Refuted: the rows of Ã₁ and Ã₂ past r* + 1 are zero, so f is σ(0) there for *every* encoder, and x is 0: none is
    "suitable". The first statement is about these coordinates.
    """
    reconstruct_ground_truth(z, sigma, d, r)


@claim(
    "koehler2022/section-b3.ground-truth.corrected",
    THROUGH + GROUND_TRUTH,
    label="App. B.3",
    corrects="koehler2022/section-b3.ground-truth",
)
def test_ground_truth_reconstructs_through_zero(z: LATENT, sigma: THROUGH_ZERO, d: AMBIENT, r: WIDTH):
    """With σ(0) = 0, and B̃ = [I_{r*} 0; 0 0]."""
    reconstruct_ground_truth(z, sigma, d, r)


LOSS = (
    r"\varepsilon_t\to0\;\Rightarrow\;\exists\tilde D_t:\ "
    r"L(\tilde A_1,\tilde A_2,\tilde B,\tilde D_t,\varepsilon_t)\to-\infty"
)


@claim("koehler2022/theorem-6.loss", LOSS, label="Theorem 6 (1)", kind="limit", expected="refuted")
def test_wide_decoder_drives_the_loss_down(
    z: LATENT, sigma: ANY, s: EXTRA, d: AMBIENT, r: WIDTH, eps: Positive, t: Positive, extra: NonNegative
):
    """Refuted: by Lemma 1, L → −∞ needs a vanishing reconstruction error, whatever D_t is; but f is affine, and at
    every x its error is at least ‖x − f(B̃x)‖² = dσ(0)². The first statement is that this is 0, the second is the rate.
    """
    Wide(z, sigma, s, d, r).drive_loss_down(eps, t / (1 + t), extra)


@claim(
    "koehler2022/theorem-6.loss.corrected",
    FINITE + LOSS,
    label="Theorem 6 (1)",
    kind="limit",
    corrects="koehler2022/theorem-6.loss",
)
def test_wide_decoder_drives_the_loss_down_through_zero(
    z: LATENT, sigma: THROUGH_ZERO, s: EXTRA, d: AMBIENT, r: WIDTH, eps: Positive, t: Positive, extra: NonNegative
):
    """With σ(0) = 0 and the D_t of the proof, L(ε') ≤ L(ε) − (d − r* − s) log(ε/ε') for ε' < ε, and d − r* − s ≥ 1.

    Eσ(x_1 + … + x_{r*})² < ∞ is a part of L, ``extra``: without it L = +∞ throughout.
    """
    Wide(z, sigma, s, d, r).drive_loss_down(eps, t / (1 + t), extra)


ZEROS = r"\exists\tilde D_t:\ L\to-\infty\text{ and }\#\{i:(\tilde D_t)_{ii}\to0\}=r^*+s"


@claim(
    "koehler2022/theorem-6.zeros",
    ZEROS,
    label="Theorem 6 (2)",
    kind="limit",
    expected="refuted",
    same_as="koehler2022/theorem-6.loss",
)
def test_wide_decoder_uses_more_latents(
    z: LATENT, sigma: ANY, s: EXTRA, d: AMBIENT, r: WIDTH, eps: Positive, t: Positive, extra: NonNegative
):
    """Refuted with theorem-6.loss: the theorem claims D_t with L → −∞ *and* this number of zeros, and there are none
    with the first. The rate of L and the zeros are stated of one D_t.

    The paper asks only "dimension r > r* + 1"; the identity block of (9) needs r ≥ r* + s, which is drawn here.
    """
    decoder = Wide(z, sigma, s, d, r)
    decoder.drive_loss_down(eps, t / (1 + t), extra)
    decoder.count_zeros(eps)


@claim(
    "koehler2022/theorem-6.zeros.corrected",
    FINITE + ZEROS,
    label="Theorem 6 (2)",
    kind="limit",
    corrects="koehler2022/theorem-6.zeros",
)
def test_wide_decoder_uses_more_latents_through_zero(
    z: LATENT, sigma: THROUGH_ZERO, s: EXTRA, d: AMBIENT, r: WIDTH, eps: Positive, t: Positive, extra: NonNegative
):
    """With σ(0) = 0 and Eσ(x_1 + … + x_{r*})² < ∞: of one D_t, L → −∞ at the rate of theorem-6.loss.corrected, and
    r* + s entries are at most ε_t², the others 1. As for theorem-6.zeros, r ≥ r* + s.
    """
    decoder = Wide(z, sigma, s, d, r)
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
    Wide(z, sigma, s, d, r).output_is_gaussian(latent)


@claim(
    "koehler2022/theorem-4.output.corrected",
    THROUGH + OUTPUT,
    label="Theorem 4 (2)",
    corrects="koehler2022/theorem-4.output",
)
def test_wide_output_is_gaussian_through_zero(
    z: LATENT, sigma: THROUGH_ZERO, s: EXTRA, d: AMBIENT, r: WIDTH, latent: Vector["max(k+s,k+2)+f"]
):
    """With σ(0) = 0."""
    Wide(z, sigma, s, d, r).output_is_gaussian(latent)
