"""The pytest plugin, in projects of others."""
