"""A record, raw as it was read and as it will be stored, and its `log_id`, a pure function of where it stands."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from log_processor.state import Place

MAX_RECORD_BYTES = 256 * 1024


class RawRecord(NamedTuple):
    """The bytes of one record: place and length in the decompressed stream, the text, and where the next one starts.

    `undecoded` holds the exact bytes where they are not UTF-8 (the text then has replacement characters there).
    `number` counts the elements before it in its array, 0 elsewhere; `place` tells where in a document it stands.
    """

    offset: int
    length: int
    text: str
    next_offset: int
    truncated: bool
    undecoded: bytes | None
    number: int = 0
    place: Place | None = None


@dataclass(slots=True)
class LogRecord:
    """One record as it will stand in the table; offsets and lengths in bytes of the decompressed stream.

    `timestamp_from` says where the time is from if the record has none, or one that is no date: `object`.
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


def log_id(digest: str, offset: int, index: int = 0) -> str:
    """The identity of a record: object version, byte offset, and index inside an expanded array."""
    return f"{digest}-{offset:x}-{index:x}" if index else f"{digest}-{offset:x}"
