"""Choose by an object's key its source, its format, its filters and its redaction."""
