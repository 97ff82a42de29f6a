"""Text becomes epoch milliseconds."""

import tracemalloc

from log_processor.formats.lib.timestamps import parse_any_ms


def test_a_text_too_long_for_a_time_is_not_kept() -> None:
    """A member `time` may be as long as a line: a thousand long ones are not cached."""
    assert parse_any_ms("2026-05-04T10:00:00.123456789+02:00") == 1_777_881_600_123
    tracemalloc.start()
    try:
        assert all(parse_any_ms(f"2026-05-04T10:00:00 {number}" + "x" * 10_000) is None for number in range(200))
        assert tracemalloc.get_traced_memory()[0] < 100_000
    finally:
        tracemalloc.stop()
