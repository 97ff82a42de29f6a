"""Read runs of NULs as blank lines: a crash, or a log that was truncated while it was written, leaves them.

A run of fewer than 8 NULs is part of a line. Each byte of a longer one is replaced by one byte, so offsets stay true.
"""

import re
from collections import deque
from collections.abc import Iterator
from itertools import chain, repeat

MAX_NULS = 7
GAP_BYTES = MAX_NULS + 1
GAP = re.compile(rb"\x00{%d,}" % GAP_BYTES)
GAP_BEGINNING = bytes(GAP_BYTES)
PIECE_BYTES = 1024 * 1024
MAX_AHEAD = 100_000


class GapCount:
    """Count the bytes of a range that are in gaps; those that are not counted yet lie ahead of its records.

    After `MAX_AHEAD` gaps without a record between them, the following ones are counted as one.
    """

    def __init__(self, start: int, end: int | None) -> None:
        self._start, self._end = start, end
        self._ahead: deque[tuple[int, int]] = deque()
        self._counted = 0

    def add(self, start: int, stop: int) -> None:
        """Add the bytes of a gap, or of a part of it, between two offsets of the stream."""
        start, stop = max(start, self._start), stop if self._end is None else min(stop, self._end)
        if start >= stop:
            return
        size = stop - start
        if self._ahead and (self._ahead[-1][0] == start or len(self._ahead) >= MAX_AHEAD):
            size += self._ahead.pop()[1]
        self._ahead.append((stop, size))

    def count_before(self, offset: int | None) -> int:
        """Return how many bytes before `offset` are in gaps, all of them without one; offsets never decrease."""
        while self._ahead and (offset is None or self._ahead[0][0] - self._ahead[0][1] < offset):
            stop, size = self._ahead.popleft()
            rest = 0 if offset is None else max(0, stop - offset)
            self._counted += size - rest
            if rest:
                self._ahead.appendleft((stop, rest))
                break
        return self._counted


def blank_gaps(chunks: Iterator[bytes], gaps: GapCount, offset: int) -> Iterator[bytes]:
    r"""Yield the same number of bytes, with a blank line between two line ends in place of each gap.

    For example, `a`, eight NULs and `b` become `a\n      \nb`. A gap may be longer than the memory. Add each one to
    `gaps`; the first byte has the `offset` in the stream.
    """
    held, in_gap = b"", False
    for chunk in chunks:
        if not held and not chunk.endswith(b"\x00") and GAP_BEGINNING not in chunk:
            yield chunk
            offset += len(chunk)
            continue
        data, ended = held + chunk, b""
        if in_gap:
            rest = data.lstrip(b"\x00")
            nuls = len(data) - len(rest)
            gaps.add(offset, offset + nuls - 1 + bool(rest))
            ended = b" " * (nuls - 1)
            if not rest:
                yield from filter(None, [ended])
                offset += nuls - 1
                continue
            ended, data, offset = ended + b"\n", rest, offset + nuls
        body = data.rstrip(b"\x00")
        nuls = len(data) - len(body)
        in_gap = nuls >= GAP_BYTES
        held = b"\x00" if in_gap else bytes(nuls)
        blanked = _blank_within(body, gaps, offset)
        offset += len(data) - len(held)
        if in_gap:
            gaps.add(offset - nuls + 1, offset)
        yield from filter(None, [ended + blanked + (b"\n" + b" " * (nuls - 2) if in_gap else b"")])
    if in_gap:
        gaps.add(offset, offset + 1)
    yield from filter(None, [b"\n" if in_gap else held])


def _blank_within(body: bytes, gaps: GapCount, offset: int) -> bytes:
    """Return `body`, which ends in no NUL, with a blank line in place of each gap."""

    def blank(gap: re.Match[bytes]) -> bytes:
        gaps.add(offset + gap.start(), offset + gap.end())
        return b"\n" + b" " * (len(gap[0]) - 2) + b"\n"

    return GAP.sub(blank, body)


def take_leading_gap(chunks: Iterator[bytes]) -> tuple[int, Iterator[bytes]]:
    """Return how many NULs the stream begins with, 0 if they are no gap, and the stream after them."""
    nuls = 0
    for chunk in chunks:
        rest = chunk.lstrip(b"\x00")
        nuls += len(chunk) - len(rest)
        if rest:
            chunks = chain([rest], chunks)
            break
    return (nuls, chunks) if nuls >= GAP_BYTES else (0, chain([bytes(nuls)], chunks))


def make_gap(nuls: int) -> Iterator[bytes]:
    """Yield so many NULs, a piece at a time."""
    yield from repeat(bytes(PIECE_BYTES), nuls // PIECE_BYTES)
    yield bytes(nuls % PIECE_BYTES)
