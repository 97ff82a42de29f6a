"""What container runtimes put around the lines of applications."""
