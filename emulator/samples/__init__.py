"""Sample logs, drawn from a seed."""
