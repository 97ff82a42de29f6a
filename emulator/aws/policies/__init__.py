"""Evaluate policies as AWS does: conditions, statements, and whether a caller may do what it asks for."""
