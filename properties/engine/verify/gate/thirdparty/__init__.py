"""Code of others through the gate, and beside the formulas of the papers."""
