"""What trains the experiments of the paper; apart from the claims, which every command imports, as this needs torch."""
