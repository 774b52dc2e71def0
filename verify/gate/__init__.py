"""What does my VAE loss really optimise?"""
