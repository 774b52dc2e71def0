"""The signatures of claims."""
