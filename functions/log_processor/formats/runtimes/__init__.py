"""Parse what the logging libraries of programming languages write."""
