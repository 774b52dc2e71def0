"""What the value of a loss alone does not show: its knobs and schedules, its modes, its sampler, masks and state."""

from verify.gate.behaviour.observed import observe
from verify.gate.behaviour.settled import settled
from verify.gate.behaviour.subject import Subject

__all__ = ["Subject", "observe", "settled"]
