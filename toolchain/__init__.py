"""Provide what a checkout needs beside its Python packages; import nothing of the project."""
