"""A package whose module is generated outside of it."""
