"""Wrong statements that are near the claims, on their domains: a search refutes them, so that the domains are wide."""

import pytest

from properties.engine.helpers.claims import claim_of
from properties.koehler2022.claims.landscape import perfect_autoencoder
from properties.koehler2022.claims.nonlinear import LATENT, SLOPES
from properties.koehler2022.claims.wide_decoder import polynomial
from reference.arithmetic import absolute, identity
from reference.arithmetic.exact import rationals
from verify import Index, Matrix, Orthogonal, Permutation, PositiveDefinite, equal, leq
from verify.claims.entry import Verdict
from verify.running.runner import run_claim


def verdict(body):
    return run_claim(claim_of(body), 200, 0).verdict


# --- the hypothesis of Theorem 3: A = ÃB̃A, and fewer than d columns of Ã are not 0 ---------------------------------


def reconstructs_its_own_span(
    C: Matrix["r q", {"r": (1, 3), "q": (1, 2)}],
    S: PositiveDefinite["r"],
    Y: Matrix["d r", {"d": (1, 3)}],
    X: Matrix["r d"],
    U: Orthogonal["d"],
    P: Permutation["r"],
    m: Index["min(d,r+1)"],
    n: Index["min(d,r+1)"],
):
    _, At, Bt = perfect_autoencoder(C, S, Y, X, U, P, m, max(m, n))
    equal(At @ Bt @ At, At)


@pytest.mark.long
def test_a_perfect_autoencoder_need_not_reconstruct_all_that_it_spans():
    """A = ÃB̃A ⇒ ÃB̃Ã = Ã."""
    assert verdict(reconstructs_its_own_span) is Verdict.REFUTED


def test_an_encoder_may_be_anything_off_the_data():
    """Ã = I₂ ⊕ 0, B̃ = diag(1, 5), A = e₁; and Ã = 0, A = 0 with d = 1."""
    one = rationals(1)
    A, At, Bt = perfect_autoencoder(
        identity(2, 1, one), identity(2, 2, one), identity(3, 2, one), 5 * identity(2, 3, one), identity(3, 3, one),
        identity(2, 2, one), 1, 2,
    )  # fmt: skip
    assert (identity(3, 1, one) == A).all()
    assert (At == identity(3, 2, one)).all()
    assert (Bt == identity(2, 3, one) * rationals([[1], [5]])).all()
    single = rationals([[1]])
    A, At, Bt = perfect_autoencoder(single, single, single, single, single, single, 0, 0)
    assert not A.item()
    assert not At.item()
    assert Bt.item() == 1


# --- any σ with σ(0) = 0 ---------------------------------------------------------------------------------------------


def is_a_contraction(z: LATENT, slopes: SLOPES):
    total = z.sum(-1)
    leq(absolute(polynomial(slopes)(total)), absolute(total))


def keeps_the_sign(z: LATENT, slopes: SLOPES):
    total = z.sum(-1)
    leq(0, total * polynomial(slopes)(total))


def is_odd(z: LATENT, slopes: SLOPES):
    total = z.sum(-1)
    equal(polynomial(slopes)(-total), -polynomial(slopes)(total))


def is_monotone(z: LATENT, slopes: SLOPES):
    total = z.sum(-1)
    leq(0, (polynomial(slopes)(total + 1) - polynomial(slopes)(total)))


@pytest.mark.parametrize("body", [is_a_contraction, keeps_the_sign, is_odd, is_monotone])
def test_nothing_but_its_zero_is_known_of_a_nonlinearity(body):
    """|σ(x)| ≤ |x|; xσ(x) ≥ 0; σ(−x) = −σ(x); σ(x + 1) ≥ σ(x)."""
    assert verdict(body) is Verdict.REFUTED


def test_a_nonlinearity_through_zero_is_zero_at_zero():
    def vanishes_at_zero(z: LATENT, slopes: SLOPES):
        equal(polynomial(slopes)(0 * z.sum(-1)), 0)

    assert verdict(vanishes_at_zero) is Verdict.HOLDS
