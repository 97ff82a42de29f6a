"""Bound how far compressed bytes may expand, and cut them into slices that the network does not decide."""

from collections.abc import Iterator
from dataclasses import dataclass

from log_processor.errors import DamagedObjectError, ExpansionError, PermanentError

RATIO_FREE_BYTES = 64 * 1024 * 1024
MAX_BLOCK_BYTES = 8 * 1024 * 1024
"""A block that can only be decompressed as a whole has at most so many bytes, compressed or not."""
RAISE_TOTAL = "upload it in parts, or raise the setting expanded_bytes_limit if it is to be as large"
RAISE_RATIO = "raise the setting expansion_ratio_limit if it is no bomb"
NUL = b"\0"
SLICE_BYTES = 64 * 1024
"""So much is given to a decompressor at once: it copies the remainder after each stream, and each line may be one."""


@dataclass(frozen=True, slots=True)
class ExpansionLimits:
    """How far compressed bytes may expand: output bytes for one input byte (after the first 64 MiB), and in all."""

    ratio: int
    total_bytes: int


class ByteCounts:
    """How many compressed bytes were read, and to how many they have expanded.

    Pieces of NULs alone count for the total, but not for the ratio: a log that was truncated while it was written has
    so many that they expand a thousand times, and nothing of them is kept.
    """

    def __init__(self, limits: ExpansionLimits) -> None:
        self._limits = limits
        self.read_bytes = self.expanded_bytes = self._nul_bytes = 0

    def make_damage(self, name: str, reason: object) -> DamagedObjectError:
        """Return the error that says why the stream of the compression `name` is damaged, and how much came before."""
        read = f"after {self.expanded_bytes:,} decompressed bytes"
        return DamagedObjectError(f"the {name} stream is damaged {read} ({reason}): upload it again")

    def make_early_end(self, name: str) -> DamagedObjectError:
        """Return the error that says that the stream of the compression `name` ends early."""
        read = f"after {self.expanded_bytes:,} decompressed bytes"
        return DamagedObjectError(f"the {name} stream ends early, {read}: upload it again")

    def count(self, piece: bytes) -> None:
        """Count the bytes of a decompressed piece; raise `ExpansionError` beyond the limits."""
        self.expanded_bytes += len(piece)
        if not piece.strip(NUL):
            self._nul_bytes += len(piece)
        limits, expanded_bytes = self._limits, self.expanded_bytes - self._nul_bytes
        if self.expanded_bytes > limits.total_bytes:
            raise ExpansionError(f"the object expands beyond {limits.total_bytes:,} bytes: {RAISE_TOTAL}")
        if expanded_bytes > RATIO_FREE_BYTES and expanded_bytes > self.read_bytes * limits.ratio:
            raise ExpansionError(f"the object expands more than {limits.ratio:,} times: {RAISE_RATIO}")


def cut_slices(chunks: Iterator[bytes], counts: ByteCounts) -> Iterator[bytes]:
    """Yield the same bytes in slices of `SLICE_BYTES`, however the network cut them, and count those that were read.

    Only the last slice is shorter. Raise damage after the bytes before it.
    """
    held = b""
    try:
        for chunk in chunks:
            held += chunk
            whole = len(held) - len(held) % SLICE_BYTES
            for start in range(0, whole, SLICE_BYTES):
                counts.read_bytes += SLICE_BYTES
                yield held[start : start + SLICE_BYTES]
            held = held[whole:]
    except PermanentError:
        counts.read_bytes += len(held)
        yield held
        raise
    counts.read_bytes += len(held)
    yield held
