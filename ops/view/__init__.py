"""The page to look at: a small server on loopback that shows what the commands print."""
