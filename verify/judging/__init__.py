"""What is stated, and whether it is so: exactly, and in floats of many instances."""
