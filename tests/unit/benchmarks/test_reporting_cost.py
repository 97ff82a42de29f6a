"""What the two lines of an attempt cost does not depend on its records, and is little beside one request."""

from benchmarks.reporting import measure


def test_the_lines_of_an_attempt_are_short() -> None:
    """Half a millisecond at most, which is less than one write takes, and two kilobytes."""
    microseconds, size_bytes = measure(500)
    assert 0 < microseconds < 500
    assert 1_000 < size_bytes < 2_500
