"""Tests of what follows from weights: the effective β, which KL it is, and the verdict."""
