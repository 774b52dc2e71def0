"""What the heads' part of a loss is, where it is no plain divergence."""
