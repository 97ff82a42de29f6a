"""The search for lines that take more time a byte runs, and says what it found."""

import pytest

from benchmarks import time_per_byte


def test_the_search_counts_what_it_grew(capsys: pytest.CaptureFixture[str]) -> None:
    """It ends after so many seconds, with a line that says how many ways of growing it tried."""
    assert time_per_byte.main(["--format", "redis", "--seconds", "1"]) == 0
    tried, _, rest = capsys.readouterr().out.partition(" ")
    assert int(tried.replace(",", "")) > 0
    assert rest == "ways of growing a line, 0 not flat\n"
