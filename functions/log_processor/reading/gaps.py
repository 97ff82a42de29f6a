"""Read runs of NULs as blank lines: a crash, or a log that was truncated while it was written, leaves them.

A run of fewer than 8 NULs is part of a line. Each byte of a longer one is replaced by one byte, so offsets stay true.
"""

import re
from collections.abc import Iterator
from itertools import chain, repeat

MAX_NULS = 7
GAP_BYTES = MAX_NULS + 1
GAP = re.compile(rb"\x00{%d,}" % GAP_BYTES)
GAP_BEGINNING = bytes(GAP_BYTES)
PIECE_BYTES = 1024 * 1024


def blank_gaps(chunks: Iterator[bytes]) -> Iterator[bytes]:
    r"""Yield the same number of bytes, with a blank line between two line ends in place of each gap.

    For example, `a`, eight NULs and `b` become `a\n      \nb`. A gap may be longer than the memory.
    """
    held, in_gap = b"", False
    for chunk in chunks:
        if not held and not chunk.endswith(b"\x00") and GAP_BEGINNING not in chunk:
            yield chunk
            continue
        data, ended = held + chunk, b""
        if in_gap:
            rest = data.lstrip(b"\x00")
            ended = b" " * (len(data) - len(rest) - 1)
            if not rest:
                yield from filter(None, [ended])
                continue
            ended, data = ended + b"\n", rest
        body = data.rstrip(b"\x00")
        nuls = len(data) - len(body)
        in_gap = nuls >= GAP_BYTES
        held = b"\x00" if in_gap else bytes(nuls)
        began = b"\n" + b" " * (nuls - 2) if in_gap else b""
        yield from filter(None, [ended + GAP.sub(_blank_gap, body) + began])
    yield from filter(None, [b"\n" if in_gap else held])


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


def _blank_gap(gap: re.Match[bytes]) -> bytes:
    return b"\n" + b" " * (len(gap[0]) - 2) + b"\n"
