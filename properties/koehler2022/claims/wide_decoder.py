"""What the claims on the nonlinear example state, of its ground truth and of the wide decoder of eq. (9); k = r*."""

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
from verify import equal, leq, less


def polynomial(slopes, constant=0):
    """Return σ(x) = constant + c₁x + c₂x² + …, whose values at 0 and at as many points as there are slopes are free."""
    return lambda x: constant + sum(c * x**power for power, c in enumerate(slopes, start=1))


def reconstruct_ground_truth(z, sigma, d, r):
    """State that the ground-truth decoder and its encoder reproduce the data point x of z, in the padding first."""
    padding = len(z) + 1
    A1, A2, Bt = ground_truth_parameters(len(z), d, r, z)
    x = sigmoid_data(z, sigma, d)
    reconstruction = nonlinear_decoder(A1, A2, sigma, (x[None] @ Bt.mT)[0])
    equal(reconstruction[padding:], x[padding:])
    equal(reconstruction, x)


class Wide:
    """The decoder f and the encoder of eq. (9), for the data point x of z."""

    def __init__(self, z, sigma, s, d, r):
        self.sigma, self.k, self.s, self.d, self.r = sigma, len(z), s, d, r
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

    def variance(self, eps):
        """Return the D_t of the proof."""
        return wide_encoder_variance(self.k, self.s, self.r, eps)

    def loss(self, D, eps, extra):
        """Return L, E‖x − f(B̃x + D^{1/2}z')‖² being that at x, and E‖g‖² = ‖B̃x‖² + extra.

        E‖g‖² = r* + Eσ(x_1 + … + x_{r*})² does not depend on D and ε; ``extra`` is what makes up this finite value.
        """
        bias = ((self.decode(self.code) - self.x) ** 2).sum(-1)
        noise = (D * (self.linear_part() ** 2).sum(-1)).sum(-1)
        return vae_loss(bias + noise, (self.code**2).sum(-1) + extra, D, eps, self.d)

    def drive_loss_down(self, eps, share, extra):
        """State the reconstruction that L → −∞ needs, and the rate at which L falls from ε to ε' = share·ε."""
        self.reconstruct()
        smaller = share * eps
        rate = (self.d - self.k - self.s) * (log(eps) - log(smaller))
        after, before = (self.loss(self.variance(x), x, extra) for x in (smaller, eps))
        leq(after, before - rate)

    def count_zeros(self, eps):
        """State that D_t is that of Lemma 3, with k + s entries in (0, ε²], and the others 1."""
        D, wide = self.variance(eps), identity(self.k + self.s, self.r, eps).sum(0)
        equal(D, optimal_encoder_variance(self.A1, eps))
        less(0, D)
        leq(wide * D, eps**2)
        equal((1 - wide) * (D - 1), 0)

    def bounded_below(self, D, eps, extra):
        """State that f is off by σ(0) in each coordinate at x, and the bound of L that follows."""
        square = self.sigma(0 * eps) ** 2
        leq(self.d * square, ((self.decode(self.code) - self.x) ** 2).sum(-1))
        leq((self.d + self.r + self.d * log(square)) / 2, self.loss(D, eps, extra))

    def loss_is(self, used, D, eps, extra):
        """State what App. B.3 has for L, with the first ``used`` entries of D in it."""
        noise = (identity(used, self.r, eps).sum(0) * D).sum(-1)
        equal(self.loss(D, eps, extra), vae_loss(noise, (self.code**2).sum(-1) + extra, D, eps, self.d))

    def output_is_gaussian(self, latent):
        """State the distribution of f(z), z ~ N(0, I): affine in z, mean 0, covariance [I_{k+s} 0; 0 0]."""
        M, mean = self.linear_part(), self.decode(0 * latent)
        equal(mean, 0)
        equal(M.mT @ M, leading_identity(self.d, self.d, self.k + self.s, M))
        equal(self.decode(latent), mean + (latent[None] @ M)[0])
