"""Fingerprints: what made stored vectors."""
