"""Symbolic proofs of claims of koehler2022: the reference formulas run on symbols."""
