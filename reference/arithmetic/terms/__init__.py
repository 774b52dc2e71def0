"""The arithmetic of expression trees: what a formula computes of exact inputs, operation by operation.

An array, :class:`~reference.arithmetic.terms.array.Terms`, holds trees with their values. What depends on a value, such
as an order or a pivot, is decided by it and noted (:mod:`~reference.arithmetic.terms.decisions`), so that the trees say
under which conditions they are the formula.
"""
