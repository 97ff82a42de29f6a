"""Read what the pipeline wrote: the ledger by day, and records by source and time, by id, or from their objects."""
