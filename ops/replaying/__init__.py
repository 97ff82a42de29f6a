"""Read again what was read before: objects, and the rejects of the error archive."""
