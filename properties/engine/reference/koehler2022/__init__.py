"""The formulas of koehler2022."""
