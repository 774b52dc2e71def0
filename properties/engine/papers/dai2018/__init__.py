"""dai2018: descent, and Table 1."""
