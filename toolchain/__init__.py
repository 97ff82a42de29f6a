"""What a checkout needs beside its Python packages; imports nothing of the project, and everything may use it."""
