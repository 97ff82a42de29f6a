"""Parse the lines of container runtimes, and the application lines that are embedded in them."""
