"""What watching costs is stated as it is computed."""

from pathlib import Path

import pytest

from benchmarks.watching import main

PAGE = Path(__file__).resolve().parents[3] / "docs" / "capacity.md"


def test_the_page_has_the_present_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Another alarm, or another price, changes it."""
    assert main() == 0
    assert capsys.readouterr().out in PAGE.read_text("utf-8")
