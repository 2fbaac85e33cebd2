"""The catalogue: its entries as data, and editing its file."""
