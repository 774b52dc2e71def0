"""What the value of a loss alone does not show."""
