"""Write two lines into the function's log for each attempt: what became of it, and its metrics."""

import json
import logging
import sys
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from log_processor.escaping import escape
from log_processor.metrics import OTHER_SOURCE, build_document
from log_processor.report import AttemptReport
from log_processor.storing.batches import Checkpoint
from log_processor.work.ranges import ObjectRange

logger = logging.getLogger(__name__)
TRACE_ROOT = "Root="
FIELDS = {
    "status": "`done`, `continued` or `failed` as in the ledger; `split` if the range was sent as smaller ones, "
    "`requeued` if the whole of it was sent again, `denied` if it waits for access",
    "attempt": "the number of the attempt; 0 if the range could not be begun",
    "source": "the source of the object",
    "metric_source": "the source's name in the metrics",
    "format": "the format of the object, if it is known",
    "read": "records read",
    "stored": "records stored",
    "filtered": "records that the route filters out",
    "rejected": "rejects",
    "text_fallbacks": "records and rejects stored as text, although the object is of another format",
    "bytes": "decompressed bytes of the range",
    "counted": "1 if the ledger took these counts as the last word, so that the metrics have them; else 0",
    "duration_ms": "how long the attempt took",
    "lag_ms": "the metric `Lag`",
    "hops": "the metric `Hops`",
    "throttles": "the metric `TableThrottles`",
    "reason": "the error of an attempt that failed or is denied",
}
"""What the line of an attempt says beside the range that it is about, and what each of its fields is."""


@dataclass(frozen=True, slots=True)
class InvocationTrace:
    """The invocation that is under way: the function's name, the request id, and the id of its trace in X-Ray."""

    function_name: str = ""
    request_id: str = ""
    trace_id: str = ""

    def describe(self, work: ObjectRange | None = None) -> dict[str, Any]:
        """Return what each line of the log says of the invocation, and of the range that it is about.

        Lambda adds the request id to a line of the log by itself.
        """
        trace = {"trace_id": self.trace_id}
        return trace if work is None else trace | {"object": escape(work.uri), "range": escape(work.label)}


def parse_trace_id(text: str) -> str:
    """Return the id of the trace that an `X-Amzn-Trace-Id` names: `1-5759e988-bd862e3fe1be46a994272793`."""
    parts = (part.strip() for part in text.split(";"))
    return next((part.removeprefix(TRACE_ROOT) for part in parts if part.startswith(TRACE_ROOT)), "")


def limit_logs(level: str) -> None:
    """Log the function's own lines from `level` on, and those of libraries from `WARNING` on.

    Lambda sets the level of all loggers at once. At `DEBUG`, botocore would log the bodies of requests, in which
    records stand as they are.
    """
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger(__package__).setLevel(level)


class Reporter:
    """A writer of the two lines of each attempt.

    Sources with a name in `named_sources` have metrics of their own. All others are counted together, so that the
    metrics are bounded in number; the line of the log has the source's own name, and that under which it is counted.
    """

    def __init__(self, named_sources: Set[str]) -> None:
        self._named_sources = named_sources
        self._invocation = InvocationTrace()

    def begin(self, invocation: InvocationTrace) -> None:
        """Note the invocation that the attempts from now on are made in."""
        self._invocation = invocation

    def report(self, report: AttemptReport) -> None:
        """Write the two lines of an attempt."""
        source = report.source if report.source in self._named_sources else OTHER_SOURCE
        said = self._invocation.describe(report.work)
        logger.info("attempt %s", report.status, extra=said | describe(report, source))
        document = build_document(report, self._invocation.function_name, source)
        request = {"request_id": self._invocation.request_id}
        sys.stdout.write(f"{json.dumps(document | request | said, separators=(',', ':'))}\n")


def describe(report: AttemptReport, metric_source: str) -> dict[str, Any]:
    """Return what the line of the log says of an attempt, by the names in `FIELDS`."""
    totals = report.totals or Checkpoint(report.work.start)
    return {
        "status": report.status,
        "attempt": report.number,
        "source": escape(report.source),
        "metric_source": metric_source,
        "format": report.format,
        "read": totals.read,
        "stored": totals.stored,
        "filtered": totals.filtered,
        "rejected": totals.rejected,
        "text_fallbacks": totals.counts.text_fallbacks,
        "bytes": report.bytes,
        "counted": int(report.is_final),
        "duration_ms": report.duration_ms,
        "lag_ms": report.lag_ms,
        "hops": report.work.hops,
        "throttles": report.throttles,
        "reason": None if report.error is None else f"{report.error.code}: {report.error}",
    }
