"""Premises that are equalities: no random point meets them, so they are solved.

The raw entries of all arguments are the unknowns (:mod:`~verify.hunt.premises.frame`, in which the sides of the
premises differ by so much). Where no two of some unknowns meet in a product, the premises are affine in these
(:mod:`~verify.hunt.premises.coupling`): the others are fixed at numbers for which there is a solution, and the linear
system is solved exactly (:mod:`~verify.hunt.premises.solving`). All points of its solution space are exact instances
that meet the premises, and the hunt samples and descends there as anywhere
(:mod:`~verify.hunt.premises.slices`). Where no choice of numbers at hand has a solution, Gauss and Newton come close to
one, from which the numbers are read (:mod:`~verify.hunt.premises.projection`).
"""
