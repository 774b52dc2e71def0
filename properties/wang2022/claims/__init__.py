"""What wang2022 states, judged at exact instances."""
