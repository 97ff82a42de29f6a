"""Decompress an object, whose compression is recognised by its first bytes, within limits of expansion."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import chain

from log_processor.errors import NotALogError
from log_processor.reading.codecs.expansion import ByteCounts, ExpansionLimits
from log_processor.reading.head import fill_head
from log_processor.reading.raw_blocks import is_hadoop_snappy

MAX_LAYERS = 2
SIGNATURE_BYTES = 16
CODECS: Mapping[str, Callable[[bytes], object]] = {
    "gzip_members": re.compile(rb"\x1f\x8b\x08").match,
    "bzip2_streams": re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)").match,
    "xz_streams": re.compile(rb"\xfd7zXZ\x00").match,
    "zstd_frames": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18").match,
    "snappy_java": re.compile(rb"\x82SNAPPY\x00").match,
    "snappy_framed": re.compile(rb"\xff\x06\x00\x00sNaPpY").match,
    "snappy_hadoop": is_hadoop_snappy,
}
"""The module of each compression that is read, and what recognises an object that has it by its first bytes."""


@dataclass(frozen=True, slots=True)
class PlainStream:
    """Decompressed bytes; if they were compressed, they can only be read from the first one on."""

    compressed: bool
    chunks: Iterator[bytes]


def decompress(
    chunks: Iterator[bytes],
    limits: ExpansionLimits,
    check_deadline: Callable[[Iterator[bytes]], Iterator[bytes]] = iter,
) -> PlainStream:
    """Return the plain bytes of `chunks`, compressed if their first bytes say so, whatever the object's name.

    Decompress twice at most: some uploaders compress a file that is compressed already. Raise `NotALogError` for more
    layers. While the chunks are read, raise `DamagedObjectError` if a stream is damaged or ends early, after what
    decodes before that, and `ExpansionError` beyond the limits. What each layer gives passes through `check_deadline`,
    since few compressed bytes may expand to many, and those to nothing.
    """
    codec, chunks = _recognise(chunks)
    compressed = codec is not None
    for _ in range(MAX_LAYERS):
        if codec is not None:
            codec, chunks = _recognise(check_deadline(_expand(codec, chunks, ByteCounts(limits))))
    if codec is not None:
        raise NotALogError(f"the bytes are compressed more than {MAX_LAYERS} times over: upload plain text or gzip")
    return PlainStream(compressed=compressed, chunks=chunks)


def _recognise(chunks: Iterator[bytes]) -> tuple[str | None, Iterator[bytes]]:
    """Return the module that decompresses a stream, None if it is not compressed, and the stream from its beginning."""
    stream = fill_head(chunks, SIGNATURE_BYTES)
    head = next(stream)
    codec = next((module for module, recognise in CODECS.items() if recognise(head)), None)
    return codec, chain([head], stream)


def _expand(codec: str, chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Return what the chunks decompress to, by a module that is imported for such objects alone."""
    expanded: Iterator[bytes] = import_module(f"log_processor.reading.codecs.{codec}").expand(chunks, counts)
    return expanded
