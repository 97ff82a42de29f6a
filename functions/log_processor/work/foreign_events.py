"""Name the events of services that send records themselves: the function reads objects, and is not built for them."""

from collections.abc import Mapping
from typing import Any

FIREHOSE = "let Firehose write to the source bucket"
KINDS: Mapping[str, tuple[str, str]] = {
    "awslogs": ("a subscription of CloudWatch Logs", f"subscribe Firehose instead, and {FIREHOSE}"),
    "deliveryStreamArn": ("a transformation of Firehose", f"{FIREHOSE}, without a transformation"),
    "tasks": ("a job of S3 Batch Operations", "send an S3 event for each object to the work queue"),
    "kinesis": ("a stream of Kinesis", f"connect Firehose to the stream, and {FIREHOSE}"),
    "dynamodb": ("a stream of DynamoDB", "remove the event source mapping: its records are no log objects"),
}
"""What sends an event or a record with such a key, and what to do instead."""


def describe_foreign(event: Mapping[str, Any]) -> str | None:
    """Return what sent an event or a record, and the remedy; None if it is of no known kind.

    For example, `a stream of Kinesis, which brings records and no objects: connect Firehose to the stream, and …`.
    """
    for key, (sender, remedy) in KINDS.items():
        if key in event:
            return f"{sender}, which brings records and no objects: {remedy}"
    return None
