"""A second checker, of fractions and intervals of them: it imports nothing of the first, nor anything that imports."""
