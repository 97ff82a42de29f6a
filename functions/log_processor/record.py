"""A record as it is read and as it is stored, and its `log_id`, which the object version and its position give."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from log_processor.state import Below, DocumentPosition

MAX_RECORD_BYTES = 256 * 1024
ReadAgain = Callable[[str], dict[str, Any] | None]
"""Returns the fields of a record if its text were another; None if that is not of the record's format."""


class Piece(NamedTuple):
    """A piece of a record that was cut, since it has more lines than a record may have.

    `first_offset` is the offset of the record's first piece, and `below` what may stand in the record below its first
    line. `goes_on` says that another piece follows.
    """

    first_offset: int
    below: Below
    goes_on: bool


class RawRecord(NamedTuple):
    """The bytes of one record, before they are parsed; offsets and lengths are bytes of the decompressed stream.

    A reader that resumes after the record begins at `next_offset`. If `truncated`, `text` lacks some of the bytes. If
    they are not UTF-8, `undecoded` holds the bytes, and `text` has replacement characters for what is not.
    `document` says in which array of a JSON document the record stands, None if in no document; `number` is its index
    in that array, else 0. `piece` says which part of a cut record this is, None if it is a whole record.

    `is_start` says that it begins by itself, so that a range may begin with it. Otherwise it belongs to the range of
    the record above it.
    """

    offset: int
    length: int
    text: str
    next_offset: int
    truncated: bool
    undecoded: bytes | None
    number: int = 0
    document: DocumentPosition | None = None
    piece: Piece | None = None
    is_start: bool = True


@dataclass(slots=True)
class LogRecord:
    """One record as it is stored in the table; `offset` and `length` are bytes of the decompressed stream.

    `timestamp_ms` is in epoch milliseconds. `timestamp_from` is `object` if the record has no time of its own, or one
    that is no date: the timestamp is then the object's last-modified time. `continues` is the `log_id` of the first
    piece, if the record was cut and this is a later piece.
    """

    log_id: str
    timestamp_ms: int
    format: str
    log_data: str
    offset: int
    length: int
    fields: dict[str, Any] = field(default_factory=dict)
    level: str | None = None
    parse_error: str | None = None
    truncated: bool = False
    timestamp_from: str | None = None
    continues: str | None = None


def build_log_id(digest: str, offset: int, index: int = 0) -> str:
    """Return the `log_id`: the object version's digest, the byte offset, and the index in an array if it is not 0."""
    return f"{digest}-{offset:x}-{index:x}" if index else f"{digest}-{offset:x}"
