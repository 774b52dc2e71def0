"""All that is looked at in a loss beside its value."""

from __future__ import annotations

from verify.gate.behaviour.coders import examine_coders
from verify.gate.behaviour.decoder import examine_scale
from verify.gate.behaviour.masks import examine_masks
from verify.gate.behaviour.modes import compare_modes
from verify.gate.behaviour.precision import compare_precision
from verify.gate.behaviour.sampling import compare_sampler
from verify.gate.behaviour.state import compare_calls
from verify.gate.behaviour.subject import Subject


def observe(subject: Subject) -> None:
    """Look at modes, sampler, scale of the decoder, masks and state of a loss that has been read."""
    looks = (
        compare_modes,
        compare_sampler,
        examine_coders,
        examine_scale,
        examine_masks,
        compare_precision,
        compare_calls,
    )
    for look in looks:
        look(subject)
