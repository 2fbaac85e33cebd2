"""A package whose hook table is wrong in four ways."""
