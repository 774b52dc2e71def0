"""koehler2022: trajectories, and the trainings of its tables."""
