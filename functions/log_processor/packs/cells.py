"""Gather the records of a cell of the object, and make its packs: by day, and in parts that fit into an item."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from log_processor.packs.pack_items import PackEncoder, PackKey, render_document
from log_processor.packs.rows import PackedRows, measure_text
from log_processor.record import LogRecord, RawRecord
from log_processor.storing.items import DAY_MS

MAX_DAY_PACKS = 8
"""The most days of a cell that have a pack each; the records of other days share one."""
MAX_TEXT_BYTES = 320 * 1024
MAX_RECORDS = 10_000
"""The most text and records of a part. What compresses decides nothing: other versions of it give other sizes."""
MAX_DOCUMENT_BYTES = 380_000
"""A document of more bytes is cut in two, so that the item of one that cannot be compressed is small enough."""


@dataclass(frozen=True, slots=True)
class PackCell:
    """Some records of a cell: those from its first start of a record on, or (`is_overlap`) those before that.

    If a range begins with the cell, the range before it reads the latter: what has no start of its own belongs to what
    stands above it. So each of the two is stored by one range alone.
    """

    number: int
    is_overlap: bool


def find_cell(raw: RawRecord, grid_bits: int, before: PackCell | None) -> PackCell:
    """Return the cell of a raw record; `before` is that of the one before it, None if there is none."""
    number = raw.offset >> grid_bits
    if before is not None and number == before.number and not (before.is_overlap and raw.is_start):
        return before
    return PackCell(number, not raw.is_start and number > 0)


@dataclass(slots=True)
class _Day:
    """The records of a day that are in no part yet, and the number of parts before; of several if it has no number."""

    number: int | None
    rows: PackedRows = field(default_factory=PackedRows)
    text_bytes: int = 0
    parts: int = 0


class CellPacker:
    """A packer of the records of a cell, in the order of their offsets; what it learns of one it uses for no other.

    `stored` are the timestamps of its packs so far, by their partition key.
    """

    def __init__(self, cell: PackCell, encoder: PackEncoder) -> None:
        self._cell, self._encoder = cell, encoder
        self._days: dict[int | None, _Day] = {}
        self.stored: defaultdict[str, set[int]] = defaultdict(set)

    def add(self, record: LogRecord, index: int) -> Sequence[bytes]:
        """Add a record; return the packs that are full without it, which most records have none of."""
        self._encoder.fit(record)
        size, number = measure_text(record.log_data), record.timestamp_ms // DAY_MS
        day = self._days.get(number) or self._begin_day(number)
        packs: Sequence[bytes] = ()
        if (count := len(day.rows.records)) and (day.text_bytes + size > MAX_TEXT_BYTES or count >= MAX_RECORDS):
            packs = tuple(self._pack(day))
        day.rows.add(record, index, size)
        day.text_bytes += size
        return packs

    def _begin_day(self, number: int) -> _Day:
        """Return the day to which records of a new one are added: that of all others, if there are many."""
        known = number if len(self._days) - (None in self._days) < MAX_DAY_PACKS else None
        return self._days.setdefault(known, _Day(known))

    def finish(self) -> Iterator[bytes]:
        """Yield the packs of the records that are left."""
        for day in self._days.values():
            if day.rows.records:
                yield from self._pack(day)

    def _pack(self, day: _Day) -> Iterator[bytes]:
        """Yield the next part of a day, in pieces if its document is too large."""
        pending = [day.rows]
        day.rows, day.text_bytes = PackedRows(), 0
        while pending:
            rows = pending.pop()
            document = render_document(rows, self._encoder.tabulate(rows.records))
            if len(document) > MAX_DOCUMENT_BYTES and len(rows.records) > 1:
                pending += reversed(rows.halve())
                continue
            key = PackKey(self._cell.number, self._cell.is_overlap, day.number, day.parts)
            self.stored[self._encoder.name(key)].add(key.timestamp)
            yield self._encoder.encode(key, rows.records, document)
            day.parts += 1
