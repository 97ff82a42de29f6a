"""The log processor: reads log objects from S3 and stores each record once in DynamoDB."""

PARSER_VERSION = "1"
"""Raised when a change makes the same bytes yield different records; finished ranges are then processed again."""
