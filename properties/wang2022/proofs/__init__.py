"""Symbolic proofs of claims of wang2022: the reference formulas run on symbols."""
