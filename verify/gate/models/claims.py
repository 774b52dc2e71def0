"""The claims that an objective is judged by, and how: their own bodies, in which the user's objective is the loss."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from types import FunctionType
from typing import Any

from vae_verify import CLAIM
from verify.claims.claim import Claim
from verify.judging.statements import ClaimError

OPTIMAL_DEVIATION = "koehler2022/lemma-2.corrected"
"""The claim of which an objective with a fixed decoder variance has no part."""

OF_LOSS = {
    "koehler2022/eq-4": ("loss",),
    "koehler2022/section-b1.kl-bound": ("vae_loss",),
    "koehler2022/lemma-1.epsilon": ("vae_loss",),
    "koehler2022/lemma-1.reconstruction": ("vae_loss",),
    OPTIMAL_DEVIATION: ("vae_loss",),
    "koehler2022/lemma-3.optimal-d": ("loss",),
    "koehler2022/lemma-3.l1": ("loss",),
    "koehler2022/theorem-3.sufficient-2": ("loss",),
    "koehler2022/theorem-3.necessary-1": ("loss",),
    "koehler2022/theorem-3.necessary-2": ("loss",),
    "koehler2022/theorem-3.necessary-3": ("loss",),
    "koehler2022/lemma-4.loss": ("fit",),
    "koehler2022/lemma-6.loss": ("loss",),
    "koehler2022/lemma-6.gradient-a": ("fit",),
    "koehler2022/lemma-6.gradient-b": ("fit",),
    "wang2022/eq-5": ("vae_loss",),
    "wang2022/proposition-1": ("vae_loss", "factorization_loss"),
    "wang2022/eq-36.corrected": ("factorization_loss",),
    "wang2022/eq-38": ("factorization_loss",),
    "wang2022/proposition-2.corrected": ("factorization_loss",),
    "wang2022/theorem-1": ("factorization_loss",),
    "wang2022/corollary-1.corrected": ("factorization_loss",),
    "wang2022/section-4.2.complete.corrected": ("factorization_loss",),
    "wang2022/section-4.2.partial.corrected": ("factorization_loss",),
    "wang2022/theorem-2.corrected": ("vae_loss",),
    "wang2022/theorem-2.unused-sigma.corrected": ("vae_loss",),
    "wang2022/theorem-2.unused-zeta": ("vae_loss",),
    "wang2022/corollary-2.corrected": ("vae_loss",),
    "wang2022/eq-61": ("factorization_loss",),
    "wang2022/eq-62": ("factorization_loss",),
    "wang2022/eq-64": ("factorization_loss",),
    "wang2022/theorem-3": ("factorization_loss",),
    "wang2022/eq-76.corrected": ("factorization_loss",),
}
"""The claims on L, and on what an objective of linear VAEs has in it; and which functions of theirs become the user's.

What a claim compares these with stays the paper's: in eq-4, the general loss of eq. (3).
"""

OF_SIMPLIFIED_LOSS = {
    "koehler2022/lemma-3.l1": ("simplified_loss",),
    "koehler2022/section-3.recovery.for-ever": ("simplified_loss",),
    "koehler2022/section-3.recovery.no-spare-latent": ("simplified_loss",),
    "koehler2022/lemma-6.l1": ("simplified_loss",),
    "koehler2022/lemma-6.descent": ("simplified_loss",),
}
"""Those on L₁."""


def restated(claim: Claim, formulas: Mapping[str, Any]) -> Claim:
    """Return the claim with these functions for those that its module has under their names.

    Its body, and the functions of its module that this calls, run in a copy of that module's names: of theirs nothing
    changes. Raises ClaimError if it has no such names: the paper's loss would be judged in place of the user's.
    """
    module = claim.body.__module__
    names = dict(vars(sys.modules[module]))
    for name, value in names.items():
        if _is_helper(value, module):
            names[name] = _rebound(value, names)
    if missing := formulas.keys() - names.keys():
        raise ClaimError(f"{claim.id}: {module} has no {min(missing)}")
    names.update(formulas)
    return replace(claim, body=_rebound(claim.body, names))


def _is_helper(value: Any, module: str) -> bool:
    return isinstance(value, FunctionType) and value.__module__ == module and not hasattr(value, CLAIM)


def _rebound(function: Any, names: dict[str, Any]) -> FunctionType:
    """Return the function with other globals."""
    made = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__, made.__module__ = function.__kwdefaults__, function.__module__
    return made
