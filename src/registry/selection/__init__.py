"""Which model has which role, and where that is set."""
