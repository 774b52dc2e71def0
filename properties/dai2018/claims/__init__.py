"""What dai2018 states, judged at exact instances."""
