"""Turn the bytes of an object into raw records."""
