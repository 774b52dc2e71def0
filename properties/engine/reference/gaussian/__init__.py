"""Densities, integrals and tails of Gaussians."""
