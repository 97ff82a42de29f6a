"""What the logging libraries of languages write."""
