"""What comes from outside cannot forge a line or change a terminal."""

import pytest
from log_processor.escaping import escape


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web/app.log", "web/app.log"),
        ("größe/日本.log", "größe/日本.log"),
        ("a\n[ERROR] b", r"a\n[ERROR] b"),
        ("a\r\t\x00b", r"a\r\t\x00b"),
        ("\x1b[2J\x9b31m\x7f", r"\x1b[2J\x9b31m\x7f"),
        ("a\u202eb\u2028c", r"a\u202eb\u2028c"),
        ("a\udcffb", r"a\udcffb"),
    ],
)
def test_what_is_not_printed_is_escaped(text: str, shown: str) -> None:
    """Control characters, marks that turn the direction, other line ends, bytes that are no text; nothing else."""
    assert escape(text) == shown
