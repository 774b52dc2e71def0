"""Which number of what a loss returns is the loss."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from verify.gate.errors import NoNumber
from verify.gate.shapes import Shape

Path = tuple[Any, ...]
"""The keys that lead into a nested result."""

NAMES = ("loss", "total_loss", "loss_total", "total", "objective", "neg_elbo", "negative_elbo", "nelbo")
_MAXIMISED = ("elbo", "lower_bound", "log_likelihood", "bound")
_MEND = "return the loss as one number, or give an adapter: lambda recon, x, mu, logvar: …"


@dataclasses.dataclass(frozen=True)
class Output:
    """A number in what a loss returns: the sum of those at some places of it."""

    paths: tuple[Path, ...]
    assumed: tuple[str, ...] = ()

    def __call__(self, result: Any, shape: Shape) -> Any:
        """Return the number; raises NoNumber if there is none."""
        values = [number(_follow(result, path), shape) for path in self.paths]
        return sum(values[1:], values[0])


def choose(result: Any, shape: Shape, depends: Callable[[Callable[[Any], Any]], bool]) -> Output:
    """Return which number of a result is the loss.

    ``depends`` says whether a number of the result depends on the reconstruction and on the heads.
    """
    path, assumed = _by_name(result, ())
    value = _follow(result, path)
    if not isinstance(value, tuple | list | Mapping):
        number(value, shape)
        return Output((path,), (*assumed, *_mean(value, shape)))
    places: list[Path] = [(*path, key) for key, each in _entries(value) if _is_entry(each, shape)]
    if not places:
        raise NoNumber(f"returns {_kind(value)}, none of them a number: {_MEND}")
    whole = [each for each in places if depends(partial(_number_at, each, shape))]
    chosen: tuple[Path, ...]
    if whole:
        chosen, text = (whole[0],), _place(value, whole[0][-1])
    else:
        _refuse_doubles([number(_follow(result, each), shape) for each in places])
        chosen = tuple(places)
        text = f"the sum of the numbers returned: {', '.join(_label(value, each[-1]) for each in places)}"
    if len(places) == 1:
        text = f"the only number returned: {_label(value, places[0][-1])}"
    means = [line for each in chosen[:1] for line in _mean(_follow(result, each), shape)]
    return Output(chosen, (*assumed, text, *means))


def number(value: Any, shape: Shape) -> Any:
    """Return a number, of a vector with a number for each sample its mean; raises NoNumber if it is neither."""
    if value is None or isinstance(value, bool | str | int | complex):
        raise NoNumber(f"returns {_one(value)}: {_MEND}")
    if isinstance(value, float):
        return value
    if not _is_tensor(value):
        value = _array(value)
    kind = str(value.dtype).removeprefix("torch.")
    if not kind.startswith(("float", "bfloat")):
        raise NoNumber(f"returns {kind} values, and a loss is a real number: {_MEND}")
    sizes = tuple(value.shape)
    if all(size == 1 for size in sizes):
        return value.reshape(()) if sizes else value
    if sizes[0] == shape.n and all(size == 1 for size in sizes[1:]):
        return value.mean()
    raise NoNumber(f"returns {_sizes(sizes, shape)} values: reduce them to one number, as by .sum(-1).mean()")


def _by_name(result: Any, path: Path) -> tuple[Path, tuple[str, ...]]:
    """Follow the names of losses, in a tuple those of a dictionary that comes first."""
    fields = _fields(result)
    if isinstance(result, tuple | list) and result and isinstance(result[0], Mapping):
        below, assumed = _by_name(result[0], (*path, 0))
        return below, ("the dictionary that is returned first", *assumed)
    if fields is None:
        return path, ()
    for name in NAMES:
        if name in fields:
            what = "the value of key" if isinstance(result, Mapping) else "the attribute"
            shown = repr(name) if isinstance(result, Mapping) else name
            below, assumed = _by_name(fields[name], (*path, name))
            return below, (f"{what} {shown} of what is returned", *assumed)
    wrong = [name for name in fields if str(name).lower() in _MAXIMISED]
    if wrong:
        raise NoNumber(
            f"returns {wrong[0]!r}, which is to be maximised, and no loss: "
            f"give an adapter: lambda recon, x, mu, logvar: -loss(recon, x, mu, logvar)[{wrong[0]!r}]"
        )
    if not isinstance(result, Mapping):
        raise NoNumber(f"returns an object of type {type(result).__name__} without an attribute loss: {_MEND}")
    return path, ()


def _fields(result: Any) -> Mapping[Any, Any] | None:
    """Return what a dictionary or an object holds by name; None for numbers, tensors and plain sequences."""
    if isinstance(result, Mapping):
        return result
    names = getattr(result, "_fields", ())
    if isinstance(result, tuple) and set(names) & set(NAMES):
        return {name: getattr(result, name) for name in names}
    if result is None or isinstance(result, bool | str | int | float | complex | tuple | list | set | np.generic):
        return None
    if _is_tensor(result) or hasattr(result, "__array__") or callable(result):
        return None
    known = {name: getattr(result, name) for name in NAMES if hasattr(result, name)}
    return {**getattr(result, "__dict__", {}), **known}


def _entries(value: Any) -> Iterator[tuple[Any, Any]]:
    yield from value.items() if isinstance(value, Mapping) else enumerate(value)


def _follow(result: Any, path: Path) -> Any:
    for key in path:
        inside = isinstance(result, Mapping) or isinstance(key, int)
        result = result[key] if inside else getattr(result, key)
    return result


def _number_at(path: Path, shape: Shape, result: Any) -> Any:
    return number(_follow(result, path), shape)


def _is_entry(value: Any, shape: Shape) -> bool:
    """Say whether one of several results is a number, or a vector of them: n × 1 is a head of one latent variable."""
    if len(getattr(value, "shape", ())) > 1:
        return False
    try:
        number(value, shape)
    except NoNumber:
        return False
    return True


def _refuse_doubles(values: Sequence[Any]) -> None:
    """Raise NoNumber where one of the numbers to be added up is the sum of others, and would count twice."""
    sizes = [float(each) for each in values]
    for at, size in enumerate(sizes):
        others = sizes[:at] + sizes[at + 1 :]
        near = [abs(size - each) <= 1e-6 * abs(size) for each in (*others, sum(others))]
        if any(near) and size:
            raise NoNumber(f"returns {len(sizes)} numbers, one of which may be the sum of others: {_MEND}")


def _mean(value: Any, shape: Shape) -> Iterator[str]:
    sizes = tuple(getattr(value, "shape", ()))
    if sizes and sizes[0] == shape.n > 1:
        yield "the mean of the n values returned"


def _array(value: Any) -> Any:
    try:
        found = np.asarray(value)
    except Exception as error:
        raise NoNumber(f"returns {_one(value)}: {_MEND}") from error
    if found.dtype == object:
        raise NoNumber(f"returns {_one(value)}: {_MEND}")
    return found


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _sizes(sizes: tuple[int, ...], shape: Shape) -> str:
    letters = {shape.n: "n", shape.d: "d", shape.k: "k"}
    return "×".join(letters.get(size, str(size)) for size in sizes)


def _one(value: Any) -> str:
    if value is None:
        return "None"
    name = {"str": "a string", "int": "an int", "bool": "a bool", "complex": "a complex number"}
    return name.get(type(value).__name__, f"an object of type {type(value).__name__}")


def _kind(value: Any) -> str:
    return f"a {type(value).__name__} of {len(value)} values" if len(value) != 1 else f"a {type(value).__name__}"


def _label(value: Any, key: Any) -> str:
    return repr(key) if isinstance(value, Mapping) else f"number {key + 1}"


def _place(value: Any, key: Any) -> str:
    if isinstance(value, Mapping):
        return f"the value of key {key!r} of what is returned"
    return ("the first" if key == 0 else f"number {key + 1}") + f" of the {len(value)} values returned"
