"""How a program of the suite starts, before anything of the suite is imported: ``vae-verify``, ``python -m verify``."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def interrupted(*_: object) -> NoReturn:
    """End the program in one line; an exception might be lost in an import, or in a callback."""
    os.write(2, b"vae-verify: interrupted\n")
    os._exit(130)


NEEDED = (
    "hypothesis", "pytest", "numpy", "cma", "sympy", "mpmath", "threadpoolctl", "flint", "array_api_compat", "rich",
    "pylatexenc", "latex2mathml", "jinja2",
)  # fmt: skip
"""What is installed without any extra; who runs a checkout that is not installed may lack it."""


def require_dependencies() -> None:
    """End the program in one line if what it needs is not installed."""
    from importlib.util import find_spec  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    if lacking := [name for name in NEEDED if find_spec(name) is None]:
        home = Path(__file__).resolve().parents[1]
        print(f"vae-verify: {', '.join(lacking)} not found: install the suite: pip install {home}", file=sys.stderr)
        sys.exit(2)
