"""Build what S3 sends after an object is created or restored: a notification record, and an event for EventBridge.

Sources: Amazon S3 User Guide, Event message structure; Using EventBridge, Event message structure.
"""

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

DETAIL_TYPES = {"ObjectCreated": "Object Created", "ObjectRestore:Completed": "Object Restore Completed"}


def build_notification_record(event_name: Any, bucket: Any, key: Any, configuration_id: str) -> dict[str, Any]:
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
        "awsRegion": bucket.region_name,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": str(event_name.value).removeprefix("s3:"),
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {"name": bucket.name, "arn": bucket.arn},
            "object": s3_object,
        },
    }


def build_bucket_event(event_name: Any, bucket: Any, key: Any) -> dict[str, Any] | None:
    """Return the event for moto's `bucket` and `key`, if an object was created or its restoration is completed.

    The key is not URL-encoded; `time` is in seconds since 1970, as moto stores it.
    """
    name = str(event_name.value).removeprefix("s3:")
    detail_type = next((title for kind, title in DETAIL_TYPES.items() if name.startswith(kind)), None)
    if detail_type is None:
        return None
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
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": bucket.account_id,
        "time": time.time(),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": s3_object,
            "requester": bucket.account_id,
            "reason": name.rpartition(":")[2] + "Object",
        },
    }
