"""What a command prints on standard error: its heading, and an error of one sentence."""

import pytest

HEADINGS = ("account ", "region ")


def read_error(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line of an error that was printed, without `error: `; before it there is the heading at most."""
    lines = capsys.readouterr().err.splitlines()
    *heading, error = lines
    assert [line for line in heading if not line.startswith(HEADINGS)] == []
    assert error.startswith("error: ")
    return error.removeprefix("error: ")
