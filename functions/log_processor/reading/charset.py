"""Make UTF-8 text of bytes: pass UTF-8 unchanged, transcode what is declared or marked, and refuse binary."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from log_processor.errors import NotALogError
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.reading.gaps import make_gap, take_leading_gap
from log_processor.reading.head import HEAD_BYTES, fill_head
from log_processor.reading.magics import UPLOAD, find_magic
from log_processor.reading.plausibility import is_text, is_utf8_text
from log_processor.reading.raw_blocks import name_raw_block

SHOWN_BYTES = 16
UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
UTF32_MARKS = {codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be"}
WIDE_ENCODINGS = ((4, 0, "utf-32-le"), (4, 3, "utf-32-be"), (2, 0, "utf-16-le"), (2, 1, "utf-16-be"))
"""The bytes of a character, which of them is not 0 in English text, and the encoding."""


UNASSIGNED = compile_lazily("[\ue000-\uf8ff\ufffd\ufffe\uffff]")
MAX_UNASSIGNED_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class TextStream:
    """UTF-8 bytes; if they were transcoded, their offsets are not those of the object's own bytes."""

    transcoded: bool
    chunks: Iterator[bytes]


def transcode_text(chunks: Iterator[bytes], declared: str | None = None) -> TextStream:
    """Return the stream as UTF-8, judged by its first 64 KiB alone; raise `NotALogError` if these are not text.

    Text with a byte order mark of UTF-16 is transcoded, and so is any other without a mark if an encoding is
    `declared`. Otherwise bytes that are not UTF-8 pass unchanged: each record decodes its own.
    """
    nuls, chunks = take_leading_gap(chunks)
    chunks = fill_head(chunks, HEAD_BYTES)
    head = next(chunks)
    magic = find_magic(head, sure=True)
    if magic:
        raise NotALogError(f"the bytes are {magic.name}: {magic.remedy}")
    encoding = _find_mark(head, declared) or declared
    if encoding is None or head.startswith(codecs.BOM_UTF8):
        _refuse_binary(head)
        return TextStream(transcoded=False, chunks=chain(make_gap(nuls), [head], chunks))
    decoded = fill_head(_transcode(chain(make_gap(nuls), [head], chunks), encoding), HEAD_BYTES)
    text = next(decoded)
    unassigned = len(UNASSIGNED.findall(text.decode("utf-8", "ignore")))
    if not is_text(text) or unassigned > len(text) / 3 * MAX_UNASSIGNED_SHARE:
        raise NotALogError(f"the bytes are no text in {encoding.upper()} ({_show(head)}): {UPLOAD}")
    return TextStream(transcoded=True, chunks=chain([text], decoded))


def _find_mark(head: bytes, declared: str | None) -> str | None:
    """Return the encoding of the byte order mark, if there is one; UTF-32 is read only if it is declared."""
    if head.startswith(tuple(UTF32_MARKS)):
        return next(name for mark, name in UTF32_MARKS.items() if head.startswith(mark)) if declared else None
    return UTF16_MARKS.get(head[:2])


def _refuse_binary(head: bytes) -> None:
    """Raise `NotALogError` if an object with these first bytes is no text, with what it is as far as that is known."""
    if is_utf8_text(head):  # as almost all logs; UTF-16 and UTF-32 have NULs or a mark, which are none
        return
    encoding = _find_wide_encoding(head)
    if encoding:
        remedy = f'set encoding = "{encoding}" in the object\'s route, or upload UTF-8'
        raise NotALogError(f"the bytes are {encoding.upper()[:6]} ({_show(head)}): {remedy}")
    block = name_raw_block(head, whole=len(head) < HEAD_BYTES)
    if block:
        raise NotALogError(f"the bytes are {block}: {UPLOAD}")
    if is_text(head):
        return
    magic = find_magic(head, sure=False)
    if magic:
        raise NotALogError(f"the bytes are {magic.name}: {magic.remedy}")
    raise NotALogError(f"the bytes are not text ({_show(head)}): {UPLOAD}")


def _find_wide_encoding(head: bytes) -> str | None:
    """Return the encoding if `head` is UTF-32, or has a NUL in almost every character as English UTF-16 has."""
    for mark, encoding in UTF32_MARKS.items():
        if head.startswith(mark):
            return encoding
    for width, index, encoding in WIDE_ENCODINGS:
        counted = head[: len(head) // width * width]
        nuls = [counted[first::width].count(0) / max(1, len(counted) // width) for first in range(width)]
        if nuls.pop(index) < 0.05 and min(nuls) > 0.6 and is_text(counted.decode(encoding, "replace").encode()):
            return encoding
    return None


def _show(head: bytes) -> str:
    """Return the first bytes, as hexadecimal digits and as far as they can be printed."""
    shown = head[:SHOWN_BYTES]
    printed = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in shown)
    return f"they begin with {shown.hex(' ')} {printed!r}"


def _transcode(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the chunks as UTF-8, without a byte order mark; what the encoding does not define becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    is_first = True
    for data, final in chain(((chunk, False) for chunk in chunks), [(b"", True)]):
        text = decoder.decode(data, final)
        yield (text.removeprefix("\ufeff") if is_first else text).encode("utf-8", "replace")
        is_first = is_first and not text
