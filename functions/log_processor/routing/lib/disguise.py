"""Disguise values as others of the same shape, so that a record that holds them is read in the same way."""

import re
from collections.abc import Iterable

from log_processor.routing.lib.views import Span

ESCAPES = re.compile(
    rb"\\+(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|%(?:25)*[0-9a-fA-F]{2}|&#?\w{1,8};|[^\\%&]+|.", re.DOTALL
)
"""Pieces of a value: an escape of any encoding, or what stands between two."""
ESCAPE_SIGNS = frozenset(b"\\%&")
CODED = re.compile(rb"(?:u[0-9a-fA-F]{2}|x|%(?:25)*)[0-9a-fA-F]{2}\Z")
LETTERS = b"abcdef", b"ghijklmnopqrstuvwxyz", b"ABCDEF", b"GHIJKLMNOPQRSTUVWXYZ"
"""Letters that may be hexadecimal digits become others that may."""
DIGITS = b"123456789"
TRUTHS = {b"true": b"false", b"false": b"true"}
LAST_BIT = 1


def _build_table() -> bytes:
    table = bytearray(range(256))
    for signs in (*LETTERS, DIGITS):
        for sign, other in zip(signs, signs[1:] + signs[:1], strict=True):
            table[sign] = other
    return bytes(table)


TABLE = _build_table()


def disguise(data: bytes, spans: Iterable[Span], times: int = 1) -> bytes:
    """Return the text with the letters and digits of its `spans` changed into others; escapes stay escapes.

    With `times` they are changed as often; one to five times give other texts.
    """
    pieces, position = [], 0
    for start, stop in sorted(spans):
        begin = max(start, position)
        value = data[begin:stop]
        for _ in range(times):
            value = disguise_value(value)
        pieces += [data[position:begin], value]
        position = max(position, stop)
    return b"".join([*pieces, data[position:]])


def disguise_value(value: bytes) -> bytes:
    """Return another value of the same shape: `Hunter2!` becomes `Iuoufs3!`."""
    if value in TRUTHS:
        return TRUTHS[value]
    if value.isalnum() and (other := value.translate(TABLE)) != value:  # the most frequent kind
        return other
    pieces = ESCAPES.findall(value)
    other = b"".join(piece if piece[0] in ESCAPE_SIGNS else _change_plain(piece) for piece in pieces)
    return other if other != value else b"".join(map(_change_coded, pieces))


def _change_plain(piece: bytes) -> bytes:
    changed = piece.translate(TABLE)
    if changed != piece or piece.isascii():
        return changed
    return "".join(map(_change_character, piece.decode("utf-8", "replace"))).encode("utf-8", "replace")


def _change_character(character: str) -> str:
    other = chr(ord(character) ^ LAST_BIT)
    return other if character.isalnum() and other.isalnum() else character


def _change_coded(piece: bytes) -> bytes:
    """Return an escape of another letter or digit; other escapes stay."""
    if CODED.search(piece) is None:
        return piece.replace(b"0", b"1")
    code = int(piece[-2:], 16)
    other = code ^ LAST_BIT
    if not (chr(code).isalnum() and chr(other).isalnum()):
        return piece
    return piece[:-2] + (b"%02x" % other)
