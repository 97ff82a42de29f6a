"""Understand a dead letter: what it asks for, why it is one, and whether the work queue takes it as it is.

Sources: AWS Lambda Developer Guide, Capturing records of asynchronous invocations (attributes of a dead-letter queue,
and the record of a destination); Amazon EventBridge User Guide, Using dead-letter queues (attributes of an event).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from log_processor.errors import EnvelopeError
from log_processor.routing.routes import Routes
from log_processor.work.continuation import restart_chain
from log_processor.work.envelopes import Unwrapped, unwrap
from log_processor.work.ranges import ObjectRange

from ops.failing import Mending, judge_cause
from ops.reading.ledger_days import RowKey

NO_SOURCE = "-"
CAUSE = re.compile(r"(?P<cause>[A-Z]\w*Error)(?: in attempt \d+)?: ")
"""How the message begins that the function raises, and Lambda copies."""
TIMED_OUT, DIED, UNDELIVERED, UNKNOWN = "TimedOut", "ProcessDied", "Undelivered", "unknown"
DEATHS = (("Task timed out", TIMED_OUT), ("Runtime exited", DIED), ("signal: killed", DIED))
"""What Lambda writes of an invocation that did not end by itself."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter.

    - `body`: what the work queue is sent: the event or message itself, out of what Lambda has wrapped around it.
    - `cause`: the class of the error that buried it; `TimedOut`, `ProcessDied` or `Undelivered` if the function named
      none.
    - `ranges`: what it asks for; `source` is that of the first.
    - `refusal`: why the function could not read it; empty if it can.
    """

    message_id: str
    receipt: str
    body: str
    cause: str
    reason: str
    sent_ms: int
    source: str
    ranges: tuple[ObjectRange, ...]
    refusal: str = ""

    @property
    def mending(self) -> Mending:
        """Return who mends its cause."""
        return Mending.TRANSIENT if self.cause == UNDELIVERED else judge_cause(self.cause)

    @property
    def name(self) -> str:
        """Return its first object, or its id if it asks for none."""
        return self.ranges[0].uri if self.ranges else f"letter {self.message_id}"

    @property
    def row_keys(self) -> list[RowKey]:
        """Return the keys of its ranges in the ledger; a range whose version is not known yet has none."""
        return [(work.uri, work.label) for work in self.ranges if work.version]


def read_letter(message: Mapping[str, Any], routes: Routes) -> Letter:
    """Return the letter that a message of the dead-letter queue holds, whatever that is."""
    wrapped = _parse_wrapped(message["Body"])
    if wrapped is None:
        body, (cause, reason) = message["Body"], _find_cause(message)
    else:
        body, (cause, reason) = orjson.dumps(wrapped["requestPayload"]).decode(), _find_wrapped_cause(wrapped)
    unwrapped = _unwrap(body)
    ranges = tuple(unwrapped.ranges)
    first = ranges[0] if ranges else None
    return Letter(
        message_id=message["MessageId"],
        receipt=message["ReceiptHandle"],
        body=restart_chain(body),
        cause=EnvelopeError.__name__ if unwrapped.errors and cause == DIED else cause,
        reason=reason,
        sent_ms=int(message["Attributes"]["SentTimestamp"]),
        source=routes.find(first.key, first.bucket).get_source(first.key) if first else NO_SOURCE,
        ranges=ranges,
        refusal="; ".join(map(str, unwrapped.errors)),
    )


def _unwrap(body: str) -> Unwrapped:
    try:
        return unwrap(body)
    except RecursionError:
        return Unwrapped([], [EnvelopeError("the message is nested too deeply to be read")])


def _parse_wrapped(body: str) -> Mapping[str, Any] | None:
    """Return the record that a destination of Lambda is sent of an event that failed; None if it is something else."""
    try:
        record = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    is_record = isinstance(record, dict) and "requestPayload" in record and "requestContext" in record
    return record if is_record else None


def _find_wrapped_cause(record: Mapping[str, Any]) -> tuple[str, str]:
    answer = record.get("responsePayload")
    if not isinstance(answer, dict):
        context = record["requestContext"]
        condition = context.get("condition") if isinstance(context, dict) else None
        return UNDELIVERED, f"Lambda gave the event up: {condition or 'it does not say why'}"
    return _judge_message(str(answer.get("errorMessage", "")), str(answer.get("errorType", "")))


def _find_cause(message: Mapping[str, Any]) -> tuple[str, str]:
    """Return the class of the error that buried a message, and its words, by the attributes that say so."""
    texts = {name: str(one.get("StringValue", "")) for name, one in message.get("MessageAttributes", {}).items()}
    if "ERROR_CODE" in texts:
        return UNDELIVERED, f"EventBridge: {texts['ERROR_CODE']}: {texts.get('ERROR_MESSAGE', '')}"
    code, words = texts.get("ErrorCode", ""), texts.get("ErrorMessage", "")
    if code and not code.isdecimal():
        return code, words
    if code or words:
        return _judge_message(words, "")
    return DIED, "no invocation that it was delivered to has ended"


def _judge_message(words: str, kind: str) -> tuple[str, str]:
    """Return the class of an error by the message that Lambda has of it, else by its type."""
    if match := CAUSE.match(words):
        return match["cause"], words[match.end() :]
    death = next((cause for sign, cause in DEATHS if sign in words), "")
    return death or kind or UNKNOWN, words
