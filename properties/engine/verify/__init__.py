"""The engine, a folder for each of its own."""
