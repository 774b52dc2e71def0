"""Near misses: wrong models that claims refute at kept instances, which a claim that says less would let pass."""
