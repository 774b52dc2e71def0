"""Mutation testing: small slips are planted in the code, one at a time, and the fast tests have to notice each."""
