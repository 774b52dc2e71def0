"""What the value of a loss alone does not show: its knobs and schedules, its modes, its sampler, masks and state."""

from verify.gate.behaviour.settled import Settled, settled

__all__ = ["Settled", "settled"]
