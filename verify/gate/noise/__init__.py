"""What a loss draws inside: detected, replaced by a design where its expectation is exact, and else estimated."""
