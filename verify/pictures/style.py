"""How pictures look: as wide as a phone's column, text that stays text, colours that everybody tells apart."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_P = ParamSpec("_P")
_T = TypeVar("_T")

WIDTH = 480
"""Of a picture, in units of its own: text of 12 is read well from 360 pixels on."""

INK = "#010203"
"""What stands for the colour of the text around, until it is written."""

BLUE, VERMILLION, GREEN, PURPLE, GREY = COLOURS = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#808080"
"""Okabe and Ito's, those of which stand out from white and from black."""

PALE = "#80808040"
"""A grey to lie behind text, on any ground."""

SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "vae-verify", "svg.fonttype": "none", "font.size": 12, "axes.titlesize": 12, "axes.labelsize": 12,
    "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8,
    "text.color": INK, "axes.edgecolor": INK, "axes.labelcolor": INK, "axes.titlecolor": INK,
    "xtick.color": INK, "ytick.color": INK, "xtick.labelsize": 11, "ytick.labelsize": 11,
    "legend.frameon": False, "legend.fontsize": 11, "lines.linewidth": 1.5, "lines.solid_capstyle": "round",
}  # fmt: skip

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def new_picture(height: float, rows: int = 1, ratios: Sequence[float] | None = None) -> tuple[Figure, list[Axes]]:
    """Return a figure of this height, in units of its own, with rows of axes one below the other."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(WIDTH / 72, height / 72), layout="constrained")
    grid = figure.subplots(rows, 1, squeeze=False, height_ratios=ratios)
    return figure, [axes for (axes,) in grid]


@contextlib.contextmanager
def own_style(further: Mapping[Any, Any] = MappingProxyType({})) -> Iterator[None]:
    """Draw in this style alone: a ``matplotlibrc`` in the folder may be a stranger's, and ask for LaTeX to be run."""
    from matplotlib import rc_context, rcdefaults, rcParams  # noqa: PLC0415  # half a second to import

    with rc_context():
        rcdefaults()
        settings: dict[Any, Any] = {**SETTINGS, **further}
        rcParams.update(settings)
        yield


def styled(draw: Callable[_P, _T]) -> Callable[_P, _T]:
    """Decorate a function that draws: all that it makes has this style."""

    @wraps(draw)
    def drawn(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        from cycler import cycler  # noqa: PLC0415

        with own_style({"axes.prop_cycle": cycler(color=COLOURS)}):
            return draw(*args, **kwargs)

    return drawn


def logarithmic(axes: Axes, *which: str) -> None:
    """Make axes ``x`` or ``y`` logarithmic, with powers of ten written as text."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: PLC0415

    for name in which:
        axes.set(**{f"{name}scale": "log"})
        axis = getattr(axes, f"{name}axis")
        axis.set_major_locator(LogLocator(numticks=7))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: power(value)))


def power(value: float) -> str:
    """Write a power of ten, or a number between."""
    if 0.01 <= value <= 1000:
        return f"{value:g}"
    digits, _, exponent = f"{value:.0e}".partition("e")
    return ("" if digits == "1" else f"{digits}·") + "10" + str(int(exponent)).translate(_SUPERSCRIPTS)
