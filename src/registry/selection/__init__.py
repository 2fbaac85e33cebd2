"""Which model serves in which role, and who says so."""
