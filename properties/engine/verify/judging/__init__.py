"""The judge, in balls, exactly and in floats, and what isolates it."""
