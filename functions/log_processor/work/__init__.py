"""Turn events into object ranges, and unfinished ranges into messages."""
