"""Symbolic proofs of our own theorems: the reference formulas run on symbols."""
