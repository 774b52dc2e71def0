"""Symbolic proofs of claims of dai2018: the reference formulas run on symbols."""
