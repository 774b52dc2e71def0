"""How a loss is called."""
