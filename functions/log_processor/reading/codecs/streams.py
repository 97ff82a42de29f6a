"""Decompress a sequence of streams with a decompressor that has the interface of those in Python's own libraries."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from log_processor.errors import DamagedObjectError, NotALogError
from log_processor.reading.codecs.expansion import ByteCounts, cut_slices

STEP_BYTES = 1024
"""So much is decompressed at once. What the step decodes that meets damage is lost with it."""
PIECE_BYTES = 64 * 1024
MAX_WINDOW_BYTES = 64 * 1024 * 1024
"""The most that a stream may ask to be remembered of what was decompressed before it: as much as xz's level 9 asks."""


class Decompressor(Protocol):
    """Decompress one stream, as `bz2.BZ2Decompressor` and `lzma.LZMADecompressor` do."""

    @property
    def eof(self) -> bool:
        """Tell whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Tell whether nothing more comes without more compressed bytes."""

    @property
    def unused_data(self) -> bytes:
        """Return the bytes after the end of the stream."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most `max_length` decompressed bytes."""


@dataclass(frozen=True, slots=True)
class StreamKind:
    """A compression: its name, what starts the decompressor of a stream, and the errors that this raises.

    `refusals` says what a person can do about an error whose message has one of these texts, and that is no damage.
    """

    name: str
    start: Callable[[], Decompressor]
    errors: tuple[type[Exception], ...]
    refusals: Mapping[str, str] = field(default_factory=dict)


def expand_streams(kind: StreamKind, chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield what the streams decompress to, one after the other, with or without NULs between them.

    Raise `DamagedObjectError` if a stream is damaged or does not end, after what decodes before that: all of it if the
    bytes end early or something else follows a stream, otherwise all but the last `STEP_BYTES`.
    """
    decompressor: Decompressor | None = None
    for pending in cut_slices(chunks, counts):
        rest = pending
        while rest:
            if decompressor is None or decompressor.eof:
                rest = rest.lstrip(b"\x00")
                decompressor = kind.start() if rest else None
                if decompressor is None:
                    break
            yield from _expand_slice(kind, decompressor, rest, counts)
            rest = decompressor.unused_data if decompressor.eof else b""
    if decompressor is not None and not decompressor.eof:
        raise counts.make_early_end(kind.name)


def _expand_slice(kind: StreamKind, decompressor: Decompressor, data: bytes, counts: ByteCounts) -> Iterator[bytes]:
    """Yield all that `data` decompresses to, in pieces of about `PIECE_BYTES`."""
    gathered = bytearray()
    while True:
        try:
            step = decompressor.decompress(data, STEP_BYTES)
        except kind.errors as error:
            yield from _count_piece(gathered, counts)
            raise _explain(kind, error, counts) from error
        data = b""
        gathered += step
        ended = decompressor.eof or decompressor.needs_input or not step
        if ended or len(gathered) >= PIECE_BYTES:
            yield from _count_piece(gathered, counts)
            gathered.clear()
        if ended:
            return


def _count_piece(gathered: bytearray, counts: ByteCounts) -> Iterator[bytes]:
    if gathered:
        piece = bytes(gathered)
        counts.count(piece)
        yield piece


def _explain(kind: StreamKind, error: Exception, counts: ByteCounts) -> DamagedObjectError | NotALogError:
    """Return the error of the pipeline that says what ended a stream."""
    for text, refusal in kind.refusals.items():
        if text in str(error):
            return NotALogError(refusal)
    return counts.make_damage(kind.name, error)
