"""Which slips are planted, in what copy of the tree, how a trial ends, and what is said of them."""
