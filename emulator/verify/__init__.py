"""Compare source files with what was stored, without the function's own code."""
