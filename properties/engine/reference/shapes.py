"""Every formula states the shapes of its arguments and result, and keeps to them; a call that does not is refused."""

import re
import subprocess
import sys
from functools import wraps
from inspect import get_annotations, isclass, signature
from itertools import chain, cycle, repeat
from types import FunctionType, SimpleNamespace
from typing import Any, get_args

import numpy as np
import pytest

from properties.engine.helpers.formulas import formulas
from properties.engine.helpers.slow import thinned
from reference.arithmetic.exact import rationals
from reference.dimensions import DimensionError
from reference.koehler2022 import simplified_loss
from reference.shapes import Array, places, shaped, shapes_of

FORMULAS = {f"{f.__module__.removeprefix('reference.')}.{f.__name__}": f for f in formulas()}
SIZES = {"s": 1, "k": 2, "kappa": 3, "r": 4, "n": 5, "m": 6, "d": 7, "d0": 5, "d1": 2, "d2": 3, "weight": 1}
SIZES |= {"points": 8, "places": 9, "rows": 10, "classes": 11}
"""Sizes that tell the dimensions of a formula apart."""
BATCH = (2, 13)
every_formula = pytest.mark.parametrize("name", FORMULAS)
several = pytest.mark.parametrize("name", thinned(FORMULAS, 5, mark="long"))
"""Of what refuses a shape, which all have in common."""


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


def of_arrays(name):
    """Return the arrays in the arguments of a formula."""
    return [place for argument, annotation in stated(name)[1].items() for place in places(argument, annotation)]


# --- what a signature says ------------------------------------------------------------------------------------------


def test_every_array_has_a_shape():
    for name in FORMULAS:
        formula, arguments, result = stated(name)
        assert arguments.keys() == signature(formula).parameters.keys(), name
        for annotation in (*arguments.values(), result):
            assert annotation is not Any, name
            assert Array not in parts(annotation), name


def test_sizes_that_follow_from_others_follow_from_arguments():
    for name in FORMULAS:
        _, arguments, result = stated(name)
        given = [axis for place in of_arrays(name) for shape in place.shapes for axis in shape.axes]
        known = {axis.text for axis in given if axis.is_name} | {n for n, a in arguments.items() if a is int}
        axes = given + [axis for place in places("", result) for shape in place.shapes for axis in shape.axes]
        assert all(known.issuperset(axis.names) for axis in axes if not axis.is_name), name


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


@several
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


@several
def test_a_wrong_size_is_refused(name):
    right, found = right_shapes(name)
    texts = [axis.text for place in found for shape in place.shapes for axis in shape.axes]
    for place in found:
        for i, axis in enumerate(place.shapes[0].axes):
            if len(place.shapes) == 1 and (texts.count(axis.text) > 1 or not axis.is_name):
                wrong = tuple(size + (i == j) for j, size in enumerate(right[place.name]))
                with pytest.raises(DimensionError, match=f"{name}: .* has the shape .* not Array"):
                    called(name, right | {place.name: wrong})


@several
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


# --- what the formulas keep to --------------------------------------------------------------------------------------

ALONE = {
    *(f"dai2018.candidate.{f}" for f in ("candidate_cost", "candidate_cost_bounds", "separated_cost")),
    *(f"dai2018.robust.{f}" for f in ("combined_ranks", "independent_rows", "log_coefficient", "pseudo_inverse")),
    *(f"dai2018.robust.{f}" for f in ("factors_of_reduced", "rank_factors")),
    *(f"dai2018.robust.{f}" for f in ("robust_pca", "robust_pca_objective")),
    "dai2018.rank_one.closest_of_rank_one",
    "dai2018.tails.slope_pieces",
    "dai2018.tails.stein_weighted",
    "dai2020.threshold.collapsed_hessian",
    "gaussian.integrals.gaussian_mean",
    "koehler2022.losses.descent_step",
}
"""Formulas of one instance: exact searches, and what puts matrices or bare numbers together."""
OF_ONE_BATCH = {"dai2020.network.latent_slopes", *(f"wang2022.losses.hessian_{f}" for f in ("uu", "vv"))}
"""A part of the result follows from one argument alone, and has no more leading axes than that."""
EXACT = [name for name in FORMULAS if name.startswith("dai2018.r") and name in ALONE and "candidate" not in name]
GIVEN = {
    "sigma": np.tanh,
    "act": np.square,
    "act_slope": np.tanh,
    "function": lambda x: x.sum(-1) if np.ndim(x) else x**2,
    "piece": lambda x, log: x,
    "pieces": [lambda x, log: x, lambda x, log: 1],
    "breakpoints": [0.5],
    "blocks": [np.eye(4), np.eye(6)],
    "chosen": [0, 2],
    "parameters": [np.ones((2, 3)), np.ones(4)],
    "gradient": [np.ones((2, 3)), np.ones(4)],
}
"""Arguments that are not arrays, or each of a shape of its own."""


def filled(shape, batch, generator):
    """Return numbers, larger ones that descend, and matrices, positive definite where they may be symmetric."""
    size, texts = tuple(axis.value(SIZES) for axis in shape.axes), [axis.text for axis in shape.axes]
    array = generator.uniform(*((0.5, 1.5) if size else (0.1, 0.4)), (*batch, *size))
    if len(size) == 1:
        return -np.sort(-array)
    return array @ array.mT if len(size) > 1 and texts[-1] == texts[-2] else array


def argument(name, annotation, batch, generator):
    """Return a value for an argument, each array in it with this batch."""
    if shapes := shapes_of(annotation):
        return np.asarray(1.0) if shapes[0].is_any else filled(shapes[0], batch, generator)
    if annotation is int:
        return SIZES[name]
    if isclass(annotation):
        fields = get_annotations(annotation).items()
        return annotation(*(argument(field, a, batch, generator) for field, a in fields))
    return GIVEN[name]


@every_formula
def test_the_result_has_the_shape_that_is_stated(name):
    formula, arguments, _ = stated(name)
    generator = np.random.default_rng(0)
    values = [argument(n, annotation, (), generator) for n, annotation in arguments.items()]
    if name in EXACT:
        values = [rationals(np.rint(v[:2, :3]).astype(int)) if isinstance(v, np.ndarray) else v for v in values]
    shaped(formula)(*values)


@pytest.mark.parametrize(
    "name", thinned([name for name in FORMULAS if name not in ALONE and of_arrays(name)], 2, mark="long")
)
def test_a_batch_is_one_instance_after_another(name):
    formula, arguments, _ = stated(name)
    generator = np.random.default_rng(0)
    batches = repeat(BATCH) if name in OF_ONE_BATCH else chain([BATCH], cycle([(13,), (2, 1)]))
    values = [argument(n, a, next(batches) if [*places(n, a)] else (), generator) for n, a in arguments.items()]
    together = shaped(formula)(*values)
    for place in [(0, 0), (0, 7), (1, 12)]:
        alone = formula(*(instance(value, a, place) for value, a in zip(values, arguments.values(), strict=True)))
        for whole, part in zip(*(x if isinstance(x, tuple) else (x,) for x in (together, alone)), strict=True):
            np.testing.assert_allclose(whole[place], part, rtol=1e-12)


def instance(value, annotation, place):
    """Return what a value, or each array in it, is at one place of the batch."""
    if shapes := shapes_of(annotation):
        trailing = value.shape[value.ndim - len(shapes[0].axes) :]
        return value if shapes[0].is_any else np.broadcast_to(value, (*BATCH, *trailing))[place]
    if isclass(annotation) and annotation is not int:
        fields = get_annotations(annotation).items()
        return annotation(*(instance(getattr(value, field), a, place) for field, a in fields))
    return value


# --- where it is checked --------------------------------------------------------------------------------------------


def test_every_formula_is_checked_here_wherever_it_is_bound():
    originals = set(FORMULAS.values())
    modules = [m for n, m in sys.modules.items() if n.partition(".")[0] in ("reference", "verify", "properties")]
    bound = [
        v for m in modules for v in vars(m).values() if isinstance(v, FunctionType) and m is not sys.modules[__name__]
    ]
    assert originals.isdisjoint(bound)
    assert originals <= {getattr(value, "__wrapped__", None) for value in bound}
    with pytest.raises(
        DimensionError, match=r"losses\.simplified_loss: Bt has the shape \(3, 2\), not Array\[\"r d\"\], with d = 2"
    ):
        simplified_loss(np.eye(2), np.eye(2), np.ones((3, 2)), 1.0)


@pytest.mark.parametrize(
    "module", thinned(["reference.koehler2022", "properties.koehler2022.claims.losses"], mark="long")
)
def test_nothing_is_checked_elsewhere(module):
    code = f"from {module} import loss; print(hasattr(loss, '__wrapped__'))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
