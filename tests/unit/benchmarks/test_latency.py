"""The model of memory says what a million lines take: processor time by its share, or waiting if that is longer."""

import pytest

from benchmarks.latency import model_pace


@pytest.mark.parametrize(
    ("memory_mb", "seconds", "gb_seconds"),
    [(256, 138.2, 34.6), (1024, 34.6, 34.6), (1769, 20.0, 34.6), (3008, 20.0, 58.8)],
)
def test_more_memory_costs_the_same_until_writes_are_waited_for(
    memory_mb: int, seconds: float, gb_seconds: float
) -> None:
    """With 20 µs a line and 20 ms a write, the processor bounds the pace up to 1,024 MB, the writes from then on."""
    pace = model_pace(memory_mb, 20e-6, 0.020)
    assert (round(pace.seconds, 1), round(pace.gb_seconds, 1)) == (seconds, gb_seconds)
