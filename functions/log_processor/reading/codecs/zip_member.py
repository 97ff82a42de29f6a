"""Decompress one member of a zip, from the bytes of the object that begin with its own head."""

import zlib
from collections.abc import Iterator

from log_processor.errors import DamagedObjectError
from log_processor.reading.codecs.expansion import ByteCounts, cut_slices
from log_processor.reading.codecs.inflating import flush_inflater, inflate
from log_processor.work.members import DEFLATED, Member

HEAD_SIGN = b"PK\x03\x04"
HEAD_BYTES = 30
RAW_WBITS = -15


def expand_member(member: Member, chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the member's bytes decompress to; raise `DamagedObjectError` if they are not as the directory says."""
    packed = cut_slices(_take_packed(member, chunks), counts)
    size_bytes = checksum = 0
    for piece in _inflate_all(packed, counts) if member.method == DEFLATED else packed:
        size_bytes += len(piece)
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if (size_bytes, checksum) != (member.size_bytes, member.checksum):
        said = f"{member.size_bytes} bytes with the checksum {member.checksum:08x}"
        raise DamagedObjectError(
            f"the zip's directory says {said}, and there are {size_bytes} with {checksum:08x}: upload it again"
        )


def _take_packed(member: Member, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the compressed bytes behind the member's head, and no others."""
    held = b""
    while len(held) < HEAD_BYTES or len(held) < _measure_head(held):
        chunk = next(chunks, b"")
        if not chunk or not (held := held + chunk).startswith(HEAD_SIGN):
            raise DamagedObjectError(f"there is no member at byte {member.position} of the zip: upload it again")
    missing, held = member.packed_bytes, held[_measure_head(held) :]
    while missing > 0:
        yield held[:missing]
        missing -= len(held)
        if missing > 0 and not (held := next(chunks, b"")):
            raise DamagedObjectError(f"the zip ends within its member, {missing} bytes early: upload it again")


def _measure_head(head: bytes) -> int:
    """Return the bytes of a member's head: 30, its name, and what tools add."""
    return HEAD_BYTES + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")


def _inflate_all(packed: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    inflater = zlib.decompressobj(RAW_WBITS)
    for piece in packed:
        pending = piece
        while pending and not inflater.eof:
            yield from inflate("zip", inflater, pending, counts)
            pending = inflater.unconsumed_tail
    yield from flush_inflater("zip", inflater, counts)
