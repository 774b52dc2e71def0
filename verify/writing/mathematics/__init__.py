"""A statement as mathematics on one line: what a terminal can show of its LaTeX source."""

from verify.writing.mathematics.reader import mathematics

__all__ = ["mathematics"]
