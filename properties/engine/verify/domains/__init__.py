"""What domains draw, and those of one's own."""
