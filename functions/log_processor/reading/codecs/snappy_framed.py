"""Decompress the framing format of Snappy (google/snappy, framing_format.txt): chunks with checksums."""

from collections.abc import Iterator

from log_processor.reading.codecs.expansion import ByteCounts
from log_processor.reading.codecs.snappy_blocks import BlockReader

IDENTIFIER = b"\xff\x06\x00\x00sNaPpY"
COMPRESSED, PLAIN, COMPRESSED_UNCHECKED, PLAIN_UNCHECKED = range(4)
SKIPPED = 0x80
"""Kinds as of this one mean nothing to a reader that does not know them; the identifier is one of them."""
CHECKSUM_BYTES = 4


def expand(chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the chunks decompress to; raise `DamagedObjectError` for an unknown kind or a wrong checksum."""
    blocks = BlockReader("framed Snappy", chunks, counts)
    while first := blocks.take_first(4):
        kind, size = first[0], int.from_bytes(first[1:], "little")
        if kind >= SKIPPED:
            blocks.skip(size)
        elif first.strip(b"\x00"):
            yield _expand_chunk(blocks, kind, first, blocks.take(size))


def _expand_chunk(blocks: BlockReader, kind: int, first: bytes, data: bytes) -> bytes:
    if kind == COMPRESSED:
        return blocks.expand_framed(IDENTIFIER + first + data, data[CHECKSUM_BYTES:])
    if kind == PLAIN:
        return blocks.expand_framed(IDENTIFIER + first + data, b"\x00")
    if kind == COMPRESSED_UNCHECKED:
        return blocks.expand(data)
    if kind == PLAIN_UNCHECKED:
        return blocks.count(data)
    raise blocks.make_damage(f"a chunk is of the unknown kind {kind}")
