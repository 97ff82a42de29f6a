"""Inflate the streams of zlib that gzip and zip consist of, with all that decodes before damage."""

import zlib
from collections.abc import Iterator

from log_processor.reading.codecs.expansion import ByteCounts

PIECE_BYTES = 1024 * 1024


def inflate(name: str, inflater: "zlib._Decompress", pending: bytes, counts: ByteCounts) -> Iterator[bytes]:
    """Yield the next piece, or nothing if there is none yet.

    If the stream is damaged, yield all that decodes before the damage and raise `DamagedObjectError` after it.
    """
    before = inflater.copy()
    try:
        piece = inflater.decompress(pending, PIECE_BYTES)
    except zlib.error as error:
        for saved in _salvage(before, pending):
            counts.count(saved)
            yield saved
        raise counts.make_damage(name, error) from error
    if piece:
        counts.count(piece)
        yield piece


def flush_inflater(name: str, inflater: "zlib._Decompress", counts: ByteCounts) -> Iterator[bytes]:
    """Yield what zlib still holds of the last stream; raise `DamagedObjectError` if that stream does not end."""
    while not inflater.eof and (piece := inflater.decompress(b"", PIECE_BYTES)):
        counts.count(piece)
        yield piece
    if not inflater.eof:
        raise counts.make_early_end(name)


def _salvage(inflater: "zlib._Decompress", pending: bytes) -> Iterator[bytes]:
    """Yield what decodes before the damage, byte by byte: zlib discards the whole piece in which it meets damage."""
    for position in range(len(pending)):
        try:
            piece = inflater.decompress(pending[position : position + 1])
        except zlib.error:
            return
        if piece:
            yield piece
