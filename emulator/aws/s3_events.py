"""Build what S3 sends after an object is created: a notification record, and an event for EventBridge's default bus.

Sources: Amazon S3 User Guide, Event message structure; Using EventBridge, Event message structure.
"""

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus


def build_notification_record(
    region: str, event_name: Any, bucket: Any, key: Any, configuration_id: str
) -> dict[str, Any]:
    """Return the element of `Records` for moto's `bucket` and `key`.

    The key is URL-encoded. In a versioned bucket, `versionId` is included.
    """
    s3_object = {
        "key": quote_plus(key.name, safe="/"),
        "size": key.size,
        "eTag": key.etag.strip('"'),
        "sequencer": f"{time.time_ns():016X}",
    }
    if bucket.is_versioned:
        s3_object["versionId"] = key.version_id
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": region,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": str(event_name.value).removeprefix("s3:"),
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {"name": bucket.name, "arn": bucket.arn},
            "object": s3_object,
        },
    }


def build_object_created(account_id: str, region: str, event_name: Any, bucket: Any, key: Any) -> dict[str, Any]:
    """Return the `Object Created` event for moto's `bucket` and `key`.

    The key is not URL-encoded; `time` is in seconds since 1970, as moto stores it.
    """
    s3_object = {
        "key": key.name,
        "size": key.size,
        "etag": key.etag.strip('"'),
        "sequencer": f"{time.time_ns():016X}",
    }
    if bucket.is_versioned:
        s3_object["version-id"] = key.version_id
    return {
        "version": "0",
        "id": f"{time.time_ns():032x}",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": account_id,
        "time": time.time(),
        "region": region,
        "resources": [bucket.arn],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": s3_object,
            "requester": account_id,
            "reason": str(event_name.value).rpartition(":")[2] + "Object",
        },
    }
