"""The mathematics: every loss and closed-form optimum of the papers, once.

Pure functions without randomness or input and output. Each is written in array style (``@``, ``.mT``, sums over the
last axes, leading batch axes broadcast) and runs unchanged in every arithmetic of :mod:`reference.arithmetic`.
"""
