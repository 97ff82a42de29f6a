"""Decompress Snappy as Hadoop's codec has it: runs of blocks, each with its size, below the size of the run."""

from collections.abc import Iterator

from log_processor.reading.codecs.expansion import ByteCounts
from log_processor.reading.codecs.snappy_blocks import BlockReader


def expand(chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the blocks decompress to; raise `DamagedObjectError` if a run is not as long as it says."""
    blocks = BlockReader("Hadoop Snappy", chunks, counts)
    while first := blocks.take_first(4):
        missing = int.from_bytes(first)
        while missing > 0:
            piece = blocks.expand(blocks.take(int.from_bytes(blocks.take(4))))
            if not 0 < len(piece) <= missing:
                raise blocks.make_damage(f"a block has {len(piece)} bytes where {missing} are missing")
            missing -= len(piece)
            yield piece
