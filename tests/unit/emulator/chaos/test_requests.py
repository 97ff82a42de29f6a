"""A fault finds out which object a message is about."""

import pytest

from emulator.chaos.requests import get_message_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"version": 2, "object_range": {"key": "a.log"}}', "a.log"),
        ("hello", ""),
        ("[1]", ""),
        ('{"Records": []}', ""),
    ],
)
def test_a_message_names_its_object_or_none(text: str, key: str) -> None:
    """Whatever else comes over the work queue is no error."""
    assert get_message_key(text) == key
