"""LogRecord, and the log_id that is a pure function of where a record stands."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from log_processor.work.ranges import ObjectRange


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


def object_digest(whole: ObjectRange) -> str:
    """30 hexadecimal digits (120 bits) that name one version of one object: the common prefix of its log ids."""
    name = f"{whole.bucket}\0{whole.key}\0{whole.version}"
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=15).hexdigest()


def log_id(digest: str, offset: int, index: int = 0) -> str:
    """The identity of a record: object version, byte offset, and index inside an expanded array."""
    return f"{digest}-{offset:x}-{index:x}" if index else f"{digest}-{offset:x}"
