"""What a person types: one file a command, and what they print."""
