"""Decompress xz: all its streams, with the padding between them."""

import lzma
from collections.abc import Iterator

from log_processor.reading.codecs.expansion import ByteCounts
from log_processor.reading.codecs.streams import MAX_WINDOW_BYTES, StreamKind, expand_streams

MIB = 1024 * 1024
MEMORY_BYTES = MAX_WINDOW_BYTES + 2 * MIB
"""The window, and what the decompressor needs beside it."""
KIND = StreamKind(
    name="xz",
    start=lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_BYTES),
    errors=(lzma.LZMAError,),
    refusals={
        "Memory usage limit": "the xz stream needs a dictionary of more than "
        f"{MAX_WINDOW_BYTES // MIB} MiB: compress it with a level of 9 or less, or upload plain text or gzip"
    },
)


def expand(chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the streams decompress to; raise `NotALogError` for one that needs a large dictionary."""
    return expand_streams(KIND, chunks, counts)
