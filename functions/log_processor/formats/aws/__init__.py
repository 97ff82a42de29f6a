"""Parse what AWS services deliver."""
