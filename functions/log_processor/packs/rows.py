"""Define what a pack holds: records, each with its index in an array and the bytes of its text."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from log_processor.record import LogRecord


@dataclass(slots=True)
class PackedRows:
    """Records in the order of their first bytes, their indexes in an array (`numbers`), and the bytes of their texts.

    Each list has an element for each record.
    """

    records: list[LogRecord] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def add(self, record: LogRecord, number: int, size: int) -> None:
        """Add a record."""
        self.records.append(record)
        self.numbers.append(number)
        self.sizes.append(size)

    def halve(self) -> tuple["PackedRows", "PackedRows"]:
        """Return the first half of the records, and the others."""
        half = len(self.records) // 2
        parts = (slice(half), slice(half, None))
        first, second = (PackedRows(self.records[one], self.numbers[one], self.sizes[one]) for one in parts)
        return first, second


def measure_text(text: str) -> int:
    """Return the bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def gather_rows(records: Iterable[LogRecord], numbers: Iterable[int]) -> PackedRows:
    """Return the rows of records and their indexes in an array."""
    rows = PackedRows()
    for record, number in zip(records, numbers, strict=False):
        rows.add(record, number, measure_text(record.log_data))
    return rows
