"""Numbers, names and comments as Coq reads them."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction

_WORDS = """
    R Z Q N S O I PI Rabs sqrt exp ln Prop Set Type SProp Definition Fact Theorem Proof Qed
    as at cofix do else end exists fix for forall fun if in let match mod return then using where with
"""
_OURS = r"[ty]\d+(_(is|defined))?|(branch|premise|quadratic)_\d+|.*_in_domain(_\d+)?|Floats|Bounds|refuted|certificate"
_TAKEN = re.compile(f"_|{'|'.join(_WORDS.split())}|{_OURS}")


def literal(value: Fraction, bare: bool = False) -> str:
    """Return a fraction, in parentheses where it needs them as an operand."""
    text = str(value.numerator) if value.denominator == 1 else f"{value.numerator} / {value.denominator}"
    return text if bare or (value.denominator == 1 and value >= 0) else f"({text})"


def decimal(value: Fraction) -> str:
    """Return a fraction that has few decimals."""
    return str(Context(prec=10_000).divide(Decimal(value.numerator), Decimal(value.denominator)))


def identifier(name: str, taken: set[str]) -> str:
    """Return a name like this one that is allowed and not taken, which it then is."""
    made = re.sub(r"[^A-Za-z0-9_]", lambda found: f"u{ord(found[0]):x}", name)
    while made in taken or _TAKEN.fullmatch(made):
        made += "'"
    taken.add(made)
    return made


def module_name(claim: str) -> str:
    """Return the name of a claim's file, which Coq takes for a module's."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", claim).strip("_")
    return name if name[:1].isalpha() else f"claim_{name}"


def comment(text: str) -> str:
    """Return a text that neither ends a comment nor begins another one, or a string."""
    return re.sub(r"\s+", " ", text).replace("(*", "( *").replace("*)", "* )").replace('"', "''")
