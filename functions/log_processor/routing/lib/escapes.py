r"""Decode the escapes of texts in quotes: JSON's, and those of logfmt, klog, syslog, nginx and Apache."""

import re
from collections.abc import Callable

from log_processor.routing.lib.views import Span, ViewBuilder

HEX = rb"[0-9a-fA-F]"
ESCAPE = re.compile(
    rb"\\(?:(u[dD][89abAB]" + HEX + rb"{2}\\u[dD][c-fC-F]" + HEX + rb"{2})|[uU]((?:0000)?" + HEX + rb"{4})"
    rb"|x(" + HEX + rb"{2})|(.))",
    re.DOTALL,
)
"""Two halves of a character, the code of one, a byte, a sign."""
NAMED_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
NUL = b"\0"
FREQUENT_ESCAPES = ((b"\\\\", NUL), (b'\\"', b'"'), (b"\\n", b"\n"), (b"\\t", b"\t"), (b"\\r", b"\r"), (b"\\/", b"/"))
RARE_ESCAPE = re.compile(rb'\\[^\\"ntr/]|\\\Z')
Decode = Callable[[re.Match[bytes]], bytes]


def unescape(data: bytes) -> bytes:
    """Return text that stood in quotes without its escapes."""
    if b"\\" not in data:
        return data
    if RARE_ESCAPE.search(data) or NUL in data:
        return ESCAPE.sub(decode_escape, data)
    for escape, sign in FREQUENT_ESCAPES:  # much faster than a call for each of them
        data = data.replace(escape, sign)
    return data.replace(NUL, b"\\")


def decode_escape(match: re.Match[bytes]) -> bytes:
    """Return what an escape stands for, in UTF-8; if it escapes nothing, the sign itself."""
    pair, code, byte, sign = match.groups()
    if sign is not None:
        return NAMED_ESCAPES.get(sign, sign)
    if byte is not None:
        return bytes.fromhex(byte.decode())
    if pair is not None:
        high, low = int(pair[1:5], 16), int(pair[7:], 16)
        return chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)).encode()
    return encode_character(int(code, 16))


def encode_character(code: int) -> bytes:
    """Return a character in UTF-8; `?` if the code is half of one, or none."""
    return b"?" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code).encode()


def add_decoded(builder: ViewBuilder, part: Span, escape: re.Pattern[bytes], decode: Decode) -> bool:
    """Add a part of the builder's parent with each `escape` decoded; tell whether there was one."""
    position = part[0]
    for match in escape.finditer(builder.data, *part):
        builder.add_run(position, match.start())
        builder.add_escape(decode(match), *match.span())
        position = match.end()
    builder.add_run(position, part[1])
    return position > part[0]
