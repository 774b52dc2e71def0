"""Lines that are too long go on below their text; nothing is lost, and what is there to be copied stays whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from properties.engine.helpers.terminals import too_long
from verify.commands.wrapping import wrapped

WORDS = st.one_of(
    st.text("ab∑ε̃x̂(),;:=[]", min_size=1, max_size=12),
    st.sampled_from(["vae-verify", "check", "x", "=", "[1", "±", "2e-5]", "A = [0 1; 1 0]", "✓", "-", "界" * 9]),
)
LINES = st.builds(
    lambda indent, words: indent + "".join(word + space for word, space in words),
    st.sampled_from(["", "  ", "    ", "  label  ", "  a label    ", "✓ met  ", "- ", " " * 25]),
    st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", "  "])), max_size=30),
)


@given(st.lists(LINES, max_size=4), st.integers(20, 90))
def test_all_words_are_there_in_their_order_and_lines_fit(lines, width):
    text = "\n".join(lines)
    found = wrapped(text, width)
    assert found.replace(";", "; ").split() == text.replace(";", "; ").split()
    assert not [line for line in found.splitlines() if line != line.rstrip()]
    assert not [line for line in too_long(found, width) if "vae-verify" not in line]
    assert wrapped(text, None) == text


@given(st.lists(LINES, max_size=4), st.integers(20, 90))
def test_what_fits_stays_as_it_is(lines, width):
    text = "\n".join(line.rstrip() for line in lines if len(line) <= width - 25)
    text = "\n".join(line for line in text.splitlines() if not line.startswith(" " * 5))
    assert wrapped(text, width).splitlines() == text.splitlines()


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("  where   [1.30471895622 ± 2.96e-12] ≠ [0.846573590280 ± 2.74e-14]", """\
  where   [1.30471895622 ± 2.96e-12] ≠
          [0.846573590280 ± 2.74e-14]"""),
        ("          A = [1 2 3 4 5 6; 10 20 30 40 50 60; 0 0 0 0 0 -1]", """\
          A = [ 1  2  3  4  5  6;
               10 20 30 40 50 60;
                0  0  0  0  0 -1]"""),
        ("  at      A = [100000000 200000000 300000000; 1 2 3]", """\
  at      A = [100000000 200000000
                 300000000;
               1 2 3]"""),
        ("    D = (1000000, 2000000, 3000000, 4000000)", """\
    D = (1000000, 2000000, 3000000,
         4000000)"""),
        ("  judged in 64-bit balls; check it again:\n  vae-verify check --claims mine.py counterexamples/it.json", """\
  judged in 64-bit balls; check it
    again:
  vae-verify check --claims mine.py counterexamples/it.json"""),
        ("it is said that vae-verify run mine.py::test finds one", """\
it is said that
    vae-verify run mine.py::test finds
    one"""),
        ("vae-verify run: argument --jobs: 'x' is no integer", """\
vae-verify run: argument --jobs: 'x' is
    no integer"""),
        ("  needed                 R: positive → nonnegative; least found: r = 1\n" + " " * 25 + "R = 0", """\
  needed
    R: positive → nonnegative; least
      found: r = 1
    R = 0"""),
        ("6 claims: 5 holds; all as expected in 8.75 s", """\
6 claims: 5 holds; all as expected in
    8.75 s"""),
        ("- one draw of ε for every data point and step", """\
- one draw of ε for every data point and
  step"""),
        (" " * 16 + "counterexamples/a_name_of_34.json", "       counterexamples/a_name_of_34.json"),
        ("  of x = 1, y = (2), and here at z = 5555/77", """\
  of x = 1, y = (2), and here at
    z = 5555/77"""),
    ],
)  # fmt: skip
def test_a_line_goes_on_where_a_reader_looks_for_it(text, fitted):
    assert wrapped(text, 40) == fitted
