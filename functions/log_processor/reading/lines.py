r"""Split bytes into lines with their true byte offsets; only `\n` ends a line, and a line's memory is bounded."""

from collections.abc import Iterator
from typing import NamedTuple

from log_processor.cutting import REACH_BYTES

MAX_LINE_BYTES = 4 * 1024 * 1024
BLOCK_BYTES = 64 * 1024
"""At most so much is split at once: the lines of a megabyte of short ones would take 400 MB."""
UTF8_MARK = b"\xef\xbb\xbf"
make_named = tuple.__new__
"""Makes a named tuple of a tuple, in half the time that a call of its class takes."""


class Line(NamedTuple):
    """One line: the offset of its first byte, and its bytes without terminator, cut at 4 MiB.

    `length` is the number of all its bytes, with those that were cut.
    """

    offset: int
    data: bytes
    length: int


def split_lines(chunks: Iterator[bytes], offset: int) -> Iterator[list[Line]]:
    r"""Yield the lines of `chunks`, one list for each 64 KiB or less; the first byte has the `offset` in the stream.

    `\r` before `\n` and a byte order mark at offset 0 belong to no line. The last line needs no `\n`. For example,
    `a\r\nbc` at offset 10 is `Line(10, b"a", 1)` and `Line(13, b"bc", 2)`.
    """
    unfinished = _UnfinishedLine()
    for chunk in _cut_chunks(chunks):
        pieces = chunk.split(b"\n")
        rest = pieces.pop()
        block: list[Line] = []
        if pieces:
            first = unfinished.finish(pieces[0])
            block.append(_build_line(offset, *first))
            offset += first[1] + 1
            is_plain = b"\r" not in chunk
            for piece in pieces[1:]:
                length = len(piece)
                block.append(
                    make_named(Line, (offset, piece, length)) if is_plain else _build_line(offset, piece, length)
                )
                offset += length + 1
        unfinished.add(rest)
        if block:
            yield block
    data, length = unfinished.finish(b"")
    if length:
        yield [_build_line(offset, data, length)]


def stop_without_line_start(chunks: Iterator[bytes], offset: int, start: int, end: int) -> Iterator[bytes]:
    """Yield the chunks, which begin at `offset`, and stop at `end` if no line begins in the range `[start, end)`.

    The range then lies within a line of an earlier range and has no records, so nothing beyond it need be read.
    """
    begun = False
    for chunk in chunks:
        yield chunk
        begun = begun or chunk.find(b"\n", max(0, start - 1 - offset)) >= 0
        offset += len(chunk)
        if not begun and offset >= end:
            return


def keep_preceding(blocks: Iterator[list[Line]], start: int, preceding: list[Line]) -> Iterator[list[Line]]:
    """Yield the blocks, and add the whole lines that begin in the last 16 KiB before `start` to `preceding`."""
    for block in blocks:
        if block[0].offset < start:
            preceding += (line for line in block if start - REACH_BYTES < line.offset < start)
        yield block


def _cut_chunks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in chunks of at most `BLOCK_BYTES`."""
    for chunk in chunks:
        if len(chunk) <= BLOCK_BYTES:
            yield chunk
        else:
            yield from (chunk[start : start + BLOCK_BYTES] for start in range(0, len(chunk), BLOCK_BYTES))


def _build_line(offset: int, data: bytes, length: int) -> Line:
    if offset == 0 and data.startswith(UTF8_MARK):
        offset, data, length = 3, data[3:], length - 3
    if data.endswith(b"\r") and len(data) == length:
        return Line(offset, data[:-1], length - 1)
    return Line(offset, data, length)


class _UnfinishedLine:
    """The beginning of a line whose end has not been read yet."""

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
