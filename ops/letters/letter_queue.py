"""Receive the messages of a dead-letter queue without hiding them for long, and move them to the work queue.

SQS shows a message to nobody else while one receiver has it, and has no other way to look at it: so it is received for
a minute, and given back as soon as all are seen. What is killed meanwhile gives all back within that minute.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from log_processor.work.continuation import BATCH_MESSAGES, group_bodies

from ops.letters.letter import Letter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HIDDEN_S = 60
"""For how long others do not see what is received, if nothing else is said."""
POLL_S = 1
"""How long a request waits for messages: one that waits asks all of the queue's servers, and misses none of them."""
EMPTY_POLLS = 2
"""How many requests in a row have to bring nothing new until nothing is there."""
Message = Mapping[str, Any]


@dataclass(slots=True)
class Moved:
    """What became of letters: those the work queue took, the reasons of those it refused, and those not deleted."""

    sent: list[Letter] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    kept: list[Letter] = field(default_factory=list)


class LetterQueue:
    """A walk through a dead-letter queue; what is received in the block, and not moved, is given back at its end.

    Nobody else sees a message for `hidden_s` seconds, within which the walk has to end.
    """

    def __init__(self, sqs: "SQSClient", dead_letter_queue_url: str, work_queue_url: str, hidden_s: int) -> None:
        self._sqs = sqs
        self._hidden_s = hidden_s
        self._url = dead_letter_queue_url
        self._work_queue_url = work_queue_url
        self._held: dict[str, str] = {}
        self._empty_polls = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        receipts = list(self._held.values())
        self._held.clear()
        for first in range(0, len(receipts), BATCH_MESSAGES):
            entries: Any = [
                {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                for number, receipt in enumerate(receipts[first : first + BATCH_MESSAGES])
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)

    def walk(self, max_messages: int) -> Iterator[Message]:
        """Yield each message once, up to so many."""
        count = 0
        while count < max_messages and not self.is_seen:
            messages = self.receive(min(BATCH_MESSAGES, max_messages - count))
            count += len(messages)
            yield from messages

    @property
    def is_seen(self) -> bool:
        """Tell whether the last requests brought nothing new."""
        return self._empty_polls >= EMPTY_POLLS

    def receive(self, count: int) -> list[Message]:
        """Return up to so many messages that were not received before, and hide them from others for a while."""
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=count,
            VisibilityTimeout=self._hidden_s,
            WaitTimeSeconds=POLL_S,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        messages: list[Any] = answer.get("Messages", [])
        new = [message for message in messages if message["MessageId"] not in self._held]
        self._held |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
        self._empty_polls = 0 if new else self._empty_polls + 1
        return new

    def move(self, letters: Sequence[Letter]) -> Moved:
        """Send letters that were received to the work queue, and delete those that it accepts."""
        moved = Moved()
        first = 0
        for bodies in group_bodies(letter.body for letter in letters):
            group = letters[first : first + len(bodies)]
            first += len(bodies)
            self._send(group, moved)
        return moved

    def _send(self, group: Sequence[Letter], moved: Moved) -> None:
        entries: Any = [{"Id": str(number), "MessageBody": letter.body} for number, letter in enumerate(group)]
        answer = self._sqs.send_message_batch(QueueUrl=self._work_queue_url, Entries=entries)
        accepted = [group[int(one["Id"])] for one in answer.get("Successful", [])]
        moved.refused += [f"{one['Code']}: {one.get('Message', '')}" for one in answer.get("Failed", [])]
        moved.sent += accepted
        if accepted:
            moved.kept += self._delete(accepted)

    def _delete(self, group: Sequence[Letter]) -> list[Letter]:
        """Delete letters; return those that are still there. They are not given back early."""
        entries: Any = [{"Id": str(number), "ReceiptHandle": letter.receipt} for number, letter in enumerate(group)]
        answer = self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
        for letter in group:
            self._held.pop(letter.message_id, None)
        return [group[int(one["Id"])] for one in answer.get("Failed", [])]
