"""Bound each call of a service, and each read of an answer, as a whole."""
