"""What is installed: dependencies and extras, the wheel and the sdist, and the workflows that build and test them."""
