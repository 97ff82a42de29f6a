"""What one range leaves behind in reference cycles is freed when the next begins, so that memory does not grow."""

import gc

from tests.unit.log_processor.conftest import Stack

LINE = b'203.0.113.7 - - [04/May/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"\n'


def test_ranges_leave_nothing_behind(stack: Stack) -> None:
    """Python by itself looks for cycles too seldom for that, so that its records are parsed faster."""
    counts = []
    for number in range(8):
        stack.invoke(stack.put(f"web/{number}.log", LINE * 50))
        counts.append(sum(str(type(one).__module__).startswith("log_processor") for one in gc.get_objects()))
    assert max(counts[2:]) - counts[1] < 20, counts
