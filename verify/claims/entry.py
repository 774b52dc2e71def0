"""What the registry holds: statements of a paper, each with the verdict that is expected of it."""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from vae_verify import is_own
from verify.judging.statements import ClaimError
from verify.notation import argument

PACKAGE = "properties"
"""The package whose subpackages hold the claims of one paper each."""


class Kind(StrEnum):
    """What a claim says."""

    @classmethod
    def _missing_(cls, value: object) -> Kind:
        raise ValueError(f"{value!r} is no kind of claim: choose one of {', '.join(cls)}")

    IDENTITY = "identity"
    INEQUALITY = "inequality"
    OPTIMALITY = "optimality"
    EQUIVALENCE = "equivalence"
    LIMIT = "limit"
    FLOW = "flow"
    EXPERIMENT = "experiment"


class Verdict(StrEnum):
    """What the evidence says of a claim; of a hunt, that it survived."""

    @classmethod
    def _missing_(cls, value: object) -> Verdict:
        raise ValueError(f"{value!r} is no verdict: choose one of {', '.join(v for v in cls if v is not cls.SURVIVED)}")

    PROVED = "proved"
    HOLDS = "holds"
    REFUTED = "refuted"
    SIMULATED = "simulated"
    MEASURED = "measured"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"
    ERROR = "error"
    SURVIVED = "survived"


class Relation(StrEnum):
    """What one claim is to another."""

    CORRECTS = "corrects"
    SHARPENS = "sharpens"
    IMPLIES = "implies"
    RESTS_ON = "rests on"

    @property
    def inverse(self) -> str:
        """What the other is to the one."""
        return _INVERSE[self]


_INVERSE = {
    Relation.CORRECTS: "corrected by",
    Relation.SHARPENS: "sharpened by",
    Relation.IMPLIES: "implied by",
    Relation.RESTS_ON: "used by",
}


@dataclass(eq=False, kw_only=True)
class Entry:
    """One statement of a paper, what states it, and the verdict that is expected of it."""

    limited: ClassVar[bool] = True
    """Whether it may have only so much memory as a run gives it."""

    id: str
    statement: str
    """What is printed, in LaTeX."""

    body: Callable[..., Any]
    label: str
    """Where it is printed."""

    kind: Kind
    expected: Verdict
    slow: bool = False
    corrects: str | None = None
    """The id of the printed claim that this one corrects."""

    sharpens: tuple[str, ...] = ()
    """The ids of the true claims of which this one states more: of more cases, or with a better bound."""

    implies: tuple[str, ...] = ()
    """The ids of the claims that follow from this one by words that need no other."""

    rests_on: tuple[str, ...] = ()
    """The ids of the claims that its proof uses, the paper's or ours."""

    same_as: str | None = None
    """The id of the claim that is wrong by the same slip: the errata count the two once."""

    corner: str | None = None
    """Of a refuted claim, where alone it fails: a case at the edge of what is stated, such as r = 0 or a tie."""

    reading: str | None = None
    """Of a refuted claim, how it was read, where the print can be read so that it is true."""

    universal: str | None = None
    """Of a refuted claim whose certificate shows one instance only, the id of the proved claim that refutes it."""

    @property
    def paper(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def relations(self) -> dict[Relation, tuple[str, ...]]:
        """The ids of the claims that this one is related to, by what it is to them, where it is."""
        corrects = (self.corrects,) if self.corrects else ()
        named = zip(Relation, (corrects, self.sharpens, self.implies, self.rests_on), strict=True)
        return {relation: ids for relation, ids in named if ids}

    @property
    def fault(self) -> str:
        """Under what it is counted where it is refuted: as that, at a corner alone, or by a reading."""
        return "at a corner" if self.corner else "by a reading" if self.reading else "refuted"

    @property
    def source_file(self) -> Path:
        """The file that states the claim."""
        return Path(inspect.getsourcefile(inspect.unwrap(self.body)) or "")

    @property
    def is_own(self) -> bool:
        """Whether it is a user's own, and of none of the papers."""
        return is_own(self.body.__module__)

    @property
    def target(self) -> str:
        """What a command line names the entry by: its id, or its file and function if it is of no paper here."""
        return argument(f"{self.shown_file}::{self.body.__name__}" if self.is_own else self.id)

    @property
    def shown_file(self) -> Path:
        """The file that states it, as seen from the folder where the command runs if it lies below."""
        source, here = self.source_file.resolve(), Path.cwd()
        return source.relative_to(here) if source.is_relative_to(here) else source

    @cached_property
    def digest(self) -> str:
        """A digest of the claim's source: its arguments and body, without comments, docstring and layout."""
        (function,) = ast.parse(textwrap.dedent(inspect.getsource(self.body))).body
        if not isinstance(function, ast.FunctionDef):
            raise ClaimError(f"{self.id} is no function that is defined with def")
        function.decorator_list = []
        if ast.get_docstring(function) is not None:
            del function.body[0]
        return hashlib.sha256(ast.unparse(function).encode()).hexdigest()
