"""Eight trajectories side by side: entry by entry their numbers are neighbours, and one instruction moves several.

An array of lanes has the axis of the trajectories last, so that a row, the same entry of each, is a :data:`Pack`. What
is done to a pack is one vector instruction, or a few, whatever the shapes of the matrices; the compiler would not make
these of loops as short as ours. A lane never meets another one: its numbers are the same in any company.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, register_model

WIDTH = 8

Floats = Any
"""A float64 NumPy array."""

Pack = Any
"""WIDTH floats, a row of an array of lanes."""

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays; it releases the interpreter lock, and divides as NumPy does.

    What is compiled is kept for the next process, until any module of the function's folder is edited.
    """
    options: Any = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}, "no_cfunc_wrapper": True}
    made = numba.njit(cache=True, **options)(function)
    if (kept := getattr(made, "_cache", None)) is not None:  # there is none where compilation is disabled
        # by itself numba looks at the function's own file, and keeps what calls an edited function of another one
        kept._cache_file._source_stamp = _digest(Path(function.__code__.co_filename).parent)
    return cast(Function, made)


def _digest(folder: Path) -> str:
    sources = b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))
    return hashlib.sha256(sources).hexdigest()


def primitive(function: Callable[..., Any]) -> Any:
    """Let a function generate its own instructions."""
    return intrinsic(function)


class PackType(types.Type):
    """WIDTH floats that one register, or a few, hold."""

    def __init__(self) -> None:
        super().__init__(name=f"Pack({WIDTH})")


PACK, VECTOR, FUSED = PackType(), ir.VectorType(ir.DoubleType(), WIDTH), ("contract",)


@register_model(PackType)
class PackModel(models.PrimitiveModel):
    """How a pack is compiled: a vector of LLVM."""

    def __init__(self, manager: Any, of: PackType) -> None:
        super().__init__(manager, of, VECTOR)  # type: ignore[no-untyped-call]


def _row(context: Any, builder: Any, array_type: Any, array: Any, i: Any) -> Any:
    """Return where row i of an array (· × WIDTH) begins."""
    base = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(base, [builder.mul(i, i.type(WIDTH))]), VECTOR.as_pointer())


@primitive
def load(_: Any, x: Any, i: Any) -> Any:
    """Return row i of x (· × WIDTH, contiguous)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_row(context, builder, x, *arguments), align=8)

    return PACK(x, types.intp), generate


@primitive
def store(_: Any, x: Any, i: Any, a: Any) -> Any:
    """Write a pack into row i of x (· × WIDTH, contiguous)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, row, pack = arguments
        builder.store(pack, _row(context, builder, x, array, row), align=8)
        return context.get_dummy_value()

    return types.void(x, types.intp, PACK), generate


@primitive
def spread(_: Any, a: Any) -> Any:
    """Return the same number in every lane."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        one = builder.insert_element(VECTOR(ir.Undefined), arguments[0], ir.IntType(32)(0))
        return builder.shuffle_vector(one, VECTOR(ir.Undefined), ir.VectorType(ir.IntType(32), WIDTH)([0] * WIDTH))

    return PACK(types.float64), generate


@primitive
def plus(_: Any, c: Any, a: Any, b: Any) -> Any:
    """Return c + ab, rounded once where the processor can."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        c, a, b = arguments
        return builder.fadd(c, builder.fmul(a, b, flags=FUSED), flags=FUSED)

    return PACK(PACK, PACK, PACK), generate


@primitive
def minus(_: Any, c: Any, a: Any, b: Any) -> Any:
    """Return c − ab, rounded once where the processor can."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        c, a, b = arguments
        return builder.fsub(c, builder.fmul(a, b, flags=FUSED), flags=FUSED)

    return PACK(PACK, PACK, PACK), generate
