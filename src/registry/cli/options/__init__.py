"""What commands take: options they share, and what is meant by them."""
