"""Making a counterexample small."""

from verify.simplify.search import simplifications, simplify

__all__ = ["simplifications", "simplify"]
