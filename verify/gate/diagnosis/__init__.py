"""What follows from the weights of a loss: whether it is the one that is expected, and if not, what it is."""
