"""What a claim is, its instances, and what refutes it."""
