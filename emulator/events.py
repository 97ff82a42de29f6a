"""What AWS does between services: S3 events invoke asynchronously with retries, queues feed their functions."""

import json
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from moto.awslambda.models import lambda_backends
from moto.s3 import notifications
from moto.sqs.models import sqs_backends

from emulator.functions import Outcome

RETRY_PAUSES_S = (60.0, 120.0)
POLL_S = 0.05
VISIBILITY_S = 3600
Invoke = Callable[[Any, bytes, str], Outcome]


class InFlight:
    """Counts what is under way, so that a caller can wait for the quiet."""

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

    def wait(self, timeout_s: float, quiet: Callable[[], bool]) -> bool:
        """Wait until nothing is under way and `quiet()` agrees; False when `timeout_s` is over first."""
        deadline_s = time.monotonic() + timeout_s
        with self._changed:
            while self._count or not quiet():
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    return False
                self._changed.wait(min(left_s, POLL_S))
            return True


class Deliveries:
    """Delivers until it is closed; pauses between retries are AWS's, multiplied by `retry_pause_scale`."""

    def __init__(self, account_id: str, region: str, invoke: Invoke, retry_pause_scale: float) -> None:
        self._account_id = account_id
        self._region = region
        self._invoke = invoke
        self._scale = retry_pause_scale
        self.in_flight = InFlight()
        self._closed = threading.Event()
        self._moto_send_event = notifications.send_event
        setattr(notifications, "send_event", self._on_s3_event)  # noqa: B010 - the seam of moto 5.2.5
        self._poller = threading.Thread(target=self._poll, daemon=True)
        self._poller.start()

    def close(self) -> None:
        """Stop polling; what is under way is abandoned with its children."""
        setattr(notifications, "send_event", self._moto_send_event)  # noqa: B010 - moto is whole again
        self._closed.set()
        self._poller.join()

    def quiet(self) -> bool:
        """Whether every queue that feeds a function is empty, messages in flight included."""
        return not any(
            self._queue(mapping).messages or self._queue(mapping).pending_messages for mapping in self._mappings()
        )

    def _on_s3_event(self, account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        configuration = bucket.notification_configuration
        if configuration is None or account_id != self._account_id:
            return
        for target in configuration.cloud_function:
            if target.matches(event_name, key.name):
                event = {"Records": [_s3_record(self._region, event_name, bucket, key, target.id)]}
                self.invoke_async(target.arn, json.dumps(event).encode())

    def invoke_async(self, function_arn: str, event: bytes) -> None:
        """Queue an event for a function, as `InvocationType=Event` does."""
        threading.Thread(target=self._deliver, args=(function_arn, event, self.in_flight), daemon=True).start()

    def _deliver(self, function_arn: str, event: bytes, in_flight: InFlight) -> None:
        with in_flight:
            function = lambda_backends[self._account_id][self._region].get_function(function_arn)
            retries = _maximum_retries(function)
            for attempt in range(retries + 1):
                outcome = self._invoke(function, event, "async")
                if outcome.error is None:
                    return
                if attempt < retries and self._closed.wait(RETRY_PAUSES_S[min(attempt, 1)] * self._scale):
                    return
            self._bury(function, event, outcome.error or "")

    def _bury(self, function: Any, event: bytes, error: str) -> None:
        config = getattr(function, "dead_letter_config", None)
        if config and config.get("TargetArn"):
            texts = {"RequestID": str(uuid.uuid4()), "ErrorCode": "200", "ErrorMessage": error[:1024]}
            attributes = {name: {"data_type": "String", "string_value": text} for name, text in texts.items()}
            sqs = sqs_backends[self._account_id][self._region]
            sqs.send_message(config["TargetArn"].rpartition(":")[2], event.decode(), message_attributes=attributes)

    def _mappings(self) -> list[Any]:
        mappings = lambda_backends[self._account_id][self._region].list_event_source_mappings("", "")
        return [mapping for mapping in mappings if ":sqs:" in mapping.event_source_arn and mapping.enabled]

    def _queue(self, mapping: Any) -> Any:
        return sqs_backends[self._account_id][self._region].get_queue(mapping.event_source_arn.rpartition(":")[2])

    def _poll(self) -> None:
        while not self._closed.wait(POLL_S):
            for mapping in self._mappings():
                queue = self._queue(mapping)
                sqs = sqs_backends[self._account_id][self._region]
                while messages := sqs.receive_message(queue.name, mapping.batch_size, 0, VISIBILITY_S):
                    threading.Thread(target=self._batch, args=(mapping, queue, messages), daemon=True).start()

    def _batch(self, mapping: Any, queue: Any, messages: list[Any]) -> None:
        with self.in_flight:
            backend = lambda_backends[self._account_id][self._region]
            function = backend.get_function(mapping.function_arn)
            records = [_sqs_record(self._region, queue.queue_arn, message) for message in messages]
            outcome = self._invoke(function, json.dumps({"Records": records}).encode(), "sqs")
            failed = _failed_ids(mapping, outcome, [message.id for message in messages])
            sqs = sqs_backends[self._account_id][self._region]
            for message in messages:
                if message.id in failed:
                    sqs.change_message_visibility(queue.name, message.receipt_handle, 0)
                else:
                    sqs.delete_message(queue.name, message.receipt_handle)


def _maximum_retries(function: Any) -> int:
    settings = [entry.config.get("MaximumRetryAttempts") for entry in function.event_invoke_config]
    return next((int(retries) for retries in reversed(settings) if retries is not None), len(RETRY_PAUSES_S))


def _failed_ids(mapping: Any, outcome: Outcome, all_ids: list[str]) -> set[str]:
    if outcome.error is not None:
        return set(all_ids)
    if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
        return set()
    answer = json.loads(outcome.payload or b"null") or {}
    return {entry["itemIdentifier"] for entry in answer.get("batchItemFailures", [])}


def _s3_record(region: str, event_name: Any, bucket: Any, key: Any, configuration_id: str) -> dict[str, Any]:
    found = {
        "key": quote_plus(key.name, safe="/"),
        "size": key.size,
        "eTag": key.etag.strip('"'),
        "sequencer": f"{time.time_ns():016X}",
    }
    if bucket.is_versioned:
        found["versionId"] = key.version_id
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": region,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": str(event_name.value).removeprefix("s3:"),
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {"name": bucket.name, "arn": bucket.arn},
            "object": found,
        },
    }


def _sqs_record(region: str, queue_arn: str, message: Any) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
        },
        "messageAttributes": {},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }
