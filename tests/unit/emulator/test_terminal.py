"""The console is as wide as its reader's, and text cannot move the cursor."""

import pytest

from emulator.terminal import escape_controls, open_console


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("", 120), ("wide", 120)])
def test_columns_count_without_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    """A file or a pipe is 120 columns wide, unless `COLUMNS` says otherwise."""
    monkeypatch.setenv("COLUMNS", columns)
    assert open_console({"COLUMNS": columns}).width == width


def test_control_characters_are_spelled_out() -> None:
    """A log line cannot clear the screen; letters of all scripts are unchanged."""
    assert escape_controls("a\x1b[2J\r\u2028ü") == "a\\x1b[2J\\r\\u2028ü"
