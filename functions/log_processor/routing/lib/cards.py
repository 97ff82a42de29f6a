"""Find payment card numbers in runs of digits, in time linear in the run whatever its groups are."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from log_processor.routing.lib.patterns import compile_pattern
from log_processor.routing.lib.views import Span

MIN_DIGITS, MAX_DIGITS = 13, 19
SEPARATOR = r"[ .+\-\x{a0}\x{2000}-\x{200b}\x{2010}-\x{2015}\x{202f}\x{205f}\x{2212}\x{3000}]"
RUN = compile_pattern(rf"\d(?:{SEPARATOR}?\d){{12,}}")
"""Groups of digits with one separator between two of them: a blank or dash of any width, a dot or a plus sign."""
FIRST_DIGITS = frozenset(b"3456")
SECOND_DIGITS = frozenset(b"234567")
"""The digits that follow a `2` at the beginning of a card number."""
DOUBLED = bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9))
ZERO = ord("0")
TO_VALUES = bytes(max(0, code - ZERO) % 10 for code in range(256))
TO_DOUBLED = bytes(DOUBLED[value] for value in TO_VALUES)
NO_END = 255
DOTTED = re.compile(rb"(?<![\d.])(?:\d{4}(?:\.\d{4}){2,3}\.\d{1,7}|\d{4}\.\d{6}\.\d{4,5})(?!\.?\d)")
"""The groups in which a card number is written with dots; versions, object ids and decimals have others."""


def narrow_cards(text: bytes, start: int, end: int) -> Iterator[Span]:
    """Yield each run of whole groups of digits that is a card number; yield those that overlap as one.

    In `12 4111 1111 1111 1111`, the last four groups are one; no part of a group is.
    """
    position = start
    for part in text[start:end].split(b"."):
        if len(part) >= MIN_DIGITS:
            yield from _narrow_part(part, position)
        position += len(part) + 1
    for match in DOTTED.finditer(text, start, end):
        if is_card(normalise_card(match[0])):
            yield match.span()


def _narrow_part(part: bytes, position: int) -> Iterator[Span]:
    """Yield the card numbers in groups of digits without dots; `position` is where the part begins in the text."""
    pieces = re.split(rb"(\D+)", part)
    stops = list(accumulate(map(len, pieces[::2])))
    windows = _find_windows(b"".join(pieces[::2]), [0, *stops])
    if not windows:
        return
    offsets = [0, *accumulate(map(len, pieces))]
    for first, stop in windows:
        group, last = bisect_left(stops, first + 1), bisect_left(stops, stop)
        yield position + offsets[2 * group], position + offsets[2 * last + 1]


def _find_windows(digits: bytes, bounds: list[int]) -> list[Span]:
    """Return the first digit of each card number and the index after its last one; merge those that overlap.

    `bounds` are the indexes at which groups begin or end. The sum of the check digit's algorithm over any digits is
    the difference of two sums that begin at the first digit: one that doubles the digits at odd indexes if the last
    digit has an even index, or the other way round.
    """
    sums = _add_up(digits)
    ends = [_keep_ends(one, bounds) for one in sums]
    stops: dict[int, int] = {}
    for parity in (0, 1):
        first_ones = [first for first in bounds if first % 2 == parity and _begins_card(digits, first)]
        for length in range(MIN_DIGITS, MAX_DIGITS + 1):
            last = (parity + length - 1) % 2
            begun, ended = sums[last], ends[last]
            stops |= {first: first + length for first in first_ones if ended[first + length] == begun[first]}
    return _merge_windows(stops)


def _begins_card(digits: bytes, first: int) -> bool:
    begin = digits[first : first + 2]
    return len(begin) == 2 and (begin[0] in FIRST_DIGITS or (begin[0] == ZERO + 2 and begin[1] in SECOND_DIGITS))


def _add_up(digits: bytes) -> tuple[bytes, bytes]:
    """Return the sums, modulo ten, of the digits before each index: doubled at odd indexes, and at even ones."""
    plain, doubled = digits.translate(TO_VALUES), digits.translate(TO_DOUBLED)
    odd_doubled, even_doubled = bytearray(plain), bytearray(doubled)
    odd_doubled[1::2], even_doubled[1::2] = doubled[1::2], plain[1::2]
    first, second = (bytes([total % 10 for total in accumulate(one, initial=0)]) for one in (odd_doubled, even_doubled))
    return first, second


def _keep_ends(sums: bytes, bounds: list[int]) -> bytearray:
    """Return the sums at the bounds of groups alone, with room for the longest card number behind them."""
    ends = bytearray([NO_END]) * (len(sums) + MAX_DIGITS)
    for bound in bounds:
        ends[bound] = sums[bound]
    return ends


def _merge_windows(stops: dict[int, int]) -> list[Span]:
    merged: list[Span] = []
    for first in sorted(stops):
        stop = stops[first]
        if merged and first < merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], stop)
        else:
            merged.append((first, stop))
    return merged


def is_card(digits: bytes) -> bool:
    """Tell whether 13 to 19 digits are a card number.

    They are if they begin with 22 to 27 or with 3 to 6, as payment networks' numbers do, and end in the check digit of
    Luhn's algorithm. Example: 4111111111111111 is one, 4111111111111112 is none.
    """
    if not (MIN_DIGITS <= len(digits) <= MAX_DIGITS and _begins_card(digits, 0)):
        return False
    values = [digit - ZERO for digit in reversed(digits)]
    return (sum(values[::2]) + sum(DOUBLED[value] for value in values[1::2])) % 10 == 0


def normalise_card(value: bytes) -> bytes:
    """Return the digits of a card number alone."""
    return re.sub(rb"\D", b"", value)
