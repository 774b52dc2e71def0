"""Certificates that are checked in the page, by JavaScript of its own, beside the two checkers in Python."""
