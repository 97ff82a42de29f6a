"""Define the function's own metrics, and write those of an attempt as a document of the embedded metric format.

CloudWatch makes metrics of every line of the log that is such a document (Amazon CloudWatch User Guide, Specification:
Embedded metric format). `docs/metrics.md` is written from the table here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from log_processor.errors import AccessDeniedError, ChainTooLongError, NoProgressError, PermanentError
from log_processor.report import AttemptReport
from log_processor.storing.batches import Checkpoint

NAMESPACE = "LogPipeline"
FUNCTION_NAME, SOURCE, FORMAT = "FunctionName", "Source", "Format"
OTHER_SOURCE = "other"
"""The value of the dimension `Source` for all sources that have none of their own."""
NO_FORMAT = "none"
"""The value of the dimension `Format` of an attempt that ended before the format was known."""
BY_FUNCTION = (FUNCTION_NAME,)
EVERY_WAY = (BY_FUNCTION, (FUNCTION_NAME, SOURCE), (FUNCTION_NAME, FORMAT))
"""The sets of dimensions of the metrics that are told apart by source and by format, never by both at once."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name, its unit in CloudWatch, what it is, and how to read its value from a report.

    A report of which the value is None has no such metric. If `is_detailed`, it is told apart by source and by format.
    """

    name: str
    unit: str
    meaning: str
    read: Callable[[AttemptReport], int | None]
    is_detailed: bool = False


def _count(read: Callable[[Checkpoint], int]) -> Callable[[AttemptReport], int | None]:
    """Return a reader of a count of records, which only the attempt has whose word on them is the last."""
    return lambda report: read(report.totals) if report.is_final and report.totals else None


def _is_bounded(report: AttemptReport) -> bool:
    """Tell whether a bound of our own ended the chain of invocations."""
    return isinstance(report.error, ChainTooLongError | NoProgressError)


def _is_denied(report: AttemptReport) -> bool:
    return report.status == "denied" or isinstance(report.error, AccessDeniedError)


def _is_for_good(report: AttemptReport) -> bool:
    return report.status == "failed" and isinstance(report.error, PermanentError)


METRICS = (
    Metric("RecordsRead", "Count", "records read", _count(lambda totals: totals.read), is_detailed=True),
    Metric("RecordsStored", "Count", "records stored", _count(lambda totals: totals.stored), is_detailed=True),
    Metric(
        "RecordsFiltered",
        "Count",
        "records that the route filters out",
        _count(lambda totals: totals.filtered),
        is_detailed=True,
    ),
    Metric(
        "RecordsRejected",
        "Count",
        "rejects: stored as text, and archived with the reason",
        _count(lambda totals: totals.rejected),
        is_detailed=True,
    ),
    Metric(
        "TextFallbacks",
        "Count",
        "records and rejects stored as text, although the object is of another format",
        _count(lambda totals: totals.counts.text_fallbacks),
        is_detailed=True,
    ),
    Metric(
        "BytesRead",
        "Bytes",
        "decompressed bytes of the ranges",
        lambda report: report.bytes if report.is_final else None,
        is_detailed=True,
    ),
    Metric(
        "Lag",
        "Milliseconds",
        "from S3's event until the range is stored to its end; one value a range, none if no event named the object",
        lambda report: report.lag_ms,
        is_detailed=True,
    ),
    Metric("Attempts", "Count", "attempts, with those at ranges that could not be begun", lambda _report: 1),
    Metric(
        "FailedAttempts",
        "Count",
        "attempts that failed, with those that are tried again",
        lambda report: int(report.status == "failed"),
    ),
    Metric("Failed", "Count", "attempts that failed for good", lambda report: int(_is_for_good(report))),
    Metric("Denied", "Count", "attempts that were denied access", lambda report: int(_is_denied(report))),
    Metric(
        "TableThrottles",
        "Count",
        "tries of a batch that the log table did not take whole: throttled, unavailable, or items left unprocessed",
        lambda report: report.throttles,
    ),
    Metric("Hops", "Count", "how often the range was handed on before the attempt", lambda report: report.work.hops),
    Metric(
        "ChainsEnded",
        "Count",
        "ranges that failed because they were handed on too often, or made no progress",
        lambda report: int(_is_bounded(report)),
    ),
)
"""Every metric of the function's own."""


def build_document(report: AttemptReport, function_name: str, source: str) -> dict[str, Any]:
    """Return the metrics of an attempt in the embedded metric format; `source` is the value of the dimension."""
    values = [(metric, value) for metric in METRICS if (value := metric.read(report)) is not None]
    directives = [
        _build_directive(EVERY_WAY, [metric for metric, _ in values if metric.is_detailed]),
        _build_directive((BY_FUNCTION,), [metric for metric, _ in values if not metric.is_detailed]),
    ]
    return {
        "_aws": {"Timestamp": report.ended_ms, "CloudWatchMetrics": [each for each in directives if each["Metrics"]]},
        FUNCTION_NAME: function_name,
        SOURCE: source,
        FORMAT: report.format or NO_FORMAT,
        **{metric.name: value for metric, value in values},
    }


def _build_directive(dimensions: tuple[tuple[str, ...], ...], metrics: list[Metric]) -> dict[str, Any]:
    """Return the directive that makes the metrics with each set of dimensions."""
    named = [{"Name": metric.name, "Unit": metric.unit} for metric in metrics]
    return {"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": named}
