"""Replications: numbers, checkpoints, trainings."""
