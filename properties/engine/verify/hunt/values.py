"""What tasks, and the rooms of the hunt, hand to each other does not change once it is made."""

from dataclasses import FrozenInstanceError

import pytest

from verify.hunt.course import Point
from verify.hunt.equality import _Structure
from verify.hunt.hunting import Hunted
from verify.hunt.miss import Miss
from verify.hunt.portfolio import Move
from verify.hunt.premises.coupling import Couplings
from verify.hunt.premises.frame import Frame
from verify.hunt.premises.hulls import Hull
from verify.hunt.premises.slices import Slice
from verify.hunt.premises.solving import Solutions, Solved
from verify.hunt.premises.strategy import _Start
from verify.hunt.strata import Part, Stratum
from verify.hunt.tasks import Task

PLAIN = [Point, _Structure, Hunted, Miss, Move, Part, Stratum, Task]
PREMISES = [Couplings, Frame, Hull, Slice, Solutions, Solved, _Start]


@pytest.mark.parametrize("kind", PLAIN + PREMISES)
def test_it_does_not_change(kind):
    with pytest.raises(FrozenInstanceError):
        object.__new__(kind).anything = 0
    with pytest.raises(TypeError):
        kind()


def test_a_slice_is_made_by_names_and_equal_parts_are_one():
    assert Point(1, 0.5, None) == Point(1, 0.5, None) != Point(1, 0.5, 0.0)
    assert Move("bulk", ((1,),)) == Move("bulk", ((1,),), 1, False, "") != Move("bulk", ((1,),), 2)
    with pytest.raises(TypeError, match="positional"):
        Slice(None, {}, {}, {}, False, None, [], None, None)
