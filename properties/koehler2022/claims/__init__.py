"""What koehler2022 states, judged at exact instances."""
