"""Every formula states the shapes of its arguments and result, and keeps to them; a call that does not is refused."""

import re
import subprocess
import sys
from functools import partial, wraps
from inspect import get_annotations, isclass, signature
from types import FunctionType, SimpleNamespace
from typing import Any, NamedTuple, get_args

import numpy as np
import pytest

from properties.engine.formulas import formulas
from reference.arithmetic.exact import rationals
from reference.dimensions import DimensionError
from reference.koehler2022 import simplified_loss
from reference.shapes import Array, places, shaped, shapes_of

FORMULAS = {f"{f.__module__.removeprefix('reference.')}.{f.__name__}": f for f in formulas()}
SIZES = {"s": 1, "k": 2, "kappa": 3, "r": 4, "n": 5, "m": 6, "d": 7, "d0": 5, "d1": 2, "d2": 3, "weight": 1}
SIZES |= {"points": 8, "places": 9, "rows": 10, "classes": 11}
"""Sizes that tell the dimensions of a formula apart."""
PRODUCT = (12, 13)
"""A batch, which no size is."""
every_formula = pytest.mark.parametrize("name", FORMULAS)


def stated(name):
    """Return the formula, the annotations of its arguments, and that of its result."""
    arguments = get_annotations(FORMULAS[name])
    return FORMULAS[name], arguments, arguments.pop("return")


def parts(annotation):
    """Yield an annotation and what it is made of, down to shapes."""
    yield annotation
    if not shapes_of(annotation):
        for part in annotation if isinstance(annotation, list) else get_args(annotation):
            yield from parts(part)


# --- what a signature says ------------------------------------------------------------------------------------------


@every_formula
def test_every_array_has_a_shape(name):
    formula, arguments, result = stated(name)
    assert arguments.keys() == signature(formula).parameters.keys()
    assert Any not in (*arguments.values(), result)
    assert all(Array not in parts(annotation) for annotation in (*arguments.values(), result))


@every_formula
def test_sizes_that_follow_from_others_follow_from_arguments(name):
    _, arguments, result = stated(name)
    found = [place for argument, annotation in arguments.items() for place in places(argument, annotation)]
    axes = [axis for place in found for shape in place.shapes for axis in shape.axes]
    known = {axis.text for axis in axes if axis.is_name} | {n for n, annotation in arguments.items() if annotation is int}
    axes += [axis for place in places("", result) for shape in place.shapes for axis in shape.axes]
    assert all(known.issuperset(axis.names) for axis in axes if not axis.is_name)


# --- what is refused ------------------------------------------------------------------------------------------------


def standing(name, annotation, shapes):
    """Return what stands for a value of this type, and has no more than its shapes."""
    if shapes_of(annotation):
        return SimpleNamespace(shape=shapes.get(name, ()))
    if annotation is int:
        return SIZES.get(name, 0)
    if isclass(annotation) and (fields := get_annotations(annotation)):
        return SimpleNamespace(**{field: standing(f"{name}.{field}", a, shapes) for field, a in fields.items()})
    items = get_args(annotation)
    return [standing(f"{name}[{i}]", item, shapes) for i, item in enumerate(items)]


def called(name, shapes):
    """Call what has the signature of a formula, and computes nothing, with arguments and result of these shapes."""
    formula, arguments, result = stated(name)
    computes_nothing = wraps(formula)(lambda *_: standing("the result", result, shapes))
    shaped(computes_nothing)(*(standing(argument, annotation, shapes) for argument, annotation in arguments.items()))


def right_shapes(name):
    """Return the shape of each array of a call, by its place, and the axes that it states."""
    _, arguments, result = stated(name)
    found = [p for n, a in (*arguments.items(), ("the result", result)) for p in places(n, a)]
    return {p.name: tuple(axis.value(SIZES) for axis in p.shapes[0].axes) for p in found}, found


@every_formula
def test_too_few_axes_are_refused(name):
    right, found = right_shapes(name)
    called(name, right)
    for place in found:
        if fewest := min(len(shape.axes) for shape in place.shapes):
            few = right[place.name][len(right[place.name]) - fewest + 1 :]
            with pytest.raises(DimensionError) as refused:
                called(name, right | {place.name: few})
            assert f"{name}: {place.name} has the shape {few}, not " in str(refused.value)
            assert repr(place.shapes[0]) in str(refused.value)


@every_formula
def test_a_wrong_size_is_refused(name):
    right, found = right_shapes(name)
    texts = [axis.text for place in found for shape in place.shapes for axis in shape.axes]
    for place in found:
        for i, axis in enumerate(place.shapes[0].axes):
            if len(place.shapes) == 1 and (texts.count(axis.text) > 1 or not axis.is_name):
                wrong = tuple(size + (i == j) for j, size in enumerate(right[place.name]))
                with pytest.raises(DimensionError, match=f"{name}: .* has the shape .* not Array"):
                    called(name, right | {place.name: wrong})


@every_formula
def test_a_batch_that_the_others_do_not_have_is_refused(name):
    """Neither may an argument have one that does not broadcast with the first one's, nor the result one of its own."""
    right, found = right_shapes(name)
    first = found[0].name if found else ""
    for place in found:
        batch = {place.name: (3, *right[place.name])}
        if place.name.startswith("the result"):
            with pytest.raises(DimensionError, match=rf"{name}: {re.escape(place.name)} has the leading axes \(3,\)"):
                called(name, right | batch)
        elif place.name != first:
            with pytest.raises(DimensionError, match=rf"{name}: .* has the leading axes \(\d,\), not \(\d,\)"):
                called(name, right | batch | {first: (2, *right[first])})
