"""Encode a pack as the PutRequest of one item: its document, compressed, beside what finds and counts its records."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from backports import zstd

from log_processor.packs.document import build_document
from log_processor.packs.index_entry import FIRST, PACK_DAY, name_pack_day
from log_processor.packs.leaves import dump_json
from log_processor.packs.rows import PackedRows
from log_processor.packs.tables import Table, Tables, tabulate
from log_processor.parser_version import get_parser_version
from log_processor.record import LogRecord
from log_processor.settings import Settings
from log_processor.storing.attribute_names import MAX_NAME_BYTES
from log_processor.storing.items import DAY_MS, DAY_S, ItemEncoder, ObjectFacts, format_day
from log_processor.work.plan import PACK_LAYOUT, Plan

LONG_TEXT = 8192
"""The characters of a text from which on its record is encoded as an item, to see whether that is too large."""
CHARACTER_BYTES = 6
LEAF_BYTES = 40
"""The most bytes of a character in an item's JSON, and what a leaf has there beside its name and value."""


@dataclass(frozen=True, slots=True)
class PackKey:
    """The key of a pack: the cell of its records, their day, and which part of them it is.

    - `cell`: the cell's number, on a grid of `1 << grid_bits` bytes.
    - `is_overlap`: whether the records stand before the cell's first start of one.
    - `day`: days since 1970; None if it is the pack of all days that have no pack of their own.
    - `part`: from 0, if the records are too many for one item.
    """

    cell: int
    is_overlap: bool
    day: int | None
    part: int

    @property
    def timestamp(self) -> int:
        """Return the sort key: midnight of the day, in epoch milliseconds, plus the part."""
        return -1 - self.part if self.day is None else self.day * DAY_MS + self.part

    @property
    def date(self) -> str | None:
        """Return the day as a date, such as `2026-05-04`; None if the pack is of no day alone."""
        return None if self.day is None else format_day(self.day * DAY_MS)

    def name(self, digest: str, grid_bits: int) -> str:
        """Return the partition key, such as `<digest>-p18-1f+`; a `p` is in no `log_id` of a record."""
        return f"{name_cell(digest, self.cell, grid_bits)}{'+' if self.is_overlap else ''}"


def name_cell(digest: str, cell: int, grid_bits: int) -> str:
    """Return the partition key of the packs of a cell."""
    return f"{digest}-p{grid_bits}-{cell:x}"


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What all packs of an object version have in common; `level` is how hard zstd tries."""

    object: ObjectFacts
    digest: str
    parser: str
    grid_bits: int
    level: int
    ttl_days: int


class PackEncoder:
    """An encoder of the packs of one object version, whose cells have `1 << grid_bits` bytes."""

    def __init__(self, facts: PackFacts) -> None:
        self.grid_bits = facts.grid_bits
        self._facts = facts
        self._items = ItemEncoder(facts.object, index_shards=0, record_ttl_days=0)
        self._shared = facts.object.build_attributes() | {"layout": {"S": PACK_LAYOUT}, "parser": {"S": facts.parser}}

    def fit(self, record: LogRecord) -> None:
        """Cut a record as an item of its own would be, if its text is long."""
        if len(record.log_data) >= LONG_TEXT:
            self._items.encode(record)

    def tabulate(self, records: Sequence[LogRecord]) -> Tables:
        """Return the tables of records, after those that are too large for an item by their fields are cut."""
        tables = tabulate(records)
        longest = max(len(record.log_data) for record in records)
        large = {
            number for number, table in enumerate(tables.tables) if _count_most_bytes(table, longest) >= MAX_NAME_BYTES
        }
        if not large:
            return tables
        for record, number in zip(records, tables.numbers, strict=True):
            if number in large and len(record.log_data) < LONG_TEXT:
                self._items.encode(record)
        return tabulate(records)

    def encode(self, key: PackKey, records: Sequence[LogRecord], document: bytes) -> bytes:
        """Return the PutRequest of `records`, which `document` holds."""
        facts = self._facts
        packed = zstd.compress(document, facts.level)
        item = self._shared | {
            "log_id": {"S": self.name(key)},
            "timestamp": {"N": str(key.timestamp)},
            "log_data": {"B": base64.b64encode(packed).decode()},
            PACK_DAY: {"S": name_pack_day(facts.object.source, key.date)},
            **count_records(records),
        }
        if facts.ttl_days:
            # a forged time may not keep a pack for ever: one without a day goes with its object
            uploaded_ms = facts.object.last_modified_ms
            last_ms = uploaded_ms if key.day is None else max(record.timestamp_ms for record in records)
            latest_ms = max(last_ms, uploaded_ms)
            item["expires_at"] = {"N": str(latest_ms // 1000 + facts.ttl_days * DAY_S)}
        return orjson.dumps({"PutRequest": {"Item": item}})

    def name(self, key: PackKey) -> str:
        """Return the partition key of a pack."""
        return key.name(self._facts.digest, self._facts.grid_bits)


def _count_most_bytes(table: Table, text: int) -> int:
    """Return how many bytes a record of a table takes at most in an item, if its text has at most `text` characters."""
    return (text + table.count_characters(text)) * CHARACTER_BYTES + len(table.paths) * LEAF_BYTES


def count_records(records: Sequence[LogRecord]) -> dict[str, Any]:
    """Return the attributes that say how many records a pack has, from when to when, and of which kinds."""
    times = [record.timestamp_ms for record in records]
    return {
        FIRST: {"N": str(min(times))},
        "last": {"N": str(max(times))},
        "records": {"N": str(len(records))},
        "levels": _render_counts(record.level for record in records),
        "formats": _render_counts(record.format for record in records),
    }


def _render_counts(names: Any) -> dict[str, Any]:
    counts = Counter(name for name in names if name)
    return {"M": {name: {"N": str(count)} for name, count in sorted(counts.items())}}


def render_document(rows: PackedRows, tables: Tables) -> bytes:
    """Return the text of the document of `rows`, which are in `tables`."""
    return dump_json(build_document(rows, tables)).encode()


def build_pack_encoder(facts: ObjectFacts, digest: str, plan: Plan, settings: Settings) -> PackEncoder:
    """Return the encoder of the packs of an object version."""
    level, ttl_days = settings.pack_level, settings.record_ttl_days
    return PackEncoder(PackFacts(facts, digest, get_parser_version(), plan.grid_bits, level, ttl_days))
