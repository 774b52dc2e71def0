"""A run: statuses, seeds, counts, bounds, and what it survives."""
