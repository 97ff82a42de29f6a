"""Records that were read already, in memory: pages answer from them what would be read of AWS again and again."""
