"""Ask the queues how much waits, by their attributes: receiving a message would hide it from the function."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ops.frame.environment import Environment

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

WAITING: Final = "ApproximateNumberOfMessages"
DELAYED: Final = "ApproximateNumberOfMessagesDelayed"
IN_FLIGHT: Final = "ApproximateNumberOfMessagesNotVisible"


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How many messages of a queue wait, how many are delayed, and how many are delivered and not yet done."""

    waiting: int
    delayed: int
    in_flight: int


def read_depth(environment: Environment, name: str) -> QueueDepth:
    """Return the depth of the queue called `name`: two requests. SQS counts approximately."""
    sqs: SQSClient = environment.session.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[WAITING, DELAYED, IN_FLIGHT])["Attributes"]
    counts = {str(key): int(value) for key, value in attributes.items()}
    return QueueDepth(counts.get(WAITING, 0), counts.get(DELAYED, 0), counts.get(IN_FLIGHT, 0))
