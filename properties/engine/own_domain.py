"""A domain of one's own takes a few lines, the documented ones, and draws, samples and checks like the others."""

import textwrap

import numpy as np
import pytest
from flint import fmpq

from properties.engine.domains import draws, signature
from reference.lanes import stack
from verify import Domain, Scalar
from verify import domains as module
from verify.hunt.forms import random_form
from verify.hunt.sampling import natural, structured


def documented():
    """Return the domain of one's own that the documentation shows."""
    code = textwrap.dedent(module.__doc__[module.__doc__.index("    from reference") :])
    names = {"Domain": Domain}
    exec(code, names)
    return names["Diagonal"]


def test_the_documented_domain_of_ones_own_works():
    diagonal = documented()["d r"]
    for sizes, value in draws(diagonal, 300):
        assert value.shape == (sizes["d"], sizes["r"])
        assert np.all(diagonal.decode(diagonal.encode(value), sizes) == value)
    form = random_form(signature(x=diagonal), {"d": 2, "r": 3}, np.random.default_rng(0), plain=True)
    values, _ = stack(form.arguments(np.array([[1.0, 2], [3, 4]]))["x"])
    assert values.tolist() == [[[1, 0, 0], [0, 3, 0]], [[2, 0, 0], [0, 4, 0]]]
    with pytest.raises(ValueError, match="is not in Diagonal"):
        diagonal.decode([[1, 1], [0, 1]], {"d": 2, "r": 2})


def test_a_domain_of_ones_own_may_have_its_own_table_and_styles():
    class Bit(Scalar):
        table = np.array([fmpq(k % 2) for k in range(256)], dtype=object)
        styles = ("plain", "flipped")

        def construct(self, raw, style, shape):
            return super().construct(1 - raw if style == "flipped" else raw, style, shape)

    assert {value.item() for _, value in draws(Bit(), 50)} == {0, 1}
    for seed in range(8):
        generator = np.random.default_rng(seed)
        form = random_form(signature(b=Bit(), x=Scalar(), y=Scalar()), {}, generator, plain=False)
        for sample in (natural, structured):  # the hunt draws of the table too, whatever it makes of other numbers
            raw = sample(form, 500, generator)
            assert set(raw[0].tolist()) == {0, 1}
            flipped = form.styles["b"] == "flipped"
            np.testing.assert_array_equal(stack(form.arguments(raw)["b"])[0], 1 - raw[0] if flipped else raw[0])
    assert form.clamp(np.array([[-3.0], [-0.5], [8]])).tolist() == [[1], [-0.5], [8]]  # into the hull of the table
