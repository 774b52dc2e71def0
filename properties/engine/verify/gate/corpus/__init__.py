"""Losses right and wrong, by kind, and what the gate says of each."""
