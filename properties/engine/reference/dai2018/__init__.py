"""The formulas of dai2018."""
