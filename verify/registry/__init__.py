"""Which claims there are: what states them, where they are loaded from, how they are chosen."""
