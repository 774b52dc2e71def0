"""A domain of one's own takes a few lines, the documented ones, and draws, samples and checks like the others."""

import textwrap

import numpy as np
import pytest
from flint import fmpq

from properties.engine.domains import draws
from verify import Domain, Scalar
from verify import domains as module


def test_the_documented_domain_of_ones_own_works():
    code = textwrap.dedent(module.__doc__[module.__doc__.index("    from reference") :])
    names = {"Domain": Domain}
    exec(code, names)
    diagonal = names["Diagonal"]["d r"]
    for sizes, value in draws(diagonal, 300):
        assert value.shape == (sizes["d"], sizes["r"])
        assert np.all(diagonal.decode(diagonal.encode(value), sizes) == value)
    assert diagonal.sample(np.random.default_rng(0), 7, {"d": 2, "r": 3}, "plain").shape == (7, 2, 3)
    with pytest.raises(ValueError, match="is not in Diagonal"):
        diagonal.decode([[1, 1], [0, 1]], {"d": 2, "r": 2})


def test_a_domain_of_ones_own_may_have_its_own_table_and_styles():
    class Bit(Scalar):
        table = np.array([fmpq(k % 2) for k in range(256)], dtype=object)
        styles = ("plain", "flipped")

        def construct(self, raw, style, shape):
            return super().construct(1 - raw if style == "flipped" else raw, style, shape)

    assert {value.item() for _, value in draws(Bit(), 50)} == {0, 1}
    assert set(Bit().sample(np.random.default_rng(0), 50, {}, "plain").tolist()) == {0.0, 1.0}
