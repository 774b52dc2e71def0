"""Certificates in Coq."""
