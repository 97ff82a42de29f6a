"""What is sent over syslog."""
