"""The version of the distribution; the build and the header of generated modules read it."""

__version__ = "0.1.0"
