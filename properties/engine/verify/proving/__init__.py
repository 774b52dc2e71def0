"""Tests of what proofs are written with, and of what makes one believed."""
