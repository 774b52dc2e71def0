"""What the 256 bytes stand for: the simplest number first, and how many bytes stand for each, which is how often it
is drawn; between which numbers a hunt looks; and which structures matrices have."""

from collections import Counter

import pytest
from flint import fmpq, fmpq_mat

from properties.engine.helpers.domains import ARRAYS, documented
from reference.arithmetic.exact import rationals
from verify import Integer, Interval, Matrix, NonNegative, Positive, PositiveSimplex, Simplex, UnitVector, Vector
from verify.domains import bytes as tables

TABLES = {
    "POSITIVE": (
        "1×25 1/2×25 2×25 3/2×12 1/4×13 3×13 4×13 3/4×13 5/4×13 7/8×5 5/2×4 5/8×5 5/16×5 7/2×5 7/16×5 9/2×5 9/8×5 "
        "9/16×5 11/2×5 11/8×5 11/16×5 13/2×5 13/8×5 13/16×5 15/2×5 15/8×5 15/16×5 1024×4 1/1024×4 1048576×4 "
        "1/1048576×3"
    ),
    "NONNEGATIVE": (
        "0×51 1×19 1/2×20 2×19 3/2×11 1/4×10 3×10 4×10 3/4×11 5/4×10 7/8×4 5/2×4 5/8×4 5/16×4 7/2×4 7/16×4 9/2×4 "
        "9/8×4 9/16×5 11/2×4 11/8×4 11/16×4 13/2×4 13/8×4 13/16×4 15/2×4 15/8×4 15/16×4 1024×3 1/1024×3 1048576×3 "
        "1/1048576×3"
    ),
    "SIGNED": (
        "0×47 1×10 -1×10 1/2×9 -1/2×10 2×10 -2×9 3/2×5 -3/2×6 1/4×5 -1/4×5 3×6 -3×5 4×5 -4×6 3/4×5 -3/4×5 5/4×6 "
        "-5/4×5 7/8×2 -7/8×3 5/2×2 -5/2×3 5/8×2 -5/8×2 5/16×3 -5/16×2 7/2×3 -7/2×2 7/16×3 -7/16×2 9/2×2 -9/2×3 "
        "9/8×2 -9/8×3 9/16×2 -9/16×3 11/2×2 -11/2×3 11/8×2 -11/8×2 11/16×3 -11/16×2 13/2×3 -13/2×2 13/8×3 -13/8×2 "
        "13/16×2 -13/16×3 15/2×2 -15/2×3 15/8×2 -15/8×3 15/16×2 -15/16×2"
    ),
    "INTEGER": (
        "0×25 1×19 -1×18 2×19 -2×19 3×18 -3×19 4×8 -4×9 5×8 -5×9 6×8 -6×8 7×3 -7×2 8×3 -8×2 9×3 -9×2 10×3 -10×2 "
        "12×3 -12×2 16×2 -16×3 24×2 -24×3 30×2 -30×3 32×2 -32×3 64×2 -64×3 100×2 -100×3 128×2 -128×3 1000×2 "
        "-1000×3 1024×2 -1024×2"
    ),
}
BETWEEN = {
    (0, 1, False): (
        "0×41 1×41 1/2×6 1/4×6 3/4×6 7/8×6 5/8×6 5/16×6 7/16×6 1/1024×6 1023/1024×6 1/3×6 2/3×6 1/5×6 2/5×6 3/5×6 "
        "4/5×6 1/7×6 2/7×6 3/7×6 4/7×6 5/7×6 6/7×6 1/16×6 1/8×6 3/16×6 3/8×6 9/16×6 11/16×6 13/16×6 15/16×6"
    ),
    (-1, 2, False): (
        "0×5 1×5 -1×33 1/2×5 -1/2×5 2×33 3/2×5 1/4×5 -1/4×5 3/4×5 -3/4×5 5/4×5 7/8×5 -7/8×5 5/8×5 -5/8×5 5/16×5 "
        "-5/16×5 7/16×5 -7/16×5 -1021/1024×5 2045/1024×5 -2/5×5 1/5×5 4/5×5 7/5×5 -4/7×5 -1/7×5 2/7×5 5/7×5 8/7×5 "
        "11/7×5 -13/16×5 -1/16×5 1/8×5 11/16×5 17/16×5 23/16×5 13/8×5 29/16×5"
    ),
    (2, 4, False): (
        "2×41 3×6 4×41 5/2×6 7/2×6 1025/512×6 2047/512×6 8/3×6 10/3×6 12/5×6 14/5×6 16/5×6 18/5×6 16/7×6 18/7×6 "
        "20/7×6 22/7×6 24/7×6 26/7×6 17/8×6 9/4×6 19/8×6 21/8×6 11/4×6 23/8×6 25/8×6 13/4×6 27/8×6 29/8×6 15/4×6 "
        "31/8×6"
    ),
    (-2, 9, True): ("0×11 1×10 -1×11 2×10 -2×76 3×10 4×11 5×10 6×11 7×10 8×10 9×76"),
    (-3, -2, True): ("-2×128 -3×128"),
    (7, 7, True): ("7×256"),
}


def counted(table):
    """Return each number, in its order, with how many bytes stand for it."""
    assert len(table) == 256
    return " ".join(f"{x}×{count}" for x, count in Counter(map(str, table)).items())


@pytest.mark.parametrize("name", TABLES)
def test_so_many_bytes_stand_for_each_number(name):
    table = getattr(tables, name)
    assert counted(table) == TABLES[name]
    beside = {x: count - 1 for x, count in Counter(table).items()}
    assert tables.weighted_table(beside).tolist() == table.tolist()  # each once, and then as often as its weight says


@pytest.mark.parametrize(("low", "high", "integers"), BETWEEN)
def test_between_two_bounds_are_simple_numbers_the_ends_often_and_a_grid(low, high, integers):
    assert counted(tables.table_between(fmpq(low), fmpq(high), integers)) == BETWEEN[low, high, integers]


MOST = 2.0**20
THIRD = 1 / 3


@pytest.mark.parametrize(
    ("domain", "hull"),
    [
        (Vector("d"), (-MOST, MOST)),
        (NonNegative(), (0.0, MOST)),
        (Simplex("d"), (0.0, MOST)),
        (Positive(), (1 / MOST, MOST)),
        (PositiveSimplex("d"), (1 / MOST, MOST)),
        (Integer("d"), (-MOST, MOST)),
        (documented("Signs")("d"), (-1.0, 1.0)),
        (Interval(0, 1), (0.0, 1.0)),
        (Integer(-3, 5), (-3.0, 5.0)),
        (Interval(fmpq(1, 3), fmpq(2, 3)), (THIRD, 2 / 3 + 2**-53)),  # 1/3 is rounded down, and 2/3 as well
        (Interval(fmpq(1, 10), fmpq(7, 10)), (0.1 - 2**-56, 0.7 + 2**-53)),  # 1/10 is rounded up, 7/10 down
    ],
    ids=repr,
)
def test_a_hunt_looks_at_raw_entries_between_bounds_that_hold_all_exact_ones(domain, hull):
    low, high = domain.hull
    assert (low, high) == hull
    numbers = getattr(domain, "limits", ()) or ([] if domain.continuous else list(domain.table))
    assert all(fmpq(*low.as_integer_ratio()) <= x <= fmpq(*high.as_integer_ratio()) for x in numbers)


SIZES = {  # of d = 3 and r = 2
    1: "Scalar NonNegative Positive Constant", 2: "ComplexScalar",
    3: "Vector NonNegativeVector PositiveVector Spectrum Integer Simplex PositiveSimplex UnitVector Permutation "
    "Circulant",
    5: "Toeplitz Hankel",  # 2d − 1
    6: "Matrix Nonnegative SignMatrix Interval Stochastic ComplexVector",
    9: "Triangular Symmetric PositiveSemidefinite PositiveDefinite Correlation Density DoublyStochastic",
    12: "Contraction Projection MMatrix ComplexMatrix Disc Majorised LowRank",  # d² + d, or 2dr, or (d + d)r
    15: "Orthogonal Commuting",  # d² + 2d
    18: "Hermitian ComplexPositiveSemidefinite ComplexPositiveDefinite ComplexDensity Free Ordered",
    21: "Normal ComplexProjection", 24: "ComplexContraction", 27: "Unitary", 33: "ComplexNormal",
    35: "Isometry", 65: "ComplexIsometry",  # of five rows
}  # fmt: skip


def test_a_value_is_made_of_so_many_raw_entries_and_no_more():
    """Each takes a byte of every draw, and is an axis along which a hunt searches."""
    found = {}
    for name, domain in ARRAYS.items():
        if "[" not in name:
            found.setdefault(domain.size(domain.shape({"d": 3, "r": 2})), set()).add(name)
    assert found == {size: set(names.split()) for size, names in SIZES.items()}


# --- structures -----------------------------------------------------------------------------------------------------


def test_matrices_have_the_structures_that_their_words_say():
    """Counterexamples stand at them: what is never drawn is never found."""
    assert Matrix.styles == (
        "plain", "low rank", "equal columns", "zero column", "zero row", "zero", "diagonal", "tiny", "huge"
    )  # fmt: skip
    domain, raw = Matrix("d r"), rationals(range(1, 7))
    made = {style: domain.construct(raw, style, (2, 3)) for style in domain.styles}
    assert {style: int(fmpq_mat(value.tolist()).rank()) for style, value in made.items()} == {
        "plain": 2, "low rank": 1, "equal columns": 1, "zero column": 2, "zero row": 1, "zero": 0, "diagonal": 2,
        "tiny": 2, "huge": 2,
    }  # fmt: skip
    assert [domain.show(made["tiny"] * 2**20), domain.show(made["huge"] / 2**20)] == [domain.show(made["plain"])] * 2


@pytest.mark.parametrize(
    ("entries", "axis"), [((1, -3, 2), (0, 1, 0)), ((-1, 0, 3), (0, 0, -1)), ((-4, -2, 1), (-1, 0, 0))]
)
def test_a_unit_vector_is_the_axis_of_the_largest_entry_of_either_sign(entries, axis):
    assert tuple(UnitVector("d").construct(rationals(entries), "axis", (3,)).tolist()) == axis
