"""Make large compressed objects for the benchmarks of one small block, so that nothing of their size is held."""

import bz2
import gzip
import lzma
import struct
import zlib
from collections.abc import Callable, Mapping
from itertools import repeat

from backports import zstd

from benchmarks.stub import Repeated
from emulator.samples.compressed import compress_as_firehose

COMPRESSIONS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstd.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "Snappy": compress_as_firehose,
}
WINDOW_LOG = 26
WINDOW_BLOCKS = 96
NAME = b"a.log"
DEFLATED, VERSION, NEW_YEAR = 8, 20, 0x21


def repeat_block(kind: str, block: bytes, times: int) -> Repeated:
    """Return an object of a kind, of a block that is repeated so many times, or a few more in whole frames."""
    if kind == "plain":
        return Repeated(block, times)
    if kind == "zip":
        return _make_zip(block, times)
    if kind == "window":
        count = min(times, WINDOW_BLOCKS)
        return Repeated(_compress_with_window(block * count), -(-times // count))
    return Repeated(COMPRESSIONS[kind](block), times)


def _compress_with_window(content: bytes) -> bytes:
    """Return a frame of zstd with the largest window that the function reads."""
    options: dict[int, int] = {zstd.CompressionParameter.window_log: WINDOW_LOG}
    compressor = zstd.ZstdCompressor(options=options)
    return compressor.compress(content) + compressor.flush()


def _make_zip(block: bytes, times: int) -> Repeated:
    """Return a zip of one deflated member, whose blocks are flushed, so that each stands by itself."""
    deflater = zlib.compressobj(wbits=-15)
    packed = deflater.compress(block) + deflater.flush(zlib.Z_FULL_FLUSH)
    end = deflater.flush()
    checksum = 0
    for piece in repeat(block, times):
        checksum = zlib.crc32(piece, checksum)
    sizes = struct.pack("<III", checksum, len(packed) * times + len(end), len(block) * times)
    facts = struct.pack("<HHHHH", VERSION, 0, DEFLATED, 0, NEW_YEAR) + sizes + struct.pack("<HH", len(NAME), 0)
    head = b"PK\x03\x04" + facts + NAME
    directory = b"PK\x01\x02" + struct.pack("<H", VERSION) + facts + bytes(14) + NAME
    position = len(head) + len(packed) * times + len(end)
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), position, 0)
    return Repeated(packed, times, first=head, last=end + directory + tail)
