"""Certificates in the page: what its JavaScript checks, beside both checkers in Python."""
