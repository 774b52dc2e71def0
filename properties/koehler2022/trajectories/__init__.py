"""What koehler2022 states of gradient flow, judged along computed trajectories."""
