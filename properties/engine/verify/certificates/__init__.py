"""Certificates: made, kept, forged, checked, pooled."""
