"""Models that are hard-coded in other people's code, and numbers beside them that are wrong."""
