"""Values, statements and refutations as they are written."""
