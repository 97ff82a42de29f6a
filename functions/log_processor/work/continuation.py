"""What one invocation leaves to the next ones: ranges as ordinary messages on the work queue."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from log_processor.errors import EnvelopeError, PlanError, ServiceUnavailableError
from log_processor.services import translate_error
from log_processor.state import decode, encode
from log_processor.work.plan import decode_plan, encode_plan
from log_processor.work.ranges import ObjectRange

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CONTINUATION = "object_range"
BATCH_MESSAGES = 10
MAX_STALLS = 10
"""Invocations in a row in which nothing of a range is stored, before that is a failure like any other."""
MESSAGE_VERSION = 2
READABLE_VERSIONS = (1, MESSAGE_VERSION)
NAMES = frozenset(field.name for field in fields(ObjectRange))
NEW_NAMES = {"header": "state"}
OLD_NAMES = frozenset({"index"})
"""What messages of version 1, which say no version, name otherwise; and what they hold that is of no use."""
FIRST_DELAY_S = 5
LONGEST_DELAY_S = 900
FIELD_TYPES: Mapping[str, tuple[type, ...]] = {
    "bucket": (str,),
    "key": (str,),
    "start": (int,),
    "aligned": (bool,),
    "sequential": (bool,),
    "stalls": (int,),
    "end": (int, type(None)),
}


def message_of(work: ObjectRange) -> str:
    """Return the message that asks for `work`; `range_from_message` is its inverse."""
    texts = {
        "state": encode(work.state) if work.state else None,
        "plan": encode_plan(work.plan) if work.plan else None,
    }
    body = asdict(replace(work, state=None, plan=None)) | texts
    return orjson.dumps({"version": MESSAGE_VERSION, CONTINUATION: body}).decode()


def range_from_message(message: Mapping[str, Any]) -> ObjectRange:
    """Read a message of our own; raises `EnvelopeError` where it is not one that `message_of` wrote."""
    body, version = message[CONTINUATION], message.get("version", 1)
    if version not in READABLE_VERSIONS:
        remedy = "deploy the version that wrote it, then redrive the message"
        raise EnvelopeError(f"the message is of version {version!r}, which this function does not read: {remedy}")
    if not isinstance(body, Mapping):
        raise EnvelopeError(f"the message's {CONTINUATION} is not complete: {str(body)[:120]}")
    if version == 1:
        body = {NEW_NAMES.get(name, name): value for name, value in body.items() if name not in OLD_NAMES}
    if not {"bucket", "key"} <= body.keys() <= NAMES:
        raise EnvelopeError(f"the message's {CONTINUATION} is not complete: {str(body)[:120]}")
    for name, value in body.items():
        if not isinstance(value, FIELD_TYPES.get(name, (str, type(None)))):
            raise EnvelopeError(f"the message's {CONTINUATION}.{name} is {value!r}")
    try:
        plan = decode_plan(body.get("plan"))
    except PlanError as error:
        raise EnvelopeError(f"the message's {CONTINUATION}.plan: {error}") from error
    return ObjectRange(**{**body, "state": decode(body.get("state")), "plan": plan})


def stall_delay_s(stalls: int) -> int:
    """Seconds until a range that the table took nothing of is tried again: full jitter, growing with `stalls`."""
    return random.randint(0, min(LONGEST_DELAY_S, FIRST_DELAY_S * 2**stalls))  # noqa: S311 - no secret


class RangeQueue:
    """Sends ranges to the work queue and hopeless messages to the dead-letter queue."""

    def __init__(self, sqs: "SQSClient", work_queue_url: str, dead_letter_queue_url: str) -> None:
        self._sqs = sqs
        self._work_queue_url = work_queue_url
        self._dead_letter_queue_url = dead_letter_queue_url

    def send(self, ranges: Sequence[ObjectRange], delay_s: int = 0) -> None:
        """Send all `ranges`, ten a call, to be delivered after `delay_s` (at most 900) seconds.

        Raises where one was not taken, after which sending all again is harmless.
        """
        for first in range(0, len(ranges), BATCH_MESSAGES):
            entries: Any = [
                {"Id": str(number), "MessageBody": message_of(work), "DelaySeconds": delay_s}
                for number, work in enumerate(ranges[first : first + BATCH_MESSAGES])
            ]
            try:
                response = self._sqs.send_message_batch(QueueUrl=self._work_queue_url, Entries=entries)
            except (ClientError, BotoCoreError) as error:
                raise translate_error(error, "sending ranges to the work queue") from error
            if response.get("Failed"):
                raise ServiceUnavailableError(f"the work queue did not take {len(response['Failed'])} ranges")

    def bury(self, body: str, *, code: str, message: str, attempts: int) -> None:
        """Put `body` into the dead-letter queue with what is known of its failure as message attributes."""
        texts = {"ErrorCode": code, "ErrorMessage": message[:1024], "Attempts": str(attempts)}
        attributes: Any = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
        try:
            self._sqs.send_message(QueueUrl=self._dead_letter_queue_url, MessageBody=body, MessageAttributes=attributes)
        except (ClientError, BotoCoreError) as error:
            raise translate_error(error, "sending to the dead-letter queue") from error
