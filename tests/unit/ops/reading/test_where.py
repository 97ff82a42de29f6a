"""What `--where` says is understood, or refused at the character where it is not."""

import re
from typing import Any

import pytest

from ops.errors import CommandError
from ops.reading.conditions import find_attribute, find_in_entry
from ops.reading.where import parse_where

RECORD = {
    "log_id": "a-1",
    "level": "warn",
    "format": "combined",
    "log_data": "GET /a 200",
    "fields": {
        "http.response.status_code": 502,
        "user": {"name": "root", "id": "7"},
        "url.path": "/a b",
        "ok": True,
        "ms": 1.5,
    },
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("level=warn", True),
        ("level=WARNING", True),
        ("level>=info", True),
        ("level>=error", False),
        ("status>=500", True),
        ("status<500 or level=warn", True),
        ("status<500 and level=warn", False),
        ("not status<500 and not (level=debug or level=info)", True),
        ("status=502", True),
        ("status=queued", False),
        ("user.name=root", True),
        ("fields.user.name==root", True),
        ("user.id>6.5", True),
        ('url.path="/a b"', True),
        ("url.path='/a b'", True),
        ('url.path~"^/a"', True),
        ("url.path!~b", False),
        ("ok=true", True),
        ("ms<2", True),
        ("nothing=1", False),
        ("nothing!=1", True),
        ("user", True),
        ("not nothing", True),
        ('log_data~"\\\\d{3}"', True),
        ("user.name>admin", True),
    ],
)
def test_a_condition_holds(text: str, holds: bool) -> None:
    """Numbers are compared as numbers, levels by their severity, anything else as text."""
    assert parse_where(text).test(lambda name: find_attribute(RECORD, name)) is holds


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "at character 1: write the name of an attribute or field, such as level, where the text ends"),
        ("status>=", "at character 9: write a value, in quotes if it has blanks or signs, where the text ends"),
        ("status>=500 level=error", "at character 13: write 'and' or 'or', where level stands there"),
        ("(status>=500", "at character 13: write ')', where the text ends"),
        ("status=500 and", "at character 15: write the name"),
        ("a=1 or or b=2", "at character 8: write the name of an attribute or field, such as level, where or stands"),
        ("=500", "at character 1: write the name"),
        ('path~"["', "at character 6: [ is no regular expression"),
        ('path="open', "at character 6: write a value"),
        ("a=1)", "at character 4: write 'and' or 'or', where ) stands there"),
        ("a=()", "at character 3: write a value"),
    ],
)
def test_what_is_not_understood_is_shown(text: str, sentence: str) -> None:
    """The message has the text, the character and what should stand there."""
    with pytest.raises(CommandError, match=re.escape(sentence)) as raised:
        parse_where(text)
    assert str(raised.value).startswith(f"--where {text}: ")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("status>=500", False),
        ("level=warn", True),
        ("user.name=root", None),
        ("user.name=root and status>=500", False),
        ("user.name=root or level=warn", True),
        ("not user.name=root", None),
        ("user.name", None),
    ],
)
def test_the_index_decides_what_it_can(text: str, answer: bool | None) -> None:
    """An entry without a status has none; of a field it knows nothing."""
    indexed: dict[str, Any] = {"log_id": "a-1", "timestamp": 1, "level": "warn", "format": "x", "source": "web"}
    assert parse_where(text).test(lambda name: find_in_entry(indexed, name)) is answer


@pytest.mark.parametrize(
    ("text", "holds"), [("status=queued", True), ("status!=queued", False), ("status=done", False)]
)
def test_a_word_is_compared_with_the_field_status(text: str, *, holds: bool) -> None:
    """The attribute of this name is the HTTP status: the index, which has that alone, does not decide of a word."""
    condition = parse_where(text)
    record = {"log_id": "a-1", "fields": {"status": "queued"}}
    assert condition.test(lambda name: find_in_entry(record, name)) is None
    assert condition.test(lambda name: find_attribute(record, name)) is holds
