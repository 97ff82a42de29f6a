"""Decompress bzip2: all its streams."""

from bz2 import BZ2Decompressor
from collections.abc import Iterator

from log_processor.reading.codecs.expansion import ByteCounts
from log_processor.reading.codecs.streams import StreamKind, expand_streams

KIND = StreamKind(name="bzip2", start=BZ2Decompressor, errors=(OSError,))


def expand(chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the streams decompress to."""
    return expand_streams(KIND, chunks, counts)
