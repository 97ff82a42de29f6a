"""Poll the queues of event source mappings and invoke their functions, as Lambda's pollers do."""

import json
import logging
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.sqs.exceptions import QueueDoesNotExist, ReceiptHandleIsInvalid
from moto.sqs.models import Message, sqs_backends

from emulator.aws.chains import TRACE_ATTRIBUTE, Chains, read_trace
from emulator.aws.events import InFlight, Invoke
from emulator.aws.execution_roles import ExecutionRoles
from emulator.aws.fleet import CONCURRENCY
from emulator.aws.functions import InvocationResult
from emulator.aws.service_metrics import ServiceMetrics

logger = logging.getLogger(__name__)
POLL_S = 0.05
MOTO_DELAY = "delay"
"""The method with which moto 5.2.5 delays a message."""
GONE_ERRORS = (QueueDoesNotExist, UnknownFunctionException)
"""Raised if a stack that is being destroyed removes the queue or the function between two polls."""


class Mappings:
    """Polls queues until it is closed.

    Nothing is received, or deleted, that the role of the function may not receive or delete.
    A message whose invocation failed stays hidden for its queue's visibility time-out multiplied by `pause_scale`. The
    delay with which a message is sent is multiplied by it too. If `repeats` says so of a message's body, the message is
    delivered again while its invocation runs, as queues do now and then. `throttled_receives` counts by function the
    messages that were received, and returned to the queue because there was never room for an invocation.
    """

    def __init__(
        self,
        roles: ExecutionRoles,
        invoke: Invoke,
        in_flight: InFlight,
        chains: Chains,
        *,
        pause_scale: float,
        metrics: ServiceMetrics,
    ) -> None:
        self._roles = roles
        self._account_id, self._region = roles.account_id, roles.region
        self._invoke = invoke
        self._in_flight = in_flight
        self._chains = chains
        self._metrics = metrics
        self.slots = CONCURRENCY
        self.scale = pause_scale
        _scale_delays(pause_scale)
        self._running: Counter[str] = Counter()
        self.throttled_receives: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self.repeats: Callable[[str], bool] = lambda _body: False
        self._poller = threading.Thread(target=self._poll, daemon=True)
        self._poller.start()

    def close(self) -> None:
        """Stop polling. Invocations that are under way are abandoned."""
        self._closed.set()
        self._poller.join()

    def is_idle(self) -> bool:
        """Tell whether every queue that feeds a function is empty, messages in flight included."""
        return not any(self._has_messages(mapping) for mapping in self._list_enabled())

    def _has_messages(self, mapping: Any) -> bool:
        try:
            return bool(self._find_queue(mapping)._messages)  # noqa: SLF001 - its public list hides messages in flight
        except GONE_ERRORS:
            return False

    def _list_enabled(self) -> list[Any]:
        mappings = lambda_backends[self._account_id][self._region].list_event_source_mappings("", "")
        return [mapping for mapping in mappings if ":sqs:" in mapping.event_source_arn and mapping.enabled]

    def _find_queue(self, mapping: Any) -> Any:
        return sqs_backends[self._account_id][self._region].get_queue(mapping.event_source_arn.rpartition(":")[2])

    def _find_function(self, mapping: Any) -> Any:
        return lambda_backends[self._account_id][self._region].get_function(mapping.function_arn)

    def _poll(self) -> None:
        while not self._closed.wait(POLL_S):
            for mapping in self._list_enabled():
                try:
                    while self._has_room(mapping) and self._start_batch(mapping):
                        pass
                except GONE_ERRORS as error:
                    logger.debug("mapping %s: %s", mapping.uuid, error)

    def _has_room(self, mapping: Any) -> bool:
        """Tell whether another batch of the mapping may start.

        The batches under way must be fewer than the mapping's maximum concurrency, and fewer than the slots. A message
        is received only then, so that waiting for a slot does not count as a delivery.
        """
        max_running = (mapping.scaling_config or {}).get("MaximumConcurrency") or self.slots
        return self._running[mapping.uuid] < min(int(max_running), self.slots)

    def _start_batch(self, mapping: Any) -> bool:
        queue = self._find_queue(mapping)
        if not self._roles.may_poll(self._find_function(mapping).role, queue.queue_arn):
            return False
        sqs = sqs_backends[self._account_id][self._region]
        messages = sqs.receive_message(queue.name, int(mapping.batch_size), 0, int(queue.visibility_timeout))
        if messages:
            with self._lock:
                self._running[mapping.uuid] += 1
            for message in messages:
                if self.repeats(message.body):
                    _show_again(queue, message, 0.0)
            threading.Thread(target=self._run_batch, args=(mapping, queue, messages), daemon=True).start()
        return bool(messages)

    def _run_batch(self, mapping: Any, queue: Any, messages: list[Any]) -> None:
        with self._in_flight:
            try:
                self._invoke_function(mapping, queue, messages)
            except GONE_ERRORS as error:
                logger.debug("mapping %s: %s", mapping.uuid, error)
            finally:
                with self._lock:
                    self._running[mapping.uuid] -= 1

    def _invoke_function(self, mapping: Any, queue: Any, messages: list[Any]) -> None:
        function = self._find_function(mapping)
        event = {"Records": [_build_record(self._region, queue.queue_arn, message) for message in messages]}
        lineage = self._chains.continue_chain(function.function_name, map(read_trace, messages))
        hidden_s = int(queue.visibility_timeout) * self.scale
        failed: set[str] = set()
        if lineage is None:
            self._metrics.count(function.function_name, "RecursiveInvocationsDropped", len(messages))
        else:
            until_s = time.monotonic() + hidden_s
            result = self._invoke_admitted(function, json.dumps(event).encode(), lineage, until_s)
            self._count_receives(function.function_name, result, len(messages))
            failed = _read_failed_ids(mapping, result, [message.id for message in messages])
        self._end_batch(function, queue, messages, failed, hidden_s)

    def _end_batch(
        self, function: Any, queue: Any, messages: list[Any], failed: Collection[str], hidden_s: float
    ) -> None:
        """Delete the messages that did not fail, if that is allowed; the others are visible again after `hidden_s`."""
        sqs = sqs_backends[self._account_id][self._region]
        is_deleted = self._roles.may_delete(function.role, queue.queue_arn)
        for message in messages:
            if message.id in failed or not is_deleted:
                _show_again(queue, message, (time.time() + hidden_s) * 1000)
            else:
                with suppress(ReceiptHandleIsInvalid):  # it became a dead letter, or was purged, meanwhile
                    sqs.delete_message(queue.name, message.receipt_handle)
                self._metrics.count_deleted(queue.name, 1)

    def _count_receives(self, function: str, result: InvocationResult, messages: int) -> None:
        if result.throttled:
            with self._lock:
                self.throttled_receives[function] += messages

    def _invoke_admitted(self, function: Any, event: bytes, lineage: str, until_s: float) -> InvocationResult:
        """Invoke a function, again and again as long as it is throttled, until the messages are to be visible again.

        Source: AWS Lambda Developer Guide, Handling errors for an SQS event source.
        """
        while True:
            result = self._invoke(function, event, "sqs", str(uuid.uuid4()), lineage)
            if not result.throttled or time.monotonic() >= until_s or self._closed.wait(POLL_S):
                return result


def _scale_delays(scale: float) -> None:
    """Let messages that are sent with a delay wait for that delay multiplied by `scale`."""

    def delay(message: Any, delay_seconds: int) -> None:
        message.delayed_until = (time.time() + float(delay_seconds) * scale) * 1000

    setattr(Message, MOTO_DELAY, delay)


def _show_again(queue: Any, received: Any, moment_ms: float) -> None:
    """Let a received message be visible from `moment_ms` on, unless it is deleted."""
    for message in queue._messages:  # noqa: SLF001 - moto hands out copies
        if message.id == received.id:
            message.visible_at = moment_ms


def _read_failed_ids(mapping: Any, result: InvocationResult, all_ids: list[str]) -> set[str]:
    if result.error is not None:
        return set(all_ids)
    if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
        return set()
    answer = json.loads(result.payload or b"null") or {}
    return {failure["itemIdentifier"] for failure in answer.get("batchItemFailures", [])}


def _build_record(region: str, queue_arn: str, message: Any) -> dict[str, Any]:
    trace = read_trace(message)
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            **({TRACE_ATTRIBUTE: trace} if trace else {}),
        },
        "messageAttributes": {},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }
