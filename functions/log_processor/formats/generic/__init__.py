"""What is of no product: JSON, key=value, text."""
