r"""The named patterns of what logs should not keep: each finds spans of bytes, and says when two values are the same.

`ip` IPv4 and IPv6 addresses; `email` addresses, also with %40 or \u0040 for the at sign; `card` payment card numbers
with a right check digit (ISO/IEC 7812-1, Luhn); `aws_key` access key ids, and secret keys beside their names; `jwt`
JSON web tokens.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from log_processor.routing.lib.patterns import Pattern, compiled

Span = tuple[int, int]
Within = Callable[[bytes, int, int], Iterator[Span]]
"""The spans to hide within a candidate of a text: `(text, start, end)`."""


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A pattern by its name; what its capture group holds is hidden, or else all of it.

    `within`, where set, judges candidates; `canonical` makes the same value written in two ways one value.
    """

    name: str
    pattern: Pattern
    within: Within | None = None
    canonical: Callable[[bytes], bytes] = bytes


def _addresses(text: bytes, start: int, end: int) -> Iterator[Span]:
    """A candidate with `::` may also be a name such as std::deque: it is one inside a word, or without a digit."""
    found = text[start:end]
    if b"::" in found and (_is_letter(text, start - 1) or _is_letter(text, end) or not LIKE_ADDRESS.search(found)):
        dotted = DOTTED_END.search(found)
        if dotted:
            yield start + dotted.start(), end
        return
    yield start, end


def _is_letter(text: bytes, place: int) -> bool:
    return 0 <= place < len(text) and text[place : place + 1].isalpha()


LIKE_ADDRESS = re.compile(rb"\d|[0-9A-Fa-f]{4}")
DOTTED_END = re.compile(rb"\d{1,3}(?:\.\d{1,3}){3}$")
FIRST_DIGITS = b"23456"
FEWEST_DIGITS, MOST_DIGITS = 13, 19
DOUBLED = bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9))


def _cards(text: bytes, start: int, end: int) -> Iterator[Span]:
    """Every stretch of whole groups of digits that is a card number; what is longer than one may hold it."""
    groups = [match.span() for match in re.finditer(rb"\d+", text[start:end])]
    for first, (begins, _) in enumerate(groups):
        if text[start + begins] not in FIRST_DIGITS:
            continue
        digits = b""
        for group_start, group_end in groups[first : first + MOST_DIGITS]:
            digits += text[start + group_start : start + group_end]
            if len(digits) > MOST_DIGITS:
                break
            if len(digits) >= FEWEST_DIGITS and is_card(digits):
                yield start + begins, start + group_end


def is_card(digits: bytes) -> bool:
    """Whether 13 to 19 digits begin as payment networks' numbers do (22 to 27, 3 to 6) and the check digit is right."""
    if not (b"3" <= digits[:1] <= b"6" or b"22" <= digits[:2] <= b"27"):
        return False
    values = [digit - 48 for digit in reversed(digits)]
    return (sum(values[::2]) + sum(DOUBLED[value] for value in values[1::2])) % 10 == 0


def _digits(value: bytes) -> bytes:
    return re.sub(rb"\D", b"", value)


def _address_of_person(value: bytes) -> bytes:
    return value.replace(b"%40", b"@").replace(b"\\u0040", b"@").lower()


H = "[0-9A-Fa-f]{1,4}"
IP = (
    rf"(?:{H}:){{6}}(?:\d{{1,3}}\.){{3}}\d{{1,3}}|(?:{H}:){{7}}{H}"
    rf"|(?:{H}(?::{H}){{0,6}})?::(?:{H}(?::{H}){{0,6}}(?:(?:\.\d{{1,3}}){{3}})?)?|(?:\d{{1,3}}\.){{3}}\d{{1,3}}"
)
WORD = r"A-Za-z0-9\x{80}-\x{10FFFF}"
EMAIL = (
    rf"(?:[{WORD}_%+~!#$*-][{WORD}_%+~!#$*'.-]*|[&'/=?^`{{|}}.])(?:@|%40|\\u0040)"
    rf"(?:[{WORD}](?:[{WORD}-]*[{WORD}])?\.)+[A-Za-z\x{{80}}-\x{{10FFFF}}][{WORD}-]+"
)
AWS = (
    r"(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA|ANVA|AIPA|A3T[A-Z0-9])[A-Z0-9]{16}"
    r"""|(?i:secret_?(?:access_?)?key["']?\s*[=:]\s*["']?)([A-Za-z0-9/+]{40})"""
)
JWT = r"ey[AJ][A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}"
NAMED = {
    known.name: known
    for known in (
        Sensitive("ip", compiled(IP), _addresses, bytes.lower),
        Sensitive("email", compiled(EMAIL), canonical=_address_of_person),
        Sensitive("card", compiled(r"\d(?:[ +-]?\d){12,}"), _cards, _digits),
        Sensitive("aws_key", compiled(AWS)),
        Sensitive("jwt", compiled(JWT)),
    )
}
