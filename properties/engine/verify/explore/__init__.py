"""What is needed of a claim: premises, domains, constants, and the command."""
