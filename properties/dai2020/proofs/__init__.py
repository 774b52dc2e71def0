"""Symbolic proofs of claims of dai2020: the reference formulas run on symbols."""
