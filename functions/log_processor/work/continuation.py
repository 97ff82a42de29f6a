"""Send the ranges that one invocation leaves to later ones, as ordinary messages on the work queue."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from log_processor.errors import EnvelopeError, PlanError, ServiceUnavailableError
from log_processor.service_errors import translate_error
from log_processor.settings import MAX_MESSAGE_BYTES
from log_processor.state import decode, encode, is_encoded
from log_processor.work.field_rules import (
    BUCKET_NAME,
    FLAG,
    MOMENT,
    OBJECT_KEY,
    OFFSET,
    TIME_MS,
    VERSION_NAME,
    FieldRule,
    allow_null,
    bound_number,
    find_wrong_field,
)
from log_processor.work.members import Member, is_member
from log_processor.work.plan import decode_plan, encode_plan
from log_processor.work.ranges import ObjectRange
from log_processor.work.replay import REPLACED, Replay, describe_replay, is_replay

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CONTINUATION = "object_range"
UNSENDABLE = re.compile("[\ufffe\uffff]")
"""The characters that a message of SQS may not hold and JSON does not escape."""
BATCH_MESSAGES = 10
MESSAGE_VERSION = 2
READABLE_VERSIONS = (1, MESSAGE_VERSION)
NAMES = frozenset(field.name for field in fields(ObjectRange))
NEW_NAMES = {"header": "state"}
OLD_NAMES = frozenset({"index"})
"""Names of messages of version 1, which state no version: those that changed, and those that are no longer used."""
FORMAT_NAME = FieldRule(lambda value: isinstance(value, str), "the name of a format")
STATE_TEXT = FieldRule(
    lambda value: isinstance(value, str) and is_encoded(value), "a reader state that this function wrote"
)
OLD_STATE_TEXT = FieldRule(lambda value: isinstance(value, str), "text")
RULES: Mapping[str, FieldRule] = {
    "bucket": BUCKET_NAME,
    "key": OBJECT_KEY,
    "version_id": VERSION_NAME,
    "etag": VERSION_NAME,
    "start": OFFSET,
    "end": allow_null(OFFSET),
    "aligned": FLAG,
    "format": allow_null(FORMAT_NAME),
    "state": allow_null(STATE_TEXT),
    "sequential": FLAG,
    "event_time": MOMENT,
    "denied_since": MOMENT,
    "stalls": bound_number(0, 1_000),
    "hops": bound_number(0, 1_000_000),
    "last_modified_ms": allow_null(TIME_MS),
    "member": allow_null(FieldRule(is_member, "a member of a zip, with every field that this function writes")),
    "replaces": REPLACED,
    "plan": allow_null(FieldRule(lambda value: isinstance(value, str), "the text of a plan")),
    "replay": allow_null(FieldRule(is_replay, "a replay with its id, such as 20260504T100000000Z-1f3a")),
}
REQUIRED = ("bucket", "key", "version_id", "etag")


def render_message(work: ObjectRange) -> str:
    """Return the message that asks for the range `work`; `range_from_message` reverses this."""
    texts = {
        "state": encode(work.state) if work.state else None,
        "plan": encode_plan(work.plan) if work.plan else None,
    }
    body = asdict(replace(work, state=None, plan=None)) | texts
    body["replay"] = describe_replay(work.replay) if work.replay else None
    for name in ("member", "replay", "replaces"):
        if body[name] is None:
            del body[name]  # an earlier version knows no such field
    return _escape_unsendable(orjson.dumps({"version": MESSAGE_VERSION, CONTINUATION: body}).decode())


def range_from_message(message: Mapping[str, Any]) -> ObjectRange:
    """Return the range that a continuation message asks for; raise `EnvelopeError` if anything in it is wrong."""
    version = message.get("version", 1)
    if type(version) is not int or version not in READABLE_VERSIONS:
        remedy = "deploy the version that wrote it, then redrive the message"
        raise EnvelopeError(f"the message is of version {version!r}, which this function does not read: {remedy}")
    body = _check_fields(message[CONTINUATION], version)
    try:
        plan = decode_plan(body.get("plan"))
    except PlanError as error:
        raise EnvelopeError(f"the message's {CONTINUATION}.plan: {error}") from error
    member = Member(**body["member"]) if body.get("member") else None
    replay = Replay(**body["replay"]) if body.get("replay") else None
    parsed = {"state": decode(body.get("state")), "plan": plan, "member": member, "replay": replay}
    return ObjectRange(**{**body, **parsed})


def _check_fields(body: Any, version: int) -> Mapping[str, Any]:
    """Return the fields of a message by their present names; raise `EnvelopeError` if one is missing or wrong."""
    if not isinstance(body, Mapping):
        raise EnvelopeError(f"the message's {CONTINUATION} is {str(body)[:120]!r}: it must be an object")
    fields: Mapping[str, Any] = body
    rules = RULES
    if version == 1:
        fields = {str(NEW_NAMES.get(name, name)): value for name, value in body.items() if name not in OLD_NAMES}
        rules = {**RULES, "state": allow_null(OLD_STATE_TEXT)}
    if missing := [name for name in REQUIRED if name not in fields]:
        raise EnvelopeError(f"the message's {CONTINUATION} is not complete: it must name {', '.join(missing)}")
    if unknown := sorted(map(str, fields.keys() - NAMES)):
        raise EnvelopeError(f"the message's {CONTINUATION} has the unknown fields {unknown[:8]}: remove them")
    if wrong := find_wrong_field(fields, rules):
        raise EnvelopeError(f"the message's {CONTINUATION}.{wrong}")
    return fields


def restart_chain(body: str) -> str:
    """Return the body of a message with hops and stalls counted from 0, so that a redriven letter may take as many.

    A body that is no continuation, or has none of them, is returned as it is.
    """
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    fields = message.get(CONTINUATION) if isinstance(message, dict) else None
    if not isinstance(fields, dict) or not (fields.get("hops") or fields.get("stalls")):
        return body
    restarted = fields | {name: 0 for name in ("hops", "stalls") if name in fields}
    return _escape_unsendable(orjson.dumps(message | {CONTINUATION: restarted}).decode())


def _escape_unsendable(message: str) -> str:
    return UNSENDABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", message)


def group_bodies(bodies: Iterable[str]) -> Iterator[list[str]]:
    """Yield the bodies of messages in groups that one request may send: at most ten, and at most 256 KiB."""
    group: list[str] = []
    size_bytes = 0
    for body in bodies:
        body_bytes = len(body.encode())
        if group and (len(group) == BATCH_MESSAGES or size_bytes + body_bytes > MAX_MESSAGE_BYTES):
            yield group
            group, size_bytes = [], 0
        group.append(body)
        size_bytes += body_bytes
    if group:
        yield group


class RangeQueue:
    """The work queue of ranges, and the dead-letter queue of messages that failed for good."""

    def __init__(self, sqs: "SQSClient", work_queue_url: str, dead_letter_queue_url: str) -> None:
        self._sqs = sqs
        self._work_queue_url = work_queue_url
        self._dead_letter_queue_url = dead_letter_queue_url

    def send(self, ranges: Sequence[ObjectRange], delay_s: int = 0) -> None:
        """Hand on all `ranges`, up to ten in a request, to be delivered after `delay_s` (at most 900) seconds.

        Raise if the queue does not accept one of them. All may be sent again then: a range that is delivered twice is
        stored once.
        """
        for bodies in group_bodies(render_message(work.count_hop()) for work in ranges):
            messages: Any = [
                {"Id": str(number), "MessageBody": body, "DelaySeconds": delay_s} for number, body in enumerate(bodies)
            ]
            try:
                response = self._sqs.send_message_batch(QueueUrl=self._work_queue_url, Entries=messages)
            except (ClientError, BotoCoreError) as error:
                raise translate_error(error, "sending ranges to the work queue") from error
            if response.get("Failed"):
                raise ServiceUnavailableError(f"the work queue did not take {len(response['Failed'])} ranges")

    def send_to_dead_letters(self, body: str, *, code: str, message: str, attempts: int) -> None:
        """Send `body` to the dead-letter queue, with the error and the number of attempts as message attributes."""
        texts = {"ErrorCode": code, "ErrorMessage": message[:1024], "Attempts": str(attempts)}
        attributes: Any = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
        try:
            self._sqs.send_message(QueueUrl=self._dead_letter_queue_url, MessageBody=body, MessageAttributes=attributes)
        except (ClientError, BotoCoreError) as error:
            raise translate_error(error, "sending to the dead-letter queue") from error
