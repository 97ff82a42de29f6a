"""The fast way to hide what one pattern finds does what the general way does."""

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.record import LogRecord
from log_processor.routing.lib.addresses import split_usual
from log_processor.routing.lib.clean_texts import MAX_TEXTS, CleanTexts
from log_processor.routing.lib.findings import split_by_itself
from log_processor.routing.lib.patterns import compile_pattern
from log_processor.routing.lib.record_search import RecordSearch, RedactionRule
from log_processor.routing.lib.redaction import Redaction
from log_processor.routing.lib.sensitive import NAMED, Sensitive

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


ADDRESS_LIKE = st.one_of(TEXTS, st.text("12.a", max_size=24), st.text("1.:ü", max_size=24))


@settings(deadline=None)
@given(text=ADDRESS_LIKE)
def test_addresses_without_many_colons_are_those_of_the_pattern(text: str) -> None:
    """The fast way returns the same pieces as the pattern, or none."""
    assert split_usual(text) in (None, split_by_itself(NAMED["ip"], text))


@given(text=ADDRESS_LIKE.filter(lambda text: text.count(":") <= 1))
def test_addresses_without_many_colons_take_the_fast_way(text: str) -> None:
    """Only an address of version 6 has two of them side by side, or six."""
    assert split_usual(text) is not None


def test_half_a_character_is_left_to_the_general_way() -> None:
    """A pattern that matches single bytes does not make the fast way fail, or replace what it found."""
    rule = RedactionRule("half", Sensitive("half", compile_pattern(r"\C\xbc|\C")), hashed=True)
    (found,) = hide(Redaction([rule], "key"), [("ü", {})])
    with patch.object(RecordSearch, "split_plain", return_value=None):
        assert [found] == hide(Redaction([rule], "key"), [("ü", {})])


def test_texts_that_are_known_take_a_limited_room() -> None:
    """A column whose values never come again pushes the others out."""
    texts = CleanTexts(lambda _: True)
    for number in range(3 * MAX_TEXTS):
        assert texts.are_clean([str(number)])
    assert len(texts.known) <= MAX_TEXTS + 1


def test_a_text_in_which_something_is_found_is_not_known() -> None:
    """Neither are those that were asked about together with it."""
    texts = CleanTexts(lambda text: "@" not in text)
    assert not texts.are_clean(["plain", "joe@example.com"])
    assert not texts.known
