"""Functions of single matrices, over the leading axes of object arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.arithmetic.exact import Rigorous
from reference.arithmetic.kinds import bare, symbols
from reference.shapes import Array


def over_batch(function: Callable[..., Any], *matrices: Array, kind: Any = None) -> Array:
    """Apply a function of single matrices over the leading axes of object arrays; its values are of one kind."""
    batch = np.broadcast_shapes(*(m.shape[:-2] for m in matrices))
    wide = [np.broadcast_to(bare(m), (*batch, *m.shape[-2:])) for m in matrices]
    results = [function(*(w[i].tolist() for w in wide)) for i in np.ndindex(batch)]
    stacked = np.array(results, dtype=object).reshape((*batch, *np.shape(results[0])))
    return (kind or type(matrices[0])).of(stacked) if isinstance(matrices[0], Rigorous) else symbols(stacked)
