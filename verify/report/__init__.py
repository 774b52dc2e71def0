"""What a run found, as one page that opens from disk: statements as mathematics, verdicts, and what they stand on."""
