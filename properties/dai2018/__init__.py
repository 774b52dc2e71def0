"""Dai, Wang, Aston, Hua, Wipf: Hidden talents of the variational autoencoder, 2018."""

__all__ = ["hadamard"]  # in the order in which they read
