r"""Bytes become lines with their true byte offsets; only `\n` ends a line, and a line's memory is bounded."""

from collections.abc import Iterator
from typing import NamedTuple

MAX_LINE_BYTES = 4 * 1024 * 1024
BLOCK_BYTES = 64 * 1024
"""Split at once, whatever the chunk: the lines of a megabyte of short ones would take 400 MB."""
UTF8_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line: where it starts, its bytes without terminator (cut at 4 MiB), and its length with what was cut."""

    offset: int
    data: bytes
    length: int


def lines(chunks: Iterator[bytes], offset: int) -> Iterator[list[Line]]:
    """Split `chunks`, whose first byte stands at `offset` of the stream; one list of lines for each 64 KiB or less."""
    carry = _Carry()
    for chunk in _bounded(chunks):
        pieces = chunk.split(b"\n")
        rest = pieces.pop()
        block: list[Line] = []
        if pieces:
            first = carry.finish(pieces[0])
            block.append(_line(offset, *first))
            offset += first[1] + 1
            for piece in pieces[1:]:
                block.append(_line(offset, piece, len(piece)))
                offset += len(piece) + 1
        carry.add(rest)
        if block:
            yield block
    data, length = carry.finish(b"")
    if length:
        yield [_line(offset, data, length)]


def until_none_begins(chunks: Iterator[bytes], offset: int, end: int) -> Iterator[bytes]:
    """The same chunks, but none behind `end` where no line begins before it: one of an earlier range goes on there."""
    begun = False
    for chunk in chunks:
        yield chunk
        begun = begun or b"\n" in chunk
        offset += len(chunk)
        if not begun and offset >= end:
            return


def _bounded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of at most `BLOCK_BYTES`."""
    for chunk in chunks:
        if len(chunk) <= BLOCK_BYTES:
            yield chunk
        else:
            yield from (chunk[start : start + BLOCK_BYTES] for start in range(0, len(chunk), BLOCK_BYTES))


def _line(offset: int, data: bytes, length: int) -> Line:
    if offset == 0 and data.startswith(UTF8_MARK):
        offset, data, length = 3, data[3:], length - 3
    if data.endswith(b"\r") and len(data) == length:
        return Line(offset, data[:-1], length - 1)
    return Line(offset, data, length)


class _Carry:
    """The beginning of a line whose end has not come yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._kept = 0
        self._length = 0

    def add(self, piece: bytes) -> None:
        self._length += len(piece)
        if piece and self._kept < MAX_LINE_BYTES:
            kept = piece[: MAX_LINE_BYTES - self._kept]
            self._pieces.append(kept)
            self._kept += len(kept)

    def finish(self, piece: bytes) -> tuple[bytes, int]:
        self.add(piece)
        finished = b"".join(self._pieces), self._length
        self._pieces, self._kept, self._length = [], 0, 0
        return finished
