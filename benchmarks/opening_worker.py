"""Open objects with the code of the checkout on the path; print the processor time of each (`benchmarks.opening`).

The paths come on standard input, one a line. This file is run with either checkout, so it uses only what the older one
has too.
"""

import sys
import time
from pathlib import Path
from typing import Any

from log_processor.reading import decompress, range_records
from log_processor.routing.lib.route import DEFAULT
from log_processor.work.ranges import ObjectRange

LIMITS: Any = vars(decompress)["ExpansionLimits"](ratio=1_000, total_bytes=1024**3)
LAST_MODIFIED_MS = 1_777_881_600_000


def measure_seconds(content: bytes) -> float:
    """Return the processor time until it is known how an object is read, before its first record is."""
    work = ObjectRange("bucket", "app/object.log", None, "version")
    begun = time.process_time()
    range_records.open_records(iter([content]), work, DEFAULT, LAST_MODIFIED_MS, LIMITS)
    return time.process_time() - begun


if __name__ == "__main__":
    for path in sys.stdin:
        print(measure_seconds(Path(path.strip()).read_bytes()), flush=True)
