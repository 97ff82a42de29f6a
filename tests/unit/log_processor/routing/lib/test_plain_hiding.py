"""The fast way to hide what one pattern finds does what the general way does."""

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.record import LogRecord
from log_processor.routing.lib.clean_texts import MAX_TEXTS, CleanTexts
from log_processor.routing.lib.record_search import RecordSearch, RedactionRule
from log_processor.routing.lib.redaction import Redaction
from log_processor.routing.lib.sensitive import MIN_COLONS, NAMED

WORDS = (
    "192.0.2.7",
    "1.2.3.4.5.6",
    "1234.5.6.7",
    "2001:db8::1",
    "1:2:3:4:5:6:7:8",
    "::",
    "10:00:00",
    "joe@example.com",
)
SIGNS = (" ", ".", ":", "-", '"', "%", "\\", "+", "&amp;", "{", "[", "\n", "x", "4111 1111 1111 1111", "ü")
TEXTS = st.lists(st.sampled_from((*WORDS, *SIGNS)), max_size=12).map("".join)
VALUES = st.one_of(TEXTS, st.sampled_from(WORDS), st.integers(), st.booleans(), st.none(), st.lists(TEXTS, max_size=2))
FIELDS = st.dictionaries(st.one_of(st.sampled_from(("a", "b", *WORDS)), TEXTS), VALUES, max_size=4)


def make_record(text: str, fields: dict[str, Any]) -> LogRecord:
    return LogRecord("d-0", 0, "combined", text, 0, len(text), dict(fields), None, None, False, None, None)


def hide(redaction: Redaction, records: Sequence[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    made = [make_record(*one) for one in records]
    for record in made:
        redaction.apply(record)
    return [(record.log_data, record.fields) for record in made]


@pytest.mark.parametrize("hashed", [False, True])
@pytest.mark.parametrize("name", ["ip", "email", "card", "jwt"])
@settings(deadline=None)
@given(records=st.lists(st.tuples(TEXTS, FIELDS), min_size=1, max_size=4))
def test_a_record_is_hidden_as_in_the_general_way(
    name: str, hashed: bool, records: list[tuple[str, dict[str, Any]]]
) -> None:
    """Text and fields are the same, also of records whose values were seen before."""
    rules = [RedactionRule(name, NAMED[name], hashed=hashed)]
    fast = hide(Redaction(rules, "key"), records)
    with patch.object(RecordSearch, "split_plain", return_value=None):
        assert fast == [hide(Redaction(rules, "key"), [one])[0] for one in records]


@settings(deadline=None)
@given(text=TEXTS.map(str.encode).filter(lambda text: b"::" not in text and text.count(b":") < MIN_COLONS))
def test_addresses_without_many_colons_are_those_of_the_pattern(text: bytes) -> None:
    """The expression for them finds the same spans."""
    address = NAMED["ip"]
    assert address.usual is not None
    assert [match.span() for match in address.usual.finditer(text)] == [
        match.span() for match in address.pattern.finditer(text)
    ]


def test_texts_that_are_known_take_a_limited_room() -> None:
    """A column whose values never come again pushes the others out."""
    texts = CleanTexts(lambda _: True)
    for number in range(3 * MAX_TEXTS):
        assert texts.are_clean([str(number)])
    assert len(texts.known) <= MAX_TEXTS + 1


def test_a_text_in_which_something_is_found_is_not_known() -> None:
    """Neither are those that were asked about together with it."""
    texts = CleanTexts(lambda data: b"@" not in data)
    assert not texts.are_clean(["plain", "joe@example.com"])
    assert not texts.known
