"""A certificate as a Coq file: its program, each value with a proof, and that what the claim states is false."""
