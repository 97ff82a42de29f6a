"""Parse what is sent over syslog."""
