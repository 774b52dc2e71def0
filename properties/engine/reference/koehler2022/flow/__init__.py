"""The gradient flow of koehler2022 and its descent."""
