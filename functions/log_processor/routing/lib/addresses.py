"""Find IPv4 and IPv6 addresses."""

import re
from collections.abc import Iterator

from log_processor.routing.lib.patterns import compile_pattern
from log_processor.routing.lib.views import BACKSLASH, Span

H = "[0-9A-Fa-f]{1,4}"
ADDRESS = compile_pattern(
    rf"(?:{H}:){{6}}(?:\d{{1,3}}\.){{3}}\d{{1,3}}|(?:{H}:){{7}}{H}"
    rf"|(?:{H}(?::{H}){{0,6}})?::(?:{H}(?::{H}){{0,6}}(?:(?:\.\d{{1,3}}){{3}})?)?|(?:\d{{1,3}}\.){{3}}\d{{1,3}}"
)
LIKE_ADDRESS = re.compile(rb"\d|[0-9A-Fa-f]{4}")
MIN_COLONS = 6
"""An address of version 6 has as many colons, or two side by side."""
DOTTED = re.compile(r"[0-9]{1,3}+\.[0-9]{1,3}+\.[0-9]{1,3}+\.[0-9]{1,3}")
AFTER_FIRST = re.compile(r"\.(?<=[0-9]\.)[0-9]{1,3}+\.[0-9]{1,3}+\.[0-9]")
"""What follows the first number of `DOTTED`. It begins with one character, which is found fast."""
NUMBER_DIGITS = 3
DOTTED_END = re.compile(rb"\d{1,3}(?:\.\d{1,3}){3}$")


def may_have_address(text: bytes) -> bool:
    """Tell whether a text has as many dots or colons as an address."""
    return text.count(b".") >= 3 or text.find(b"::") >= 0 or text.count(b":") >= 7


def split_usual(text: str) -> list[str] | None:
    """Return the pieces of a text: its addresses at the odd indexes, and at the even ones what stands between them.

    Return None if the text has as many colons as an address of version 6.
    """
    if "::" in text or text.count(":") >= MIN_COLONS:
        return None
    pieces: list[str] = []
    position = 0
    while (rest := AFTER_FIRST.search(text, position)) is not None:
        first = rest.start() - NUMBER_DIGITS
        address = DOTTED.search(text, max(first, position))
        if address is None:
            break
        start, stop = address.span()
        pieces += (text[position:start], text[start:stop])
        position = stop
    pieces.append(text[position:])
    return pieces


def narrow_address(text: bytes, start: int, end: int) -> Iterator[Span]:
    """Yield the span of an address, but not that of a name with `::`, such as `std::deque`.

    A match with `::` is a name if a letter stands beside it, or if it has neither a digit nor four hexadecimal letters
    in a row. Only the IPv4 address at the end of a name is an address then.
    """
    address = text[start:end]
    if b"::" in address and (_is_letter(text, start - 1) or _is_letter(text, end) or not LIKE_ADDRESS.search(address)):
        dotted = DOTTED_END.search(address)
        if dotted:
            yield start + dotted.start(), end
        return
    yield start, end


def _is_letter(text: bytes, index: int) -> bool:
    """Tell whether a letter stands at `index`; one that is escaped is none."""
    return 0 <= index < len(text) and text[index : index + 1].isalpha() and text[max(0, index - 1)] != BACKSLASH
