"""Checkpoints: fetched, whole and as promised before a library sees a file."""
