"""Find payment card numbers in runs of digits, in time linear in the run whatever its groups are."""

import re
from array import array
from collections.abc import Iterator
from itertools import compress, count

from log_processor.routing.lib.patterns import compile_pattern
from log_processor.routing.lib.views import Span

MIN_DIGITS, MAX_DIGITS = 13, 19
SEPARATOR = (
    r"[ .+\-\x{a0}\x{ad}\x{1680}\x{2000}-\x{200b}\x{2010}-\x{2015}\x{202f}\x{205f}\x{2060}\x{2212}\x{3000}"
    r"\x{fe58}\x{fe63}\x{feff}\x{ff0d}]"
)
RUN = compile_pattern(rf"\d(?:{SEPARATOR}?\d){{12,}}")
"""Groups of digits with one separator between two of them: a blank or dash of any width, a dot or a plus sign."""
DOUBLED = bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9))
ZERO = ord("0")
TO_VALUES = bytes(max(0, code - ZERO) % 10 for code in range(256))
TO_DOUBLED = bytes(DOUBLED[value] for value in TO_VALUES)
DIGITS = b"0123456789"
NO_DIGITS = bytes(code for code in range(256) if code not in DIGITS)
TO_SIGNS = bytes(ord("d") if code in DIGITS else ord(",") for code in range(256))
BYTE = 8


def _make_flags(codes: bytes) -> bytes:
    """Return the table that translates `codes` to 1 and all others to 0."""
    return bytes(code in codes for code in range(256))


TO_DIGIT_FLAGS, TO_BOUND_FLAGS, TO_TEN_FLAGS = (
    _make_flags(codes) for codes in (DIGITS, b"b,", bytes(range(0, 256, 10)))
)
TO_FIRST_FLAGS, TO_TWO_FLAGS, TO_SECOND_FLAGS = (_make_flags(codes) for codes in (b"3456", b"2", b"234567"))
"""Tell which digits begin a card number by themselves, and which after a `2`."""
JOINED = re.compile(rb"\x02[\x01\x03]+")
"""The first digit of a card number, and those behind it; 3 is that of another one within it."""
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
    windows = list(_find_windows(part.translate(None, NO_DIGITS), _mark_bounds(part)))
    if windows:
        places = array("L", compress(count(position), part.translate(TO_DIGIT_FLAGS)))
        yield from ((places[first], places[stop - 1] + 1) for first, stop in windows)


def _mark_bounds(part: bytes) -> int:
    """Return a 1 for the index of each digit that begins a group, among the digits alone, and one behind the last."""
    signs = b"," + part.translate(TO_SIGNS) + b","
    while b",," in signs:
        signs = signs.replace(b",,", b",")
    return _read(signs.replace(b",d", b"b").translate(TO_BOUND_FLAGS))


def _find_windows(digits: bytes, bounds: int) -> Iterator[Span]:
    """Yield the first digit of each card number and the index after its last one; those that overlap are one.

    All numbers here have a byte for each digit, the first digit in the lowest one, so that one operation is done on
    all digits at once. The sums of the check digit's algorithm are those of ever longer windows: they double each
    second digit from the last one, which has an even index or an odd one. No sum is more than a byte.
    """
    begins = bounds & _mark_beginnings(digits)
    if not begins:
        return
    size = len(digits)
    evens = int.from_bytes(b"\xff\x00" * (size // 2 + 1), "little")
    values = [_read(bytes(mixed)) for mixed in _double_each_second(digits)]
    sums = [_add_neighbours(value) for value in values]
    matches: list[int] = []
    for length in range(MIN_DIGITS, MAX_DIGITS + 1):
        sums = [total + (value >> BYTE * (length - 1)) for total, value in zip(sums, values, strict=True)]
        from_even, from_odd = sums if length % 2 else reversed(sums)
        chosen = (from_even & evens) | (from_odd & (evens << BYTE))
        rights = _read(chosen.to_bytes(size + 2, "little").translate(TO_TEN_FLAGS))
        matches.append(rights & begins & (bounds >> BYTE * length))
    yield from _join_windows(matches, size)


def _mark_beginnings(digits: bytes) -> int:
    """Return a 1 for each digit that may begin a card number, by itself or with the next one."""
    first, two, second = (_read(digits.translate(flags)) for flags in (TO_FIRST_FLAGS, TO_TWO_FLAGS, TO_SECOND_FLAGS))
    return first | (two & second >> BYTE)


def _double_each_second(digits: bytes) -> tuple[bytearray, bytearray]:
    """Return the values of the digits: doubled, as the algorithm does, at odd indexes, and at even ones."""
    plain, doubled = digits.translate(TO_VALUES), digits.translate(TO_DOUBLED)
    odd_doubled, even_doubled = bytearray(plain), bytearray(doubled)
    odd_doubled[1::2], even_doubled[1::2] = doubled[1::2], plain[1::2]
    return odd_doubled, even_doubled


def _add_neighbours(values: int) -> int:
    """Return the sum of each value and the eleven behind it."""
    two = values + (values >> BYTE)
    four = two + (two >> 2 * BYTE)
    return four + (four >> 4 * BYTE) + (four >> 8 * BYTE)


def _join_windows(matches: list[int], size: int) -> Iterator[Span]:
    """Yield the windows, those that overlap as one; `matches` marks their first digits, for each length in order."""
    begun = longer = 0
    for windows in matches:
        begun |= windows
    if not begun:
        return
    within = begun << BYTE
    for reach in (1, 2, 4, MIN_DIGITS - 9):  # marks the digits behind the first one: 2, 4, 8 and then 12
        within |= within << BYTE * reach
    for length in range(MAX_DIGITS, MIN_DIGITS, -1):
        longer |= matches[length - MIN_DIGITS]
        within |= longer << BYTE * (length - 1)
    codes = (within | begun << 1).to_bytes(size + MAX_DIGITS, "little")
    yield from (match.span() for match in JOINED.finditer(codes))


def _read(data: bytes) -> int:
    return int.from_bytes(data, "little")


def is_card(digits: bytes) -> bool:
    """Tell whether 13 to 19 digits are a card number.

    They are if they begin with 22 to 27 or with 3 to 6, as payment networks' numbers do, and end in the check digit of
    Luhn's algorithm. Example: 4111111111111111 is one, 4111111111111112 is none.
    """
    if not (MIN_DIGITS <= len(digits) <= MAX_DIGITS and _mark_beginnings(digits) & 1):
        return False
    values = [digit - ZERO for digit in reversed(digits)]
    return (sum(values[::2]) + sum(DOUBLED[value] for value in values[1::2])) % 10 == 0


def normalise_card(value: bytes) -> bytes:
    """Return the digits of a card number alone."""
    return re.sub(rb"\D", b"", value)
