"""Handle an invocation of the function: unwrap the event, process each of its ranges, and report the failures."""

import logging
import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from log_processor.collector import keep_all
from log_processor.errors import PermanentError, PipelineError, RetryableError
from log_processor.escaping import escape
from log_processor.parts import FunctionParts, connect_parts
from log_processor.reporting import InvocationTrace, parse_trace_id
from log_processor.routing.lib.route import DEFAULT, Route
from log_processor.work.continuation import restart_chain
from log_processor.work.deadline import Deadline
from log_processor.work.envelopes import unwrap
from log_processor.work.ranges import ObjectRange

logger = logging.getLogger(__name__)
TRACE_VARIABLE = "_X_AMZN_TRACE_ID"
"""The environment variable in which Lambda's runtime puts the trace header of each invocation."""


@cache
def build_parts() -> FunctionParts:
    """Return the parts of the function, built once a process; raise `SettingsError` if its environment is wrong."""
    parts = connect_parts(os.environ)
    keep_all()
    return parts


def handle(event: Any, context: Any) -> dict[str, Any]:
    """Process one event.

    Return the ids of the failed messages if it is an SQS batch, else the number of its ranges. Raise an error after the
    last range if a range of any other event failed.
    """
    deadline = Deadline(context.get_remaining_time_in_millis)
    trace_id = parse_trace_id(os.environ.get(TRACE_VARIABLE, ""))
    invocation = InvocationTrace(context.function_name, context.aws_request_id, trace_id)
    if _is_sqs(event):
        messages = event["Records"]
        failed = [each["messageId"] for each in messages if not _finish_message(each, deadline, invocation)]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
    errors, ranges = _process_event(event, deadline, invocation)
    if errors:
        raise _join_errors(errors)
    return {"ranges": ranges}


def _is_sqs(event: Any) -> bool:
    records = event.get("Records") if isinstance(event, dict) else None
    return bool(records) and isinstance(records, list) and all(map(_is_message, records))


def _is_message(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and record.get("eventSource") == "aws:sqs"
        and isinstance(record.get("messageId"), str)
        and isinstance(record.get("body"), str)
    )


def _finish_message(message: dict[str, Any], deadline: Deadline, invocation: InvocationTrace) -> bool:
    """Process a message of the work queue, and tell whether the queue may delete it.

    It may if every range of it is processed, or if the message was sent to the dead-letter queue. The message is sent
    there if no range failed for a reason that may pass, or if this was its last delivery.
    """
    errors, _ = _process_event({"Records": [message]}, deadline, invocation)
    if not errors:
        return True
    receives = _count_receives(message)
    is_final = all(isinstance(error, PermanentError) for error in errors)
    refusals: list[PipelineError] = []
    with _collect_error(refusals, f"message {message['messageId']}", DEFAULT, invocation.describe()):
        queue, max_receives = build_parts().queue, build_parts().max_receive_count
        if not is_final and receives < max_receives:
            return False
        explanation = "; ".join(map(str, errors))
        letter = restart_chain(message["body"])
        queue.send_to_dead_letters(letter, code=errors[0].code, message=explanation, attempts=receives)
    if refusals:
        logger.warning("message %s stays on the work queue", message["messageId"], extra=invocation.describe())
    return not refusals


def _count_receives(message: dict[str, Any]) -> int:
    """Return how often the queue has delivered the message, with this time; 1 if that is not said."""
    attributes = message.get("attributes")
    count = attributes.get("ApproximateReceiveCount") if isinstance(attributes, dict) else None
    return int(count) if isinstance(count, str) and count.isdecimal() else 1


def _process_event(event: Any, deadline: Deadline, invocation: InvocationTrace) -> tuple[list[PipelineError], int]:
    """Process the ranges of an event; return their errors and the number of ranges.

    The error of one range does not stop the others.
    """
    errors: list[PipelineError] = []
    ranges: list[ObjectRange] = []
    with _collect_error(errors, "the event", DEFAULT, invocation.describe()):
        unwrapped = unwrap(event)
        ranges = unwrapped.ranges
        for refused in unwrapped.errors:
            logger.error("%s: %s", refused.code, refused, extra=invocation.describe())
            errors.append(refused)
    for work in ranges:
        function: FunctionParts | None = None
        origin, about = f"{work.uri} {work.label}", invocation.describe(work)
        with _collect_error(errors, origin, DEFAULT, about):
            function = build_parts()
            function.reporter.begin(invocation)
            function.limits.begin(deadline.get_read_s, deadline.get_call_s)
        if function is not None:
            with _collect_error(errors, origin, function.routes.find(work.key, work.bucket), about):
                function.pipeline.process(work, deadline)
    return errors, len(ranges)


@contextmanager
def _collect_error(errors: list[PipelineError], origin: str, route: Route, about: Mapping[str, str]) -> Iterator[None]:
    """Log the error that ends the block, and add it to `errors`; what `route` hides is hidden in an unexpected one.

    `about` says of which invocation and of which range the line of the log is.
    """
    try:
        yield
    except PipelineError as error:
        logger.error("%s: %s", error.code, error, extra=about)  # noqa: TRY400 - the sentence says it all
        errors.append(error)
    except Exception as error:  # noqa: BLE001 - the one broad one: whatever it is, the other ranges are processed
        trace = _indent(route.redact_text(traceback.format_exc()))
        logger.error(  # noqa: TRY400 - the exception may hold what is hidden
            "unexpected error in %s\n%s", escape(origin), trace, extra=about
        )
        errors.append(RetryableError(f"{origin}: {route.redact_text(f'{type(error).__name__}: {error}')}"))


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
