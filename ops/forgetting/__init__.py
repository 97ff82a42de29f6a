"""Remove the records of a person, wherever they are, so that no replay brings them back."""
