"""How a loss is called: what its arguments are, which of its results is the loss, and what it draws."""
