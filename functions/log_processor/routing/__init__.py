"""Which key gets which source name, format, filters and redaction."""
