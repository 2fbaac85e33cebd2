"""What commands print: tables, bars, sizes, failures."""
