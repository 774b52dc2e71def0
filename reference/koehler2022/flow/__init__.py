"""Gradient flow of the linear VAE of koehler2022, for thousands of instances at once."""

from reference.koehler2022.flow.trajectories import End, Trajectories, flow

__all__ = ["End", "Trajectories", "flow"]
