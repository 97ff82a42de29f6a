"""Decompress Snappy as snappy-java's streams have it, which Firehose calls Snappy: blocks, each below its size."""

from collections.abc import Iterator

from log_processor.reading.codecs.expansion import ByteCounts
from log_processor.reading.codecs.snappy_blocks import BlockReader

SIGN = b"\x82SNA"
SIGN_BYTES = 16
"""The signature of eight bytes, and two versions of four; a file that was appended to has them once more."""


def expand(chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the blocks decompress to."""
    blocks = BlockReader("Snappy", chunks, counts)
    while first := blocks.take_first(4):
        size = int.from_bytes(first)
        if first == SIGN:
            blocks.skip(SIGN_BYTES - len(SIGN))
        elif size:
            yield blocks.expand(blocks.take(size))
