"""The known name that a mistyped one resembles is suggested."""

from typing import Any

import pytest
from log_processor.suggestion import suggest

KNOWN = ("format", "fields", "key_fields")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("formt", "did you mean 'format'? "),
        ("key_field", "did you mean 'key_fields'? "),
        ("nothing", ""),
        ("", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_one_that_resembles_is_named(name: Any, said: str) -> None:
    """The nearest alone; nothing for what resembles none, and for what is no text."""
    assert suggest(name, KNOWN) == said
