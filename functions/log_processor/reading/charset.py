"""Make UTF-8 text of bytes: pass UTF-8 unchanged, transcode UTF-16 with a byte order mark, refuse binary."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from log_processor.errors import NotALogError

TEXT_SAMPLE_BYTES = 4096
BINARY_SHARE = 0.1
CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1b\x1c\x1d\x1e\x1f")
BINARY_MAGICS = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF-",
    b"\x7fELF",
    b"PAR1",
    b"Obj\x01",
    b"SQLite format 3\x00",
)
UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class TextStream:
    """UTF-8 bytes; if they were transcoded, their offsets are not those of the object's own bytes."""

    transcoded: bool
    chunks: Iterator[bytes]


def transcode_text(chunks: Iterator[bytes]) -> TextStream:
    """Return the stream as UTF-8, judged by its first 4 KiB alone; raise `NotALogError` if these are not text.

    They are not text if they begin as a known binary file does, such as a PNG image, or if more than 10 % of them are
    control characters. Bytes that are not UTF-8 pass unchanged: each record decodes its own.
    """
    head = b""
    while len(head) < TEXT_SAMPLE_BYTES and (chunk := next(chunks, b"")):
        head += chunk
    encoding = UTF16_MARKS.get(head[:2])
    if encoding:
        return TextStream(transcoded=True, chunks=_transcode_utf16(chain([head[2:]], chunks), encoding))
    _refuse_binary(head[:TEXT_SAMPLE_BYTES])
    return TextStream(transcoded=False, chunks=chain([head], chunks) if head else iter(()))


def _refuse_binary(head: bytes) -> None:
    if head.startswith(BINARY_MAGICS):
        raise NotALogError("the bytes are an image, a document or a program: route only log files to this bucket")
    controls = len(head) - len(head.translate(None, CONTROL_BYTES))
    if controls > len(head) * BINARY_SHARE:
        reason = f"{controls} of the first {len(head)} bytes are control characters: this is not text"
        raise NotALogError(reason)


def _transcode_utf16(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
