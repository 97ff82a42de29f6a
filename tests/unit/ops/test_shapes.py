"""Messages that differ in what is masked have one shape."""

import time

import pytest

from ops.shapes import MAX_CHARACTERS, find_message, find_shape


@pytest.mark.parametrize(
    ("message", "shape"),
    [
        ('user "ann" took 31 ms from 192.0.2.7', "user <quoted> took <number> ms from <address>"),
        ("2026-05-04T10:00:01.123Z GET /a/42?x=1 500", "<time> GET /a/<number>?x=<number> <number>"),
        ("[04/May/2026:10:00:00 +0000] ok", "[<time>] ok"),
        ("May  4 10:00:00 gw-1 sshd(pam_unix)[199]: in", "<time> gw-<number> sshd(pam_unix)[<number>]: in"),
        ("request 550e8400-e29b-41d4-a716-446655440000 h=deadbeef01 at 0xff", "request <id> h=<id> at <id>"),
        ("key AKIAIOSFODNN7EXAMPLE of a@example.com", "key <id> of <email>"),
        ("peer fe80::1:2:3 and 00:1b:44:11:3a:b7", "peer <address> and <address>"),
        ("see https://example.com/a?b=1 after -2.5e-3 s, 1,234 rows", "see <url> after <number> s, <number> rows"),
        ("it's 'that' one's", "it's <quoted> one's"),
        ("connection refused", "connection refused"),
    ],
)
def test_what_differs_is_masked(message: str, shape: str) -> None:
    """Times, quoted words, addresses, ids and numbers; an apostrophe is no quote, and words stay."""
    assert find_shape(message) == shape


def test_the_message_is_a_field_or_the_first_line_of_the_text() -> None:
    """A trace below the first line makes no shape of its own."""
    assert find_message({"log_data": "{…}", "fields": {"msg": "stock is low", "level": "warn"}}) == "stock is low"
    assert find_message({"log_data": "ERROR it broke\n\tat a.b.c\n", "fields": {"thread": "x"}}) == "ERROR it broke"
    assert find_message({"log_data": "line", "fields": {"message": {"nested": 1}}}) == "line"
    assert find_message({}) == ""


@pytest.mark.parametrize("piece", ['"', "'", "a-", "a:", "1.1.", "0", "ab1_", "1:", "\\", "a@", "a.", " [A-Z"])
def test_no_message_takes_long(piece: str) -> None:
    """The longest one, made of what begins many masks and ends none."""
    message = (piece * MAX_CHARACTERS)[:MAX_CHARACTERS]
    begun_s = time.process_time()
    find_shape(message)
    assert time.process_time() - begun_s < 0.5
