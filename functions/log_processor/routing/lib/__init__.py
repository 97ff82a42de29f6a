"""Hold what a route is made of: patterns, filters and redaction. Nothing here reads the configuration."""
