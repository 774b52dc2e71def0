"""Losses that draw inside."""
