"""Koehler, Mehta, Zhou, Risteski: Variational autoencoders in the presence of low-dimensional data, ICLR 2022."""

__all__ = ["losses", "landscape", "nonlinear", "symmetry", "flow"]  # in the order in which they read
