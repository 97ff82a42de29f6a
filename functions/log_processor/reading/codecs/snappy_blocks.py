"""Read the blocks that all framings of Snappy consist of, each decompressed as a whole."""

from collections.abc import Iterator
from typing import Any

from cramjam import DecompressionError, snappy

from log_processor.errors import DamagedObjectError
from log_processor.reading.codecs.expansion import MAX_BLOCK_BYTES, ByteCounts, cut_slices


class BlockReader:
    """The bytes of an object in a framing of this `name`, taken from the first one on."""

    def __init__(self, name: str, chunks: Iterator[bytes], counts: ByteCounts) -> None:
        self._name, self._counts = name, counts
        self._slices = cut_slices(chunks, counts)
        self._held, self._position = b"", 0

    def take_first(self, size: int) -> bytes:
        """Return the next `size` bytes, none at the end of the object; raise `DamagedObjectError` if that cuts them."""
        taken = self._gather(size)
        if taken and len(taken) < size:
            raise self.make_damage("it ends early")
        return taken

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes; raise `DamagedObjectError` if the object ends before or in them."""
        self._check_size(size)
        taken = self._gather(size)
        if len(taken) < size:
            raise self.make_damage("it ends early")
        return taken

    def skip(self, size: int) -> None:
        """Pass over the next `size` bytes."""
        while size > 0:
            size -= len(self.take(min(size, MAX_BLOCK_BYTES)))

    def expand(self, block: bytes) -> bytes:
        """Return what a block decompresses to; raise `DamagedObjectError` if it is damaged."""
        return self._decode(snappy.decompress_raw, block, block)

    def expand_framed(self, framed: bytes, block: bytes) -> bytes:
        """Return what a whole stream of the framing format decompresses to, which has one `block` and its checksum."""
        return self._decode(snappy.decompress, framed, block)

    def make_damage(self, reason: str) -> DamagedObjectError:
        """Return the error that says that the object is damaged, and how much was read before that."""
        return self._counts.make_damage(self._name, reason)

    def count(self, piece: bytes) -> bytes:
        """Count the bytes of a decompressed piece, and return it; raise `ExpansionError` beyond the limits."""
        self._counts.count(piece)
        return piece

    def _decode(self, decode: Any, data: bytes, block: bytes) -> bytes:
        try:
            self._check_size(snappy.decompress_raw_len(block))
            piece = bytes(decode(data))
        except DecompressionError as error:
            raise self.make_damage(str(error)) from error
        return self.count(piece)

    def _check_size(self, size: int) -> None:
        if size > MAX_BLOCK_BYTES:
            raise self.make_damage(f"a block says that it has {size:,} bytes, and at most {MAX_BLOCK_BYTES:,} are read")

    def _gather(self, size: int) -> bytes:
        pieces = [self._held[self._position : self._position + size]]
        self._position += len(pieces[0])
        missing = size - len(pieces[0])
        while missing > 0 and (more := next(self._slices, b"")):
            self._held, self._position = more, min(missing, len(more))
            pieces.append(more[:missing])
            missing -= len(pieces[-1])
        return b"".join(pieces)
