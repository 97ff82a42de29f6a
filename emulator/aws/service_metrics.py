"""Report the metrics of AWS's own services, by the names that AWS documents, of what happened here.

Source: AWS Lambda Developer Guide, Types of metrics for Lambda functions; Amazon SQS Developer Guide, Available
CloudWatch metrics for Amazon SQS.
"""

import time
from typing import Any

from moto.sqs.models import sqs_backends

from emulator.aws.functions import InvocationResult
from emulator.aws.metrics import Clock, MetricStore

LAMBDA, SQS = "AWS/Lambda", "AWS/SQS"


class ServiceMetrics:
    """The metrics of the functions and queues of one account and region."""

    def __init__(self, account_id: str, region: str, store: MetricStore, clock: Clock) -> None:
        self._account_id, self._region = account_id, region
        self._store, self._clock = store, clock
        self._seen: dict[str, float] = {}
        """How far ahead the clock was when a message was first seen: what is added to its age counts from there."""

    def count_invocation(self, function: str, result: InvocationResult) -> None:
        """Report an invocation, or that there was no room for it: AWS does not count it then."""
        if result.throttled:
            self.count(function, "Throttles", 1)
            return
        self.count(function, "Invocations", 1)
        self.count(function, "Errors", int(result.error is not None))
        self.count(function, "Throttles", 0)
        self.count(function, "Duration", result.duration_ms)

    def count(self, function: str, name: str, value: float) -> None:
        """Report a value of one of Lambda's metrics."""
        self._store.add(LAMBDA, name, {"FunctionName": function}, value, self._clock.now())

    def now(self) -> float:
        """Return the time at which metrics are reported, in epoch seconds."""
        return self._clock.now()

    def count_deleted(self, queue: str, messages: int) -> None:
        """Report that messages of a queue were worked off."""
        self._store.add(SQS, "NumberOfMessagesDeleted", {"QueueName": queue}, messages, self._clock.now())

    def report_queues(self) -> None:
        """Report what each queue holds; AWS does each minute."""
        for queue in list(sqs_backends[self._account_id][self._region].queues.values()):
            messages = list(queue._messages)  # noqa: SLF001 - its public list hides messages in flight
            gauges = {
                "ApproximateNumberOfMessagesVisible": sum(one.visible and not one.delayed for one in messages),
                "ApproximateNumberOfMessagesNotVisible": sum(not one.visible for one in messages),
                "ApproximateNumberOfMessagesDelayed": sum(one.delayed for one in messages),
                "ApproximateAgeOfOldestMessage": max((self._measure_age_s(one) for one in messages), default=0.0),
            }
            for name, value in gauges.items():
                self._store.add(SQS, name, {"QueueName": queue.name}, value, self._clock.now())

    def _measure_age_s(self, message: Any) -> float:
        ahead_s = self._clock.ahead_s
        return time.time() - float(message.sent_timestamp) / 1000 + ahead_s - self._seen.setdefault(message.id, ahead_s)
