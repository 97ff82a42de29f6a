"""Bytes become raw records."""
