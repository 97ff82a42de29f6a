"""Name the kinds of resources that hold data, for the stacks, which protect them, and for those who read a plan."""

BUCKET = "aws_s3_bucket"
TABLE = "aws_dynamodb_table"
QUEUE = "aws_sqs_queue"
KEY = "aws_kms_key"
HOLDS_DATA = frozenset({BUCKET, TABLE, QUEUE, KEY, "aws_cloudwatch_log_group"})
"""Kinds of resources whose destruction loses what somebody stored."""
