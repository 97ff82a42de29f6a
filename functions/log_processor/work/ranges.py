"""ObjectRange, the unit of work, and the arithmetic that splits and resumes it."""

import hashlib
from dataclasses import dataclass, replace

from log_processor.state import ReaderState
from log_processor.work.plan import Plan

LEAST_RANGE_BYTES = 4
MOST_RANGES = 2000
"""Enough to be worked on by as many copies as a queue may have, 1,000; each is a message and a row of the ledger."""


@dataclass(frozen=True, slots=True)
class ObjectRange:
    """A stretch of one version of one object, in byte offsets of its decompressed stream.

    A record belongs to the range in which its first byte lies. `end` is exclusive; None is the end of the object.
    `aligned` says that a record starts exactly at `start` (the object's beginning, or where an earlier invocation
    stopped); otherwise the reader skips to the first record that starts at or after `start`.
    `plan` is how the object is read, once that is decided. `format` stands for it in messages of versions before.
    `state` is what the part before tells readers that start in the middle of an object.
    `sequential` says that the stream cannot be entered in its middle (it is compressed, or transcoded from UTF-16).
    `stalls` counts the invocations in a row in which nothing of the range was stored.
    """

    bucket: str
    key: str
    version_id: str | None
    etag: str | None
    start: int = 0
    end: int | None = None
    aligned: bool = True
    format: str | None = None
    state: ReaderState | None = None
    sequential: bool = False
    event_time: str | None = None
    stalls: int = 0
    plan: Plan | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether this is the object itself, whose ledger row keeps the plan."""
        return self.start == 0 and self.end is None

    @property
    def version(self) -> str:
        """The version id where the bucket keeps versions, else the ETag; empty while neither is known."""
        return self.version_id or self.etag or ""

    @property
    def uri(self) -> str:
        """The object's name as operators write it."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def digest(self) -> str:
        """Return 30 hexadecimal digits (120 bits) that name the object version: the common prefix of its log ids."""
        name = f"{self.bucket}\0{self.key}\0{self.version}"
        return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=15).hexdigest()

    @property
    def label(self) -> str:
        """The sort key of the range in the ledger: sorts by version, then by offset."""
        end = "end" if self.end is None else f"{self.end:015d}"
        return f"{self.version}#{self.start:015d}-{end}"

    def resumed(
        self, start: int, *, format_name: str | None, state: ReaderState | None, sequential: bool
    ) -> "ObjectRange":
        """Return what remains of this range when everything before `start` is stored."""
        return replace(
            self, start=start, aligned=True, format=format_name, state=state, sequential=sequential, stalls=0
        )


def split(whole: ObjectRange, size_bytes: int, piece_bytes: int) -> list[ObjectRange]:
    """Cut `whole`, of an object of `size_bytes`, into ranges of `piece_bytes`; the last one keeps its own end."""
    stop = size_bytes if whole.end is None else whole.end
    starts = range(whole.start, max(stop, whole.start + 1), piece_bytes)
    ends: list[int | None] = [*starts[1:], whole.end]
    return [
        replace(whole, start=start, end=end, aligned=whole.aligned and start == whole.start)
        for start, end in zip(starts, ends, strict=True)
    ]


def choose_piece_bytes(size_bytes: int, range_bytes: int) -> int:
    """Return the size of one range of an object: `range_bytes`, or more if there would be more than `MOST_RANGES`.

    At least four bytes: the object's first record may begin behind a mark of three.
    """
    return max(range_bytes, LEAST_RANGE_BYTES, -(-size_bytes // MOST_RANGES))
