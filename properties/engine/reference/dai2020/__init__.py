"""The formulas of dai2020."""
