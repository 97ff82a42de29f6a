r"""Decode what log records are written in: escapes in quotes, percent signs, entities, colours, containers' lines.

Every decoder yields views of a view. Each takes time linear in the text, and all together are bounded by
`MAX_DECODED_SHARE` and `MAX_DEPTH`.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from log_processor.formats.lib.colours import COLOURS
from log_processor.routing.lib.escapes import ESCAPE, HEX, Decode, add_decoded, decode_escape, encode_character
from log_processor.routing.lib.framing import JOINED_FORMATS, join_messages
from log_processor.routing.lib.views import (
    AMPERSAND,
    BACKSLASH,
    ESC,
    LINE_END,
    PERCENT,
    PLUS,
    Span,
    View,
    ViewBuilder,
)

MAX_DEPTH = 6
MIN_DECODED_BYTES = 64 * 1024
MAX_PARTS = 16 * 1024
"""How many parts of one view are views of their own, such as words with percent signs; the rest of it is one part."""
MAX_DECODED_SHARE = 16
"""How many times the bytes of a text its views may have together; deeper ones beyond that are not looked at."""
QUOTED_ESCAPE = re.compile(rb'\\(?:"|u' + HEX + rb"{4}|x" + HEX + rb"{2})")
WORD = re.compile(rb'[^\s"<>\\]+')
FORM_CODE = re.compile(rb"%" + HEX + rb"{2}")
FORM_BLANK = re.compile(rb"\+(?:(?<=[A-Za-z;,)]\+)|(?=[A-Za-z(]))")
"""A plus sign beside a letter; one in a time zone or a number is no blank."""
FORM_SIGN = re.compile(FORM_CODE.pattern + b"|" + FORM_BLANK.pattern)
VALUE_CODE = re.compile(rb"%(?=" + HEX + rb"{2})(?!(?:20|22|26|2[CcFf]|3[DdFf])(?![0-9A-Fa-f.:+-]))")
"""A code that may stand for a part of a value of digits, letters and dots, or beside one."""
NAME_CODE = re.compile(rb"%(?=" + HEX + rb"{2})(?!20|2[CcFf])")
NAME_BLANK = re.compile(rb"\+(?:(?=\s*[=:])|(?<=[=:]\+)|(?<=[=:]\s\+)|(?<=\s\s\+))")
"""Signs that may stand for a part of a name, or of what stands between it and a value; each begins with one character,
which is found fast.
"""
FORM_ESCAPE = re.compile(rb"%(" + HEX + rb"{2})|\+")
ENTITY = re.compile(rb"&(?:(quot|amp|lt|gt|apos|nbsp)|#(\d{1,7})|#x(" + HEX + rb"{1,6}));")
ENTITIES = {b"quot": b'"', b"amp": b"&", b"lt": b"<", b"gt": b">", b"apos": b"'", b"nbsp": b" "}
COLOUR = re.compile(COLOURS.pattern.encode())
CELL = re.compile(rb'(?:(?<=[,;\t ])|(?<![^\n]))"((?:[^"]|"")*+)"(?=[,;\t ]|\r?\n|\Z)')
DOUBLED_CELL = re.compile(rb'(?:(?<=[,;\t ])|(?<![^\n]))"[^"]*+""')
"""The beginning of a cell of CSV with a doubled quote in it; an empty text of JSON has no third quote."""
ESCAPED_CELL = re.compile(rb'[,;\t \n]\\++"[^"]*+"\\++"')
"""The same in a text in quotes: a decoder finds the cell once the quotes around it are decoded."""
DOUBLED_QUOTE = re.compile(rb'""')


def make_root(data: bytes, format_name: str = "") -> View:
    """Return the view of a record's text as it stands."""
    return View(data, is_framed=format_name in JOINED_FORMATS and LINE_END in data)


def list_views(root: View, format_name: str = "") -> Iterator[View]:
    """Yield the record's text `root` and the views of it, those with the fewest decodings first."""
    allowed = max(MIN_DECODED_BYTES, MAX_DECODED_SHARE * len(root.data))
    waiting = deque([root])
    while waiting:
        view = waiting.popleft()
        yield view
        if view.depth >= MAX_DEPTH:
            continue
        for inside in _decode_view(view, format_name if view is root else ""):
            allowed -= len(inside.data)
            if allowed < 0:
                return
            waiting.append(inside)


def _decode_view(view: View, format_name: str) -> Iterator[View]:
    """Yield what one decoding makes of a view; the record's own text is of the format `format_name`."""
    data = view.data
    if b"\\" in data:
        yield from _decode_literals(view)
    if view.is_framed:
        yield join_messages(view, format_name)
    if b'""' in data and DOUBLED_CELL.search(data):
        for cell in _limit_parts((cell.span(1) for cell in CELL.finditer(data)), len(data)):
            yield from _decode_part(view, cell, DOUBLED_QUOTE, lambda _: b'"', (b'""', b"\\"))
    yield from _decode_signs(view)


def _decode_signs(view: View) -> Iterator[View]:
    """Yield the words of addresses and forms, and all of the text without entities and colours, if it has any."""
    data, whole = view.data, (0, len(view.data))
    if b"%" in data or b"+" in data:
        for word in _limit_parts(_find_form_words(data), len(data)):
            yield from _decode_part(view, word, FORM_ESCAPE, _decode_form_sign, (b"%22", b"%5C"))
    if b"&" in data:
        yield from _decode_part(view, whole, ENTITY, _decode_entity, (b"&quot;", b"\\"))
    if b"\x1b[" in data:
        yield from _decode_part(view, whole, COLOUR, lambda _: b"", (b'"', b"\\"))


def _decode_literals(view: View) -> Iterator[View]:
    """Yield the texts in quotes that have escapes, and all of the text if it has escaped quotes elsewhere."""
    data, position, is_quoted_outside = view.data, 0, False
    for start, stop in view.literals:
        is_quoted_outside = is_quoted_outside or QUOTED_ESCAPE.search(data, position, start) is not None
        position = stop
    escaped = (literal for literal in view.literals if data.find(b"\\", *literal) >= 0)
    for literal in _limit_parts(escaped, len(data)):
        yield from _decode_part(view, literal, ESCAPE, decode_escape, (b'\\"', b"\\\\"))
    if is_quoted_outside or QUOTED_ESCAPE.search(data, position):
        yield from _decode_part(view, (0, len(data)), ESCAPE, decode_escape, (b'\\"', b"\\\\"))


def _limit_parts(parts: Iterator[Span], stop: int) -> Iterator[Span]:
    """Yield the parts of a text; after `MAX_PARTS` of them, yield the rest of the text up to `stop` as one."""
    yield from islice(parts, MAX_PARTS)
    rest = next(parts, None)
    if rest is not None:
        yield rest[0], stop


def _find_form_words(data: bytes) -> Iterator[Span]:
    """Yield the words that are written as in an address or a form."""
    if _has_form_signs(data, 0, len(data)):
        for word in WORD.finditer(data):
            if _has_form_signs(data, *word.span()):
                yield word.span()


def _has_form_signs(data: bytes, start: int, stop: int) -> bool:
    return FORM_CODE.search(data, start, stop) is not None or FORM_BLANK.search(data, start, stop) is not None


def has_name_sign(data: bytes) -> bool:
    """Tell whether a sign of addresses and forms may stand for a part of a field's name or beside one."""
    return (PERCENT in data and NAME_CODE.search(data) is not None) or (
        PLUS in data and NAME_BLANK.search(data) is not None
    )


def has_value_code(data: bytes) -> bool:
    """Tell whether a percent code may stand for a part of a value of digits, letters and dots, or beside one."""
    return PERCENT in data and VALUE_CODE.search(data) is not None


def has_form_sign(data: bytes) -> bool:
    """Tell whether a text has any sign of addresses and forms."""
    return (PERCENT in data or PLUS in data) and FORM_SIGN.search(data) is not None


def has_escapes_alone(data: bytes, format_name: str, has_sign: Callable[[bytes], bool]) -> bool:
    """Tell whether no decoder finds anything in a text but escapes with a backslash, or nothing at all.

    `has_sign` tells whether it has signs of addresses and forms that count.
    """
    if has_sign(data):
        return False
    if AMPERSAND in data and ENTITY.search(data):
        return False
    if (format_name in JOINED_FORMATS and LINE_END in data) or (ESC in data and b"\x1b[" in data):
        return False
    return not (
        (data.find(b'""') >= 0 and DOUBLED_CELL.search(data) is not None)
        or (BACKSLASH in data and data.find(b'"\\') >= 0 and ESCAPED_CELL.search(data) is not None)
    )


def _decode_part(
    view: View, part: Span, escape: re.Pattern[bytes], decode: Decode, signs: tuple[bytes, bytes]
) -> Iterator[View]:
    """Yield the view of a part of `view` in which each `escape` is decoded, if there is one."""
    builder = ViewBuilder(view)
    if add_decoded(builder, part, escape, decode):
        yield builder.build(*signs)


def _decode_form_sign(match: re.Match[bytes]) -> bytes:
    return b" " if match[1] is None else bytes.fromhex(match[1].decode())


def _decode_entity(match: re.Match[bytes]) -> bytes:
    name, decimal, hexadecimal = match.groups()
    if name is not None:
        return ENTITIES[name]
    return encode_character(int(decimal) if decimal else int(hexadecimal, 16))
