"""Events become object ranges: S3 notifications, EventBridge, SNS, SQS and our own continuations, however nested.

Sources: Amazon S3 User Guide, Event message structure; Amazon EventBridge, Object Created; AWS Lambda, SQS event.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import orjson

from log_processor.errors import EnvelopeError
from log_processor.work.continuation import CONTINUATION, range_from_message
from log_processor.work.ranges import ObjectRange

Found = ObjectRange | EnvelopeError
MAX_NESTING = 5
CREATED = "ObjectCreated:"
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """What an event asks for, in its order, and what is wrong with those of its records that make no sense."""

    ranges: list[ObjectRange]
    errors: list[EnvelopeError]


def unwrap(event: Any) -> Unwrapped:
    """Every range that `event` asks for; a record that is rubbish is an error beside the ranges of the others."""
    found = list(_found(_ranges(event, 0)))
    return Unwrapped(
        [one for one in found if isinstance(one, ObjectRange)], [one for one in found if isinstance(one, EnvelopeError)]
    )


def _found(ranges: Iterator[Found]) -> Iterator[Found]:
    """The same, with the error that ends it as its last element."""
    try:
        yield from ranges
    except EnvelopeError as error:
        yield error


def _ranges(event: Any, depth: int) -> Iterator[Found]:
    if depth > MAX_NESTING:
        raise EnvelopeError(f"the event is nested more than {MAX_NESTING} times")
    event = _object(event)
    if CONTINUATION in event:
        yield range_from_message(event)
    elif event.get("Event") == "s3:TestEvent":
        return
    elif "detail" in event:
        yield from _from_eventbridge(event)
    elif "Message" in event:
        yield from _ranges(event["Message"], depth + 1)
    elif isinstance(event.get("Records"), list):
        for record in event["Records"]:
            yield from _found(_from_record(record, depth))
    else:
        raise EnvelopeError(f"the event has the keys {sorted(map(str, event))[:8]}: it is no S3, SNS or SQS event")


def _object(event: Any) -> Mapping[str, Any]:
    """Return the event itself, or what it is the text of."""
    if isinstance(event, str | bytes):
        try:
            event = orjson.loads(event)
        except orjson.JSONDecodeError as error:
            raise EnvelopeError(f"the message is not JSON ({error}): {str(event)[:80]!r}") from error
    if not isinstance(event, Mapping):
        raise EnvelopeError(f"the event is a {type(event).__name__}, not an object: send an S3 event")
    return event


def _from_record(record: Any, depth: int) -> Iterator[Found]:
    if not isinstance(record, Mapping):
        raise EnvelopeError(f"a record of the event is a {type(record).__name__}, not an object")
    if "s3" in record:
        if str(record.get("eventName", CREATED)).removeprefix("s3:").startswith(CREATED):
            yield _from_s3(record)
    elif "Sns" in record:
        yield from _ranges(_member(record, "Sns", "Message"), depth + 1)
    elif "body" in record:
        yield from _ranges(record["body"], depth + 1)
    else:
        raise EnvelopeError(
            f"a record of the event has the keys {sorted(map(str, record))[:8]}: none is s3, Sns or body"
        )


def _from_s3(record: Mapping[str, Any]) -> ObjectRange:
    found = _member(record, "s3", "object")
    return _object_range(
        bucket=_member(record, "s3", "bucket", "name"),
        key=unquote_plus(_text(found, "key")),
        version_id=found.get("versionId"),
        etag=found.get("eTag"),
        event_time=record.get("eventTime"),
    )


def _from_eventbridge(event: Mapping[str, Any]) -> Iterator[ObjectRange]:
    if event.get("detail-type") not in ("Object Created", None):
        return
    found = _member(event, "detail", "object")
    yield _object_range(
        bucket=_member(event, "detail", "bucket", "name"),
        key=_text(found, "key"),
        version_id=found.get("version-id"),
        etag=found.get("etag"),
        event_time=event.get("time"),
    )


def _object_range(*, bucket: Any, key: str, version_id: Any, etag: Any, event_time: Any) -> ObjectRange:
    if not isinstance(bucket, str) or not bucket:
        raise EnvelopeError(f"the event names the bucket {bucket!r}: it must be text")
    return ObjectRange(
        bucket=bucket,
        key=key,
        version_id=version_id if isinstance(version_id, str) and version_id not in {"", "null"} else None,
        etag=etag if isinstance(etag, str) and etag else None,
        event_time=event_time if isinstance(event_time, str) else None,
    )


def _member(holder: Mapping[str, Any], *path: str) -> Any:
    found: Any = holder
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            raise EnvelopeError(f"the event has no {'.'.join(path)}: it is not complete")
        found = found[name]
    if path[-1] == "object" and not isinstance(found, Mapping):
        raise EnvelopeError(f"{'.'.join(path)} of the event is a {type(found).__name__}, not an object")
    return found


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value or SURROGATE.search(value):
        raise EnvelopeError(f"the event's {name} is {value!r}: it must be text")
    return value
