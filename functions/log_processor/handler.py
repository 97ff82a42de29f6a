"""The function's entry: wire once, unwrap the event, process each range, report what failed and nothing else."""

import logging
import os
import traceback
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from log_processor.errors import PermanentError, PipelineError, RetryableError, SettingsError
from log_processor.escaping import escaped
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
class Wired:
    """What lives as long as the process."""

    pipeline: Pipeline
    routes: Routes
    queue: RangeQueue
    max_receive_count: int


@cache
def wired() -> Wired:
    """Connect the services, once a process; raises `SettingsError` where the environment is not the stack's."""
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
    return Wired(Pipeline(settings, services, routes), routes, queue, settings.max_receive_count)


def handle(event: Any, context: Any) -> dict[str, Any]:
    """Process one event; an SQS batch reports its failed messages, any other event raises after its last range."""
    deadline = Deadline(context.get_remaining_time_in_millis)
    if _is_sqs(event):
        failed = [message["messageId"] for message in event["Records"] if not _settle(message, deadline)]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
    errors, ranges = _process(event, deadline)
    if errors:
        raise _joined(errors)
    return {"ranges": ranges}


def _is_sqs(event: Any) -> bool:
    records = event.get("Records") if isinstance(event, dict) else None
    return (
        bool(records)
        and isinstance(records, list)
        and all(isinstance(record, dict) and record.get("eventSource") == "aws:sqs" for record in records)
    )


def _settle(message: dict[str, Any], deadline: Deadline) -> bool:
    """Whether the queue may forget the message: it is done, or it is buried with its last error."""
    errors, _ = _process(message, deadline)
    if not errors:
        return True
    receives = int(message.get("attributes", {}).get("ApproximateReceiveCount", "1"))
    last = receives >= wired().max_receive_count
    if not last and not all(isinstance(error, PermanentError) for error in errors):
        return False
    words = "; ".join(map(str, errors))
    try:
        wired().queue.bury(message["body"], code=errors[0].code, message=words, attempts=receives)
    except RetryableError as refused:
        logger.warning("message %s stays on the work queue: %s", message["messageId"], refused)
        return False
    return True


def _process(event: Any, deadline: Deadline) -> tuple[list[PipelineError], int]:
    """The errors of the event's ranges, and how many ranges it had; one range's error does not stop the others."""
    found = unwrap({"Records": [event]} if isinstance(event, dict) and "body" in event else event)
    errors: list[PipelineError] = [*found.errors]
    for refused in errors:
        logger.error("%s: %s", refused.code, refused)
    for work in found.ranges:
        route = DEFAULT
        try:
            function = wired()
            route = function.routes.find(work.key)
            function.pipeline.process(work, deadline)
        except PipelineError as error:
            logger.error("%s: %s", error.code, error)  # noqa: TRY400 - the sentence is the whole story
            errors.append(error)
        except Exception as error:  # noqa: BLE001 - the one broad one: whatever it is, the ranges behind it go on
            place, trace = escaped(f"{work.uri} {work.label}"), _indented(route.redact_text(traceback.format_exc()))
            logger.error("unexpected error in %s\n%s", place, trace)  # noqa: TRY400 - the trace may hold what is hidden
            errors.append(RetryableError(f"{place}: {route.redact_text(f'{type(error).__name__}: {error}')}"))
    return errors, len(found.ranges)


def _indented(trace: str) -> str:
    """Return the trace with its lines indented: what a message in it brings of its own can begin no line of the log."""
    return "\n".join(f"  {escaped(line)}" for line in trace.split("\n"))


def _joined(errors: list[PipelineError]) -> PipelineError:
    """One error to raise for several: the first one's class, everybody's words.

    The service copies them into the dead letter's `ErrorMessage`, and nothing else of the function's own: so they say
    the class of each and the attempt that met it.
    """
    return type(errors[0])("; ".join(map(_told, errors)))


def _told(error: PipelineError) -> str:
    """The attempt stands before the message: the service cuts what is longer than 1 KB."""
    attempt = "" if error.attempts is None else f" in attempt {error.attempts}"
    return f"{error.code}{attempt}: {error}"
