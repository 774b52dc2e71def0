"""The formulas and their arithmetics."""
