"""What results states, judged at exact instances."""
