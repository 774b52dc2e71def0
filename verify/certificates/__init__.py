"""On paper, checked, kept and shared: a refuting instance as one JSON file that anybody can judge again."""
