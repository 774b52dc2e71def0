"""Processes that work for a run or a hunt, and how they end."""
