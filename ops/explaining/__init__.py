"""What the function would make of an object or a file: its beginning, a sample of its records, and a forecast."""
