"""Handle an invocation of the function: unwrap the event, process each of its ranges, and report the failures."""

import logging
import os
import traceback
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from log_processor.errors import PermanentError, PipelineError, RetryableError, SettingsError
from log_processor.escaping import escape
from log_processor.pipeline import Pipeline, Services
from log_processor.reading.source import ObjectSource
from log_processor.routing.lib.route import DEFAULT
from log_processor.routing.routes import Routes, load
from log_processor.settings import Settings
from log_processor.storing.error_archive import ErrorArchive
from log_processor.storing.ledger import Ledger
from log_processor.storing.table import WINDOW_BATCHES
from log_processor.storing.wire import BatchWriteWire
from log_processor.work.continuation import RangeQueue
from log_processor.work.deadline import Deadline
from log_processor.work.envelopes import unwrap

logger = logging.getLogger(__name__)
CLIENT_CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 5},
    max_pool_connections=2 * WINDOW_BATCHES,
)


@dataclass(frozen=True, slots=True)
class FunctionParts:
    """The parts of the function that live as long as its process."""

    pipeline: Pipeline
    routes: Routes
    queue: RangeQueue
    max_receive_count: int


@cache
def build_parts() -> FunctionParts:
    """Return the parts of the function, built once a process.

    Raise `SettingsError` if the environment is not the one that the stack sets.
    """
    settings = Settings.from_environment(os.environ)
    logger.setLevel(settings.log_level)
    session = boto3.Session()
    s3 = session.client("s3", config=CLIENT_CONFIG)
    dynamodb = session.client("dynamodb", config=CLIENT_CONFIG)
    queue = RangeQueue(
        session.client("sqs", config=CLIENT_CONFIG), settings.work_queue_url, settings.dead_letter_queue_url
    )
    credentials = session.get_credentials()
    if credentials is None:
        raise SettingsError("no AWS credentials: the function runs with the credentials of its role")
    wire = BatchWriteWire(
        endpoint_url=dynamodb.meta.endpoint_url,
        region=dynamodb.meta.region_name,
        credentials=credentials,
        connections=WINDOW_BATCHES,
    )
    services = Services(
        source=ObjectSource(s3),
        wire=wire,
        ledger=Ledger(dynamodb, settings.ledger_table),
        archive=ErrorArchive(s3, settings.error_bucket),
        queue=queue,
    )
    routes = load(settings.redaction_key)
    return FunctionParts(Pipeline(settings, services, routes), routes, queue, settings.max_receive_count)


def handle(event: Any, context: Any) -> dict[str, Any]:
    """Process one event.

    Return the ids of the failed messages if it is an SQS batch, else the number of its ranges. Raise an error after the
    last range if a range of any other event failed.
    """
    deadline = Deadline(context.get_remaining_time_in_millis)
    if _is_sqs(event):
        failed = [message["messageId"] for message in event["Records"] if not _finish_message(message, deadline)]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
    errors, ranges = _process_event(event, deadline)
    if errors:
        raise _join_errors(errors)
    return {"ranges": ranges}


def _is_sqs(event: Any) -> bool:
    records = event.get("Records") if isinstance(event, dict) else None
    return (
        bool(records)
        and isinstance(records, list)
        and all(isinstance(record, dict) and record.get("eventSource") == "aws:sqs" for record in records)
    )


def _finish_message(message: dict[str, Any], deadline: Deadline) -> bool:
    """Process a message of the work queue, and tell whether the queue may delete it.

    It may if every range of it is processed, or if the message was sent to the dead-letter queue. The message is sent
    there if no range failed for a reason that may pass, or if this was its last delivery.
    """
    errors, _ = _process_event(message, deadline)
    if not errors:
        return True
    receives = int(message.get("attributes", {}).get("ApproximateReceiveCount", "1"))
    last = receives >= build_parts().max_receive_count
    if not last and not all(isinstance(error, PermanentError) for error in errors):
        return False
    explanation = "; ".join(map(str, errors))
    try:
        build_parts().queue.send_to_dead_letters(
            message["body"], code=errors[0].code, message=explanation, attempts=receives
        )
    except RetryableError as refused:
        logger.warning("message %s stays on the work queue: %s", message["messageId"], refused)
        return False
    return True


def _process_event(event: Any, deadline: Deadline) -> tuple[list[PipelineError], int]:
    """Process the ranges of an event; return their errors and the number of ranges.

    The error of one range does not stop the others.
    """
    unwrapped = unwrap({"Records": [event]} if isinstance(event, dict) and "body" in event else event)
    errors: list[PipelineError] = [*unwrapped.errors]
    for refused in errors:
        logger.error("%s: %s", refused.code, refused)
    for work in unwrapped.ranges:
        route = DEFAULT
        try:
            function = build_parts()
            route = function.routes.find(work.key)
            function.pipeline.process(work, deadline)
        except PipelineError as error:
            logger.error("%s: %s", error.code, error)  # noqa: TRY400 - the sentence says it all
            errors.append(error)
        except Exception as error:  # noqa: BLE001 - the one broad one: whatever it is, the other ranges are processed
            origin, trace = escape(f"{work.uri} {work.label}"), _indent(route.redact_text(traceback.format_exc()))
            logger.error("unexpected error in %s\n%s", origin, trace)  # noqa: TRY400 - the trace may hold what is hidden
            errors.append(RetryableError(f"{origin}: {route.redact_text(f'{type(error).__name__}: {error}')}"))
    return errors, len(unwrapped.ranges)


def _indent(trace: str) -> str:
    """Return the trace with its lines indented, so that no text of a message in it begins a line of the log."""
    return "\n".join(f"  {escape(line)}" for line in trace.split("\n"))


def _join_errors(errors: list[PipelineError]) -> PipelineError:
    """Return one error to raise for several: of the class of the first, with the messages of all.

    Lambda copies its message, and nothing else of the function's own, into the dead letter's `ErrorMessage`. So the
    message has the class of each error and the number of its attempt.
    """
    return type(errors[0])("; ".join(map(_explain, errors)))


def _explain(error: PipelineError) -> str:
    """Return `<class> in attempt <number>: <message>`; the message is last, because Lambda cuts after 1 KB."""
    attempt = "" if error.attempts is None else f" in attempt {error.attempts}"
    return f"{error.code}{attempt}: {error}"
