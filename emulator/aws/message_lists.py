"""List a queue's messages by one look at the clock: moto 5.2.5 looks three times a message.

It also counts all messages of a queue, three times, for each that is received, as it asks for every attribute of the
queue to learn how long a message is kept.
"""

from typing import Any

from moto.core.utils import unix_time_millis
from moto.sqs.models import Message, Queue, SQSBackend


def list_messages_at_once() -> None:
    """Make moto list and receive messages so; once in a process."""
    kept = SQSBackend.is_message_valid_based_on_retention_period.__name__
    for owner, name, value in ((Queue, "messages", property(_list_visible)), (SQSBackend, kept, _is_kept)):
        setattr(owner, name, value)


def _list_visible(queue: Any) -> list[Message]:
    now = unix_time_millis()
    return [one for one in tuple(queue._messages) if one.visible_at < now >= one.delayed_until]  # noqa: SLF001 - what it lists


def _is_kept(backend: SQSBackend, queue_name: str, message: Message) -> bool:
    """Tell whether the queue still keeps a message, by the time at which it was sent."""
    queue: Any = backend.get_queue(queue_name)
    return int(queue.message_retention_period) * 1000 + int(message.sent_timestamp or 0) > unix_time_millis()
