"""Measure what the two lines of an attempt cost (`python -m benchmarks.reporting`).

The lines go where Lambda's runtime would take them: the log's through a handler that formats them as JSON, the metrics'
to a file. What is printed is processor time, for an attempt and the bytes of both lines.
"""

import contextlib
import io
import logging
import sys
import time

from awslambdaric.lambda_runtime_log_utils import JsonFormatter
from log_processor.report import AttemptReport
from log_processor.reporting import InvocationTrace, Reporter
from log_processor.storing.batches import Checkpoint
from log_processor.work.outcome import Done
from log_processor.work.ranges import ObjectRange

ATTEMPTS = 20_000
TRACE = InvocationTrace(
    "tap-serverless-processor-dev", "8f507cfc-1c2d-4e5f-8a9b-0c1d2e3f4a5b", "1-5759e988-bd862e3fe1be46a994272793"
)


def make_report() -> AttemptReport:
    """Return the report of an attempt at an object of a usual name."""
    work = ObjectRange(
        "tap-serverless-logs-dev",
        "web/2026/05/04/10/access-10.log.gz",
        "3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
        "etag",
        event_time="2026-05-04T10:00:00.000Z",
    )
    return AttemptReport(
        work=work,
        outcome=Done(),
        source="web",
        totals=Checkpoint(7_340_032, 21_604, 21_600, 0, 4),
        is_final=True,
        number=1,
        format="combined",
        duration_ms=2_840,
        ended_ms=(work.event_ms or 0) + 4_210,
    )


def measure(attempts: int = ATTEMPTS) -> tuple[float, int]:
    """Return the microseconds of processor time and the bytes that one attempt's lines take."""
    reporter, report, lines = Reporter(frozenset()), make_report(), io.StringIO()
    reporter.begin(TRACE)
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonFormatter())
    handler.terminator = ""
    logger = logging.getLogger("log_processor")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        with contextlib.redirect_stdout(lines):
            begun_s = time.process_time()
            for _ in range(attempts):
                reporter.report(report)
            taken_s = time.process_time() - begun_s
    finally:
        logger.removeHandler(handler)
    return taken_s / attempts * 1e6, len(lines.getvalue().encode()) // attempts


def main() -> int:
    """Print what an attempt's lines cost."""
    microseconds, size_bytes = measure()
    print(f"{microseconds:.0f} µs and {size_bytes:,} bytes an attempt, however many records it has")
    return 0


if __name__ == "__main__":
    sys.exit(main())
