"""The hunt: what it samples, how it descends, what it finds, and its mishaps."""
