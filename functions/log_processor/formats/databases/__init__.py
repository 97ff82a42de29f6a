"""What databases write."""
