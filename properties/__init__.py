"""The claims: a package for each paper, and the properties of the suite itself in engine."""
