"""What dai2020 states, judged at exact instances."""
