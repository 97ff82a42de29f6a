"""Define what a pack holds of a record, with its fields taken apart."""

from typing import NamedTuple

from log_processor.packs.leaves import Leaves, take_leaves
from log_processor.record import LogRecord


class PackedRecord(NamedTuple):
    """A record, its index in an array (`number`), the bytes of its text in UTF-8, and its leaves."""

    record: LogRecord
    number: int
    text_bytes: int
    leaves: Leaves


def pack_record(record: LogRecord, number: int = 0) -> PackedRecord:
    """Return the row of a record."""
    text = record.log_data
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return PackedRecord(record, number, size, take_leaves(record.fields, text))
