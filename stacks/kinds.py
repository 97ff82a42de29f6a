"""Name the kinds of resources that hold data, for the stacks, which protect them, and for those who read a plan."""

BUCKET = "aws_s3_bucket"
TABLE = "aws_dynamodb_table"
QUEUE = "aws_sqs_queue"
HOLDS_DATA = frozenset({BUCKET, TABLE, QUEUE, "aws_cloudwatch_log_group", "aws_kms_key"})
"""Kinds of resources whose destruction loses what somebody stored."""
