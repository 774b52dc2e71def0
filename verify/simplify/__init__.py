"""Making a counterexample small."""

from verify.simplify.search import simplify

__all__ = ["simplify"]
