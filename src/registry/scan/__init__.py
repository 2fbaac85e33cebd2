"""Models that are hard-coded in other people's code, and wrong numbers next to them."""
