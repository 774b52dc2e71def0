"""What a VAE loss is made of: the terms that are looked for in it."""
