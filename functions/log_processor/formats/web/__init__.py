"""What web servers and proxies write."""
