"""The functions of NumPy, and what may be said to them, that neither branch on exact numbers nor round them."""

import numpy as np

SHAPES = {
    np.sum: 2, np.prod: 2, np.trace: 4, np.dot: 2, np.inner: 2, np.outer: 2, np.einsum: 64, np.tensordot: 3, np.kron: 2,
    np.cumsum: 2, np.concatenate: 2, np.stack: 2, np.hstack: 1, np.vstack: 1, np.block: 1, np.diag: 2, np.diagonal: 4,
    np.transpose: 2, np.swapaxes: 3, np.moveaxis: 3, np.reshape: 2, np.ravel: 1, np.squeeze: 2, np.expand_dims: 2,
    np.broadcast_to: 2, np.tile: 2, np.repeat: 3, np.roll: 3, np.flip: 2, np.matrix_transpose: 1,
}  # fmt: skip
"""How many of its arguments, in their order, each function may be given: those after may round, or write elsewhere."""

KEYWORDS = {
    "axis", "axes", "axis1", "axis2", "offset", "k", "keepdims", "shape", "reps", "repeats", "shift", "source",
    "destination", "optimize",
}  # fmt: skip
"""What may be said by name: lengths and places of axes, and nothing that is added, written to or rounded to."""

FIELD = {np.add, np.subtract, np.multiply, np.divide, np.negative, np.matmul, np.square}
PARTS = {np.real, np.imag}
"""Functions that are attributes of their argument too."""

UNARY = {np.absolute: "__abs__", np.conjugate: "conj", np.positive: "__pos__"}
"""Functions of one number that are methods of an array: its entries may have none, or values of another kind."""

ANALYTIC = {np.sqrt, np.exp, np.log, np.log1p, np.expm1, np.tanh, np.sinh, np.cosh, np.sin, np.cos, np.tan}
UFUNCS = FIELD | ANALYTIC | UNARY.keys()
