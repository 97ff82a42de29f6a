"""Pictures of what is printed on a terminal, for README and docs."""
