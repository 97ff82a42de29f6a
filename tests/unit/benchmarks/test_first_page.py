"""The first page of `ops view` is measured as a browser gets it, beside the help."""

from benchmarks.first_page import measure_first_page


def test_both_take_processor_time() -> None:
    """In milliseconds, of the processes alone; the page needs no environment."""
    figures = measure_first_page(rounds=1)
    assert sorted(figures) == ["help_ms", "page_ms"]
    assert all(0 < value < 60_000 for value in figures.values())
