"""What formats are made of: the protocol of one, times, levels, members, rows. Nothing here imports a format."""
