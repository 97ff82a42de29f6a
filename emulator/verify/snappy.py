"""Decompress Snappy in its three framings, without the function's own code."""

import struct
from collections.abc import Iterator

import cramjam

JAVA, FRAMED = b"\x82SNAPPY\0", b"\xff\x06\0\0sNaPpY"
JAVA_HEAD_BYTES = 16
MAX_RUN_BYTES = 1 << 26


def is_snappy(raw: bytes) -> bool:
    """Tell whether a file is Snappy: by the signature, or by Hadoop's two sizes, of which a text has none."""
    if raw.startswith((JAVA, FRAMED)):
        return True
    if len(raw) < 14:
        return False
    run, block = struct.unpack(">II", raw[:8])
    return 0 < run < MAX_RUN_BYTES and 0 < block <= min(len(raw) - 8, 32 + run + run // 6) and raw[8] > 0


def expand_snappy(raw: bytes) -> tuple[bytes, bool]:
    """Return what the whole blocks of a file stand for, and whether it is damaged after them."""
    pieces: list[bytes] = []
    read = _read_java if raw.startswith(JAVA) else _read_framed if raw.startswith(FRAMED) else _read_hadoop
    try:
        pieces.extend(read(raw))
    except (cramjam.DecompressionError, struct.error):
        return b"".join(pieces), True
    return b"".join(pieces), False


def _read_java(raw: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(raw):
        if raw.startswith(JAVA, position):
            position += JAVA_HEAD_BYTES
            continue
        piece, position = _read_block(raw, position)
        yield piece


def _read_hadoop(raw: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(raw):
        (missing,) = struct.unpack_from(">I", raw, position)
        position += 4
        while missing > 0:
            piece, position = _read_block(raw, position)
            missing -= len(piece)
            yield piece


def _read_block(raw: bytes, position: int) -> tuple[bytes, int]:
    """Return what the block at a position stands for, and the position behind it."""
    (size,) = struct.unpack_from(">I", raw, position)
    end = position + 4 + size
    if end > len(raw):
        raise struct.error
    return (bytes(cramjam.snappy.decompress_raw(raw[position + 4 : end])) if size else b""), end


def _read_framed(raw: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(raw):
        (first,) = struct.unpack_from("<I", raw, position)
        end = position + 4 + (first >> 8)
        if end > len(raw):
            raise struct.error
        if first:
            yield bytes(cramjam.snappy.decompress(FRAMED + raw[position:end]))
        position = end
