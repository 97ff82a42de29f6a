"""Define the object range, which is the unit of work, and how it is split and resumed."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from log_processor.state import ReaderState
from log_processor.work.members import Member
from log_processor.work.plan import Plan
from log_processor.work.replay import Replay, Stored

MIN_RANGE_BYTES = 4
MAX_RANGES = 2000
"""The most ranges of one object: twice the 1,000 copies of the function that a queue may start."""
NO_VERSION = "null"
"""The version id that S3 gives in a bucket that keeps no versions."""
UPLOADED, TIME_FORM = "@", "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class ObjectRange:
    """A stretch of one version of one object, in byte offsets of its decompressed stream.

    - `start`, `end`: a record belongs to the range in which its first byte lies. `end` is exclusive; None is the end of
      the object.
    - `aligned`: a record begins exactly at `start`, which is the object's beginning or where an earlier invocation
      stopped. If it is false, the reader skips to the first record that begins at or after `start`.
    - `last_modified_ms`: when an object without a version id was uploaded, in epoch milliseconds; else None.
    - `plan`: how the object is read, or None as long as that is not decided.
    - `format`: the format that messages without a plan name, which earlier versions sent; a plan comes before it.
    - `state`: the reader state at `start`, if a reader needs one to begin there.
    - `sequential`: the stream can only be read from its beginning, because it is compressed or UTF-16.
    - `denied_since`: when access was first denied, since which nothing of the range is stored; None if it was not.
    - `stalls`: the number of invocations in a row that stored nothing of the range.
    - `member`: the file within the object, a zip, that the offsets count bytes of; None if they count the object's own.
    - `hops`: the number of invocations that handed on the range, or one that it is part of; waits for access are none.
    - `replay`: the replay that reads the object again; None if it is read for the first time.
    - `replaces`: what earlier attempts may have stored of it under other keys, which is removed; None if nothing.
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
    hops: int = 0
    plan: Plan | None = None
    last_modified_ms: int | None = None
    denied_since: str | None = None
    member: Member | None = None
    replay: Replay | None = None
    replaces: Stored | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether this is the whole object, or member of a zip, whose ledger row has the plan."""
        return self.start == 0 and self.end is None

    @property
    def is_object(self) -> bool:
        """Tell whether this is the whole object, whose ledger row says what is known of it as a whole."""
        return self.is_whole and self.member is None

    @property
    def is_packed(self) -> bool:
        """Tell whether the records of the range are packed: the plan says so, and the range has whole cells.

        It has if it begins on the grid, or behind a cell that an earlier invocation stored, and ends on the grid or
        with the object.
        """
        plan = self.plan
        if plan is None or plan.storage != "packs":
            return False
        is_begin = self.aligned or self.start % plan.cell_bytes == 0
        return is_begin and (self.end is None or self.end >= plan.size_bytes or self.end % plan.cell_bytes == 0)

    @property
    def replaces_records(self) -> bool:
        """Tell whether records of earlier attempts are removed."""
        return self.replaces in {"records", "both"}

    @property
    def replaces_packs(self) -> bool:
        """Tell whether packs of earlier attempts are removed."""
        return self.replaces in {"packs", "both"}

    @property
    def member_name(self) -> str:
        """Return the name of the file within a zip that this is of; empty if it is of the object itself."""
        return self.member.name if self.member else ""

    @property
    def version(self) -> str:
        """Return the version id; if the bucket keeps no versions, the ETag and when it was uploaded.

        For example, `9b2cf5@20260504T100000Z`: a second upload of the same bytes is another version. Messages of
        earlier versions have the ETag alone. The version is empty as long as nothing is known.
        """
        if self.version_id or self.last_modified_ms is None:
            return self.version_id or self.etag or ""
        return f"{self.etag}{UPLOADED}{datetime.fromtimestamp(self.last_modified_ms / 1000, UTC):{TIME_FORM}}"

    @property
    def event_ms(self) -> int | None:
        """Return the time of the event that named the object, in epoch milliseconds; None if it has none."""
        try:
            return int(datetime.fromisoformat(self.event_time or "").timestamp() * 1000)
        except ValueError:
            return None

    @property
    def uri(self) -> str:
        """Return the object's name as operators write it: `s3://bucket/key`."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def digest(self) -> str:
        """Return 30 hexadecimal digits (120 bits) that name the object version: the common prefix of its log ids."""
        name = f"{self.bucket}\0{self.key}\0{self.version}"
        if self.member is not None:
            name += f"\0{self.member.number}\0{self.member.name}"
        return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=15).hexdigest()

    @property
    def replay_id(self) -> str:
        """Return the id of the replay that the range is of; empty if it is of none."""
        return self.replay.id if self.replay else ""

    @property
    def whole(self) -> "ObjectRange":
        """Return the whole object that the range is of, whose ledger row says which replay it is of."""
        return replace(self, start=0, end=None, member=None)

    @property
    def label(self) -> str:
        """Return the range's sort key in the ledger, by version, then by offset: `v1#000000000000000-end`.

        That of a member of a zip is `v1#member-00003/000000000000000-end`.
        """
        end = "end" if self.end is None else f"{self.end:015d}"
        member = f"{self.member.label}/" if self.member else ""
        return f"{self.version}#{member}{self.start:015d}-{end}"

    def resume(
        self, start: int, *, format_name: str | None, state: ReaderState | None, sequential: bool
    ) -> "ObjectRange":
        """Return the rest of this range after everything before `start` is stored; it is packed if this range is.

        The rest of a range off the grid begins within a cell, so a pack of it would replace that of the whole cell.
        """
        plan = self.plan if self.plan is None or self.is_packed else self.plan.store_records()
        rest = replace(self, start=start, aligned=True, format=format_name, state=state, sequential=sequential)
        return replace(rest, plan=plan).begin_anew()

    def count_hop(self) -> "ObjectRange":
        """Return the range for its next invocation: with a hop more, unless it waits for access."""
        return self if self.denied_since else replace(self, hops=self.hops + 1)

    def begin_anew(self) -> "ObjectRange":
        """Return the range without what is known of attempts that stored nothing."""
        return replace(self, stalls=0, denied_since=None)


def split_range(whole: ObjectRange, size_bytes: int, piece_bytes: int) -> list[ObjectRange]:
    """Split `whole`, of an object of `size_bytes`, into ranges of `piece_bytes`; the last ends where `whole` ends.

    If they would be more than an object may have, as a foreign message may ask for, they are larger.
    """
    stop = size_bytes if whole.end is None else min(whole.end, size_bytes)
    step = choose_piece_bytes(stop - whole.start, piece_bytes, whole.plan.cell_bytes if whole.plan else 1)
    starts = range(whole.start, max(stop, whole.start + 1), step)
    ends: list[int | None] = [*starts[1:], whole.end]
    return [
        replace(whole, start=start, end=end, aligned=whole.aligned and start == whole.start)
        for start, end in zip(starts, ends, strict=True)
    ]


def choose_piece_bytes(size_bytes: int, range_bytes: int, cell_bytes: int = 1) -> int:
    """Return the size of the ranges of an object: `range_bytes`, or more if there would be over `MAX_RANGES` of them.

    A range has whole cells, and at least four bytes, because the object's first record may begin after a byte order
    mark of three.
    """
    piece_bytes = max(range_bytes, MIN_RANGE_BYTES, -(-size_bytes // MAX_RANGES))
    return -(-piece_bytes // cell_bytes) * cell_bytes


def parse_upload_ms(version: str) -> int:
    """Return the last-modified time in the version of an object without a version id, in epoch milliseconds."""
    uploaded = datetime.strptime(version.rpartition(UPLOADED)[2], TIME_FORM)
    return int(uploaded.replace(tzinfo=UTC).timestamp() * 1000)
