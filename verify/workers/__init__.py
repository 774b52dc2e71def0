"""Who does the work, and how it ends."""
