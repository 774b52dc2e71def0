"""dai2020: descent."""
