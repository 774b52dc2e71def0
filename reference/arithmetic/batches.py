"""Functions of single matrices, over the leading axes of object arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.arithmetic.exact import Rigorous
from reference.arithmetic.kinds import bare, symbols
from reference.shapes import Array


def over_batch(function: Callable[..., Any], shape: tuple[int, ...], *matrices: Array, kind: Any = None) -> Array:
    """Apply a function of single matrices, whose values have a shape and are of one kind, over the leading axes.

    A value without entries is not asked for: nested lists of rows do not say how long the rows are that are not there.
    """
    batch = np.broadcast_shapes(*(m.shape[:-2] for m in matrices))
    wide = [np.broadcast_to(bare(m), (*batch, *m.shape[-2:])) for m in matrices]
    places = () if 0 in shape else np.ndindex(batch)
    results = [function(*(w[i].tolist() for w in wide)) for i in places]
    stacked = np.array(results, dtype=object).reshape((*batch, *shape))
    return (kind or type(matrices[0])).of(stacked) if isinstance(matrices[0], Rigorous) else symbols(stacked)
