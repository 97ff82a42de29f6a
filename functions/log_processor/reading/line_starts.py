"""Note where the lines of a stream begin, for a range that replaces records: another parser may begin one with each."""

from collections import deque
from collections.abc import Iterator

from log_processor.reading.lines import UTF8_MARK


def note_line_starts(chunks: Iterator[bytes], offset: int, starts: deque[int]) -> Iterator[bytes]:
    r"""Yield the chunks, the first of which is at `offset` of the stream, and add to `starts` where lines begin.

    For example, `a\nbc\n` at offset 0 adds 0, 2 and 5: nothing needs to follow. Behind a byte order mark at offset 0
    another line begins.
    """
    if offset == 0:
        starts.append(0)
    for chunk in chunks:
        if offset == 0 and chunk.startswith(UTF8_MARK):
            starts.append(len(UTF8_MARK))
        at = chunk.find(b"\n") + 1
        while at:
            starts.append(offset + at)
            at = chunk.find(b"\n", at) + 1
        offset += len(chunk)
        yield chunk
