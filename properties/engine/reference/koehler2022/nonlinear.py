"""The nonlinear decoders of koehler2022, App. B.3: literal values, and both reconstruct the data."""

import pytest

from reference import koehler2022
from reference.arithmetic.exact import balls, rationals
from reference.nonlinearities import NONLINEARITIES


def test_nonlinear_decoder_by_hand():
    relu, shifted = NONLINEARITIES["relu"], NONLINEARITIES["shifted identity"]
    A1, A2 = rationals([[1, 2], [0, 0], [3, 1]]), rationals([[0, 1], [-1, 0], [1, -1]])
    z = rationals([[1, 2], [-1, 3]])
    assert koehler2022.nonlinear_decoder(A1, A2, relu, z).tolist() == [[7, 0, 5], [8, 1, 0]]
    assert koehler2022.sigmoid_data(z, shifted, 5).tolist() == [[1, 2, 4, 0, 0], [-1, 3, 3, 0, 0]]
    assert koehler2022.sigmoid_data(rationals([4]), relu, 2).tolist() == [4, 4]


def test_parameters_of_the_nonlinear_example_by_hand():
    like = rationals(1)
    A1, A2, Bt = (x.tolist() for x in koehler2022.ground_truth_parameters(2, 4, 3, like))
    assert A1 == [[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert A2 == [[0, 0, 0], [0, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert Bt == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    A1, A2, Bt = (x.tolist() for x in koehler2022.wide_parameters(1, 2, 5, 4, like))
    assert A1 == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert A2 == [[0] * 4] * 5
    assert Bt == [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
    assert [str(x) for x in koehler2022.wide_encoder_variance(1, 2, 4, rationals(2)).tolist()] == ["4/5"] * 3 + ["1"]


@pytest.mark.parametrize("name", ["identity", "relu", "tanh"])
def test_both_nonlinear_decoders_reconstruct(name):
    sigma, z = NONLINEARITIES[name], balls(rationals([[1, -2, 3], [-2, -3, 1]]))
    x = koehler2022.sigmoid_data(z, sigma, 6)
    for A1, A2, Bt in (koehler2022.ground_truth_parameters(3, 6, 5, z), koehler2022.wide_parameters(3, 2, 6, 5, z)):
        residual = koehler2022.nonlinear_decoder(A1, A2, sigma, x @ Bt.mT) - x
        assert all(ball.contains(0) and ball.rad() < 1e-12 for ball in residual.reshape(-1).bare())
