"""Generate sample logs from a seed."""
