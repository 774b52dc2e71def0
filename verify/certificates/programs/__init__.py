"""A counterexample as a program: what a checker that knows nothing of claims computes again."""
