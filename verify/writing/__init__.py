"""What was found, in words, in LaTeX, and as the page of claims."""
