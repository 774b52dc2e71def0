"""Counterexamples become simple."""
