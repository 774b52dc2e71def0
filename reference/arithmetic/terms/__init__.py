"""The arithmetic of expression trees: what a formula computes of exact inputs, operation by operation.

A :class:`~reference.arithmetic.terms.array.Terms` array holds :class:`~reference.arithmetic.terms.term.Term` s, each with its value; what
depends on a value, such as an order or a pivot, is decided by it and noted
(:mod:`~reference.arithmetic.terms.decisions`), so that the trees say under which conditions they are the formula.
"""
