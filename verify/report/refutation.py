"""A refutation on the page: a certificate that was checked anew just now, and nothing that the run says of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reference.arithmetic.exact import Rationals
from verify.certificates import shelf
from verify.certificates.checker import Unproven, parse, read
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.report.checking import block, checked_there
from verify.report.formulas import formula
from verify.workers.limits import GivenUp, time_limit
from verify.writing.latex import found_latex, gap_latex, instance_latex, name_latex, value_latex
from verify.writing.refutations import CONNECTIVE, check_command, truth_lines

_PATIENCE = 20.0
"""Seconds to check one certificate: the body of a user's claim may take as long as it likes."""

_INTEGER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True)
class Refutation:
    """A counterexample whose certificate holds, with the file that it stands in."""

    found: Counterexample
    path: Path
    content: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The certificate."""
        return parse(self.content)

    @property
    def block(self) -> Markup:
        """The certificate as a block of data in the page."""
        return Markup(block(self.content.decode()))

    @cached_property
    def program(self) -> tuple[Markup | None, str | None]:
        """The program that checks it in the page as such a block, or why there is none."""
        try:
            with time_limit(_PATIENCE):
                made, reason = checked_there(self.found)
        except GivenUp:
            return None, f"its body takes more than {_PATIENCE:.0f} seconds"
        return Markup(made) if made else None, reason

    @property
    def digest(self) -> str:
        """The digest of the file."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """The name that the file has in the report's folder."""
        return f"certificates/{shelf.path_of(self.found.claim, Path()).name}"

    @property
    def at(self) -> Markup:
        """The instance, on one line."""
        return formula(instance_latex(self.found.instance))

    @property
    def arguments(self) -> list[tuple[Markup, Markup]]:
        """Each dimension and argument with its exact value."""
        instance = self.found.instance
        values = instance.realise(Rationals)
        stated = {name for name, value in values.items() if isinstance(value, int)}
        sizes = {name: size for name, size in instance.sizes.items() if name not in stated}
        return [(formula(name_latex(name)), formula(value_latex(value))) for name, value in {**sizes, **values}.items()]

    @property
    def comparisons(self) -> list[Markup]:
        """What is found there."""
        told = found_latex(self.found.violation)  # of numbers: what is not at most another is larger
        return [formula(latex.replace(r"\not\le", ">").replace(r"\not\lt", r"\ge")) for latex in told]

    @property
    def connective(self) -> str | None:
        """The connective that is false there, if it is none of the comparisons alone."""
        violation = self.found.violation
        return CONNECTIVE[violation.relation] if violation.operands else None

    @property
    def gap(self) -> str | None:
        """By how much it is false, in a sentence of LaTeX."""
        return gap_latex(self.found.violation)

    @property
    def lines(self) -> list[str]:
        """What is found there, as text."""
        return list(truth_lines(self.found.violation))

    @property
    def precision(self) -> str:
        """In which arithmetic it was judged."""
        bits = self.found.judgement.precision
        return f"{bits}-bit balls" if bits else "exact fractions"

    @property
    def example(self) -> str | None:
        """The decorator that puts the instance before all that a test draws; None where it would not say all sizes."""
        instance = self.found.instance
        data = instance.encode()
        try:
            if instance.signature.infer(data).sizes != instance.sizes:
                return None
        except ValueError:  # several sizes fit
            return None
        return f"@example({', '.join(f'{name}={_literal(value)}' for name, value in data.items())})"

    @property
    def command(self) -> str:
        """The command that checks it again, in the report's folder."""
        return check_command(self.found.claim, Path(self.name))


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return value if isinstance(value, str) and _INTEGER.fullmatch(value) else repr(value)


def rechecked(claim: Claim, *paths: str | Path | None) -> Refutation:
    """Check the certificate of a claim anew, in the first of these files that there is; raises Unproven."""
    try:
        path = next((path for path in (Path(name) for name in paths if name) if path.is_file()), None)
        if path is None:
            raise Unproven("there is no file of it")
        with time_limit(_PATIENCE):
            return Refutation(shelf.load(path, claim), path, read(path))
    except Unproven:
        raise
    except (OSError, ValueError) as error:
        raise Unproven(f"it cannot be read: {error}") from error
    except GivenUp:
        raise Unproven(f"it takes more than {_PATIENCE:g} seconds") from None
