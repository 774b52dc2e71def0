"""What a user's loss really optimises."""
