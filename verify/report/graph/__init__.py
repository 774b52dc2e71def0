"""The claims of a paper as a drawing: what rests on what, in layers from left to right, coloured by verdict."""
