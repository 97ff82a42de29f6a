"""Deliver events asynchronously: S3 and EventBridge invoke functions, with retries and a dead-letter queue."""

import json
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.events.models import Rule
from moto.s3 import notifications
from moto.sqs.models import sqs_backends

from emulator.aws.aliases import find_target
from emulator.aws.buses import Buses
from emulator.aws.execution_roles import ExecutionRoles
from emulator.aws.functions import InvocationResult
from emulator.aws.s3_events import build_bucket_event, build_notification_record
from emulator.aws.service_metrics import ServiceMetrics

RETRY_PAUSES_S = (60.0, 120.0)
CHECK_S = 0.05
MAX_EVENT_AGE_S = 6 * 3600
"""How long AWS keeps an event that it cannot deliver."""
Invoke = Callable[[Any, bytes, str, str, str], InvocationResult]
"""Takes a function, an event, a trigger, a request id and the lineage of the chain, which is empty if it begins one."""


class InFlight:
    """Counts the invocations under way, so that a caller can wait until there is none."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait(self, timeout_s: float, is_idle: Callable[[], bool]) -> bool:
        """Wait until nothing is under way and `is_idle()` is true; return False if `timeout_s` passes first."""
        deadline_s = time.monotonic() + timeout_s
        with self._changed:
            while self._count or not is_idle():
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    return False
                self._changed.wait(min(left_s, CHECK_S))
            return True


class Events:
    """Delivers events until it is closed. AWS's pauses between retries are multiplied by `retry_pause_scale`."""

    def __init__(
        self,
        roles: ExecutionRoles,
        invoke: Invoke,
        in_flight: InFlight,
        *,
        retry_pause_scale: float,
        metrics: ServiceMetrics,
    ) -> None:
        self._roles = roles
        self._account_id, self._region = roles.account_id, roles.region
        self._invoke = invoke
        self._in_flight = in_flight
        self._scale = retry_pause_scale
        self._metrics = metrics
        self._closed = threading.Event()
        self.buses = Buses(self.invoke_async)
        self._moto_send_event, self._moto_send_to_targets = notifications.send_event, Rule.send_to_targets
        setattr(notifications, "send_event", self._handle_s3_event)  # noqa: B010 - the seams of moto 5.2.5
        setattr(Rule, "send_to_targets", self._build_rule_sender())  # noqa: B010

    def close(self) -> None:
        """Restore moto's own functions. Deliveries that are under way are abandoned."""
        setattr(notifications, "send_event", self._moto_send_event)  # noqa: B010
        setattr(Rule, "send_to_targets", self._moto_send_to_targets)  # noqa: B010
        self._closed.set()

    def invoke_async(self, function_arn: str, event: bytes) -> None:
        """Invoke a function with an event in the background, as `InvocationType=Event` does."""
        threading.Thread(target=self._deliver, args=(function_arn, event, self._in_flight), daemon=True).start()

    def _handle_s3_event(self, _requester: str, event_name: Any, bucket: Any, key: Any) -> None:
        """Tell the bucket's targets of an event, and the default bus of the account and region that own the bucket."""
        configuration = bucket.notification_configuration
        if configuration is None:
            return
        for target in configuration.cloud_function:
            if target.matches(event_name, key.name):
                event = {"Records": [build_notification_record(event_name, bucket, key, target.id)]}
                self.invoke_async(target.arn, json.dumps(event).encode())
        for target in configuration.queue:
            if target.matches(event_name, key.name):
                event = {"Records": [build_notification_record(event_name, bucket, key, target.id)]}
                sqs = sqs_backends[self._account_id][self._region]
                sqs.send_message(target.arn.rpartition(":")[2], json.dumps(event))
        if configuration.event_bridge is not None and (created := build_bucket_event(event_name, bucket, key)):
            self.buses.put(created, bucket.account_id, bucket.region_name)

    def _build_rule_sender(self) -> Any:
        """Return the replacement of moto's sender, for events that somebody puts on a bus."""

        def send(rule: Any, event: Any, **_: Any) -> None:
            self.buses.apply_rule(rule, event)

        return send

    def _deliver(self, function_arn: str, event: bytes, in_flight: InFlight) -> None:
        """Deliver an event; what is left of it goes with a function that is deleted meanwhile."""
        with in_flight, suppress(UnknownFunctionException):
            backend = lambda_backends[self._account_id][self._region]
            retries = _read_max_retries(find_target(backend, function_arn))
            request_id, queued_s = str(uuid.uuid4()), self._metrics.now()
            for attempt in range(retries + 1):
                result = self._invoke_admitted(function_arn, event, request_id, queued_s)
                if result.error is None:
                    return
                if result.throttled:
                    break
                if attempt < retries and self._closed.wait(RETRY_PAUSES_S[min(attempt, 1)] * self._scale):
                    return
            self._send_to_dead_letters(backend.get_function(function_arn), event, request_id, result.error or "")

    def _invoke_admitted(self, function_arn: str, event: bytes, request_id: str, queued_s: float) -> InvocationResult:
        """Invoke as soon as there is room: being throttled is no attempt, until the event is too old.

        An alias means the version that it names by then.
        """
        backend = lambda_backends[self._account_id][self._region]
        too_old_s = time.monotonic() + MAX_EVENT_AGE_S * self._scale
        while True:
            function = backend.get_function(function_arn)
            age_s = self._metrics.now() - queued_s
            result = self._invoke(function, event, "async", request_id, "")
            if not result.throttled:
                self._metrics.count(function.function_name, "AsyncEventAge", age_s * 1000)
            if not result.throttled or time.monotonic() >= too_old_s or self._closed.wait(CHECK_S):
                return result

    def _send_to_dead_letters(self, function: Any, event: bytes, request_id: str, error: str) -> None:
        """Keep an event that failed in the function's queue for such, or count that it could not be kept."""
        queue_arn = (getattr(function, "dead_letter_config", None) or {}).get("TargetArn")
        if not queue_arn:
            return
        texts = {"RequestID": request_id, "ErrorCode": "200", "ErrorMessage": error[:1024]}
        attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
        queues = sqs_backends[self._account_id][self._region]
        name = queue_arn.rpartition(":")[2]
        if name in queues.queues and self._roles.may_bury(function.role, queue_arn):
            queues.send_message(name, event.decode(), message_attributes=attributes)
        else:
            self._metrics.count(function.function_name, "DeadLetterErrors", 1)


def _read_max_retries(target: Any) -> int:
    settings = [item.config.get("MaximumRetryAttempts") for item in target.event_invoke_config]
    return next((int(retries) for retries in reversed(settings) if retries is not None), len(RETRY_PAUSES_S))
