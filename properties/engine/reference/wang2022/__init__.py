"""The formulas of wang2022."""
