"""Parse a row of the ledger from DynamoDB's JSON, for the function and for the operator's commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from log_processor.state import ReaderState, decode

DAY_INDEX, DAY_KEY = "by_day", "started_day"
"""The index that lists what was begun on a day, and its partition key: a date and a shard."""
DAY_INDEXED = (
    *("status", "source", "format", "attempts", "ranges", "denied_since"),
    *("read", "stored", "filtered", "rejected", "bytes", "size", "levels", "text_fallbacks"),
    *("first_time", "last_time", "event_time", "finished_at", "duration_ms"),
)
"""What the index holds of a row beside its keys: at most 20 attributes, and for usual names less than a kilobyte."""
DAY_SHARDS = 8
"""Into how many partitions of the index the rows of a day are spread: each takes about 1,000 writes a second."""
LedgerItem = Mapping[str, Mapping[str, Any]]
"""A row in DynamoDB's JSON."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the ledger says of one range.

    - `status`: `running`, `failed`, or one of the final ones: `done`, and `continued` if the rest is another range.
    - `start`, `end`: the range in bytes of the decompressed stream; without an end it reaches to the object's.
    - `processed_at`: when an attempt at the range first began.
    - `resume`: the byte at which the rest begins, if the range was continued.
    - `skipped_bytes`: the bytes of the range in runs of NULs, which are in no record.
    - `ranges`: the number of ranges into which the whole object was split, if it was.
    - `denied_since`: when access was first denied, if the range waits for it; `reason` says so in words.
    - `plan`: the text of the object's plan, in the row of the whole object.
    - `parsers`, `record_rules`: the versions of the parsers, and of the route's rules for records, of all attempts.
    - `mended_by`: those of `parsers` that have mended rejects of the range by `ops replay --rejects`.
    - `source`, `event_time`: the source of the object, and the time of S3's event, if an event named it.
    - `size`: the bytes of the object as it stands in S3, in the row of the whole object.
    - `levels`, `text_fallbacks`, `first_time`, `last_time`: what the stored records say (see `RecordCounts`);
      `text_fallbacks` is None in rows of versions that did not count. These times are in epoch milliseconds.
    - `marked_attempts`: how many of the attempts added theirs; those of earlier versions did not.
    - `member`: the number of the member of a zip that the range is of; None if it is of the object itself.
    - `replay`: the id of the replay that the row is of.
    - `replaced`, `replay_from`: what the replay replaces, as text, and from which time on it may read, in epoch
      seconds; in the row of the whole object.
    - `rejects_key`: the key of its rejects in the error archive, if it has any.
    - `is_refused`: whether the ledger refused the change that returned the row, and left the row as it was.

    A text that the row does not have is empty.
    """

    status: str
    attempts: int
    processed_at: str
    resume: int | None = None
    format: str | None = None
    state: ReaderState | None = None
    sequential: bool = False
    version: str = ""
    parser_version: str = ""
    finished_at: str = ""
    reason: str = ""
    ranges: int | None = None
    read: int = 0
    stored: int = 0
    filtered: int = 0
    rejected: int = 0
    bytes: int = 0
    skipped_bytes: int = 0
    duration_ms: int = 0
    plan: str = ""
    start: int = 0
    end: int | None = None
    parsers: frozenset[str] = frozenset()
    record_rules: frozenset[str] = frozenset()
    mended_by: frozenset[str] = frozenset()
    marked_attempts: int = 0
    denied_since: str = ""
    member: int | None = None
    source: str = ""
    event_time: int | None = None
    size: int | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
    text_fallbacks: int | None = None
    first_time: int | None = None
    last_time: int | None = None
    replay: str = ""
    replaced: str = ""
    replay_from: int = 0
    rejects_key: str = ""
    is_refused: bool = False


def parse_row(item: LedgerItem, *, is_refused: bool = False) -> Row:
    """Return the row that `item` holds; earlier versions wrote the reader state as `header`."""
    return Row(
        status=_get_text(item, "status"),
        attempts=_get_count(item, "attempts"),
        processed_at=_get_text(item, "started_at"),
        resume=_get_number(item, "resume"),
        format=_get_text(item, "format") or None,
        state=decode(_get_text(item, "reader_state") or _get_text(item, "header")),
        sequential=bool(item.get("sequential", {}).get("BOOL", False)),
        version=_get_text(item, "version"),
        parser_version=_get_text(item, "parser_version"),
        finished_at=_get_text(item, "finished_at"),
        reason=_get_text(item, "reason"),
        ranges=_get_number(item, "ranges"),
        read=_get_count(item, "read"),
        stored=_get_count(item, "stored"),
        filtered=_get_count(item, "filtered"),
        rejected=_get_count(item, "rejected"),
        bytes=_get_count(item, "bytes"),
        skipped_bytes=_get_count(item, "skipped_bytes"),
        duration_ms=_get_count(item, "duration_ms"),
        plan=_get_text(item, "plan"),
        start=_get_count(item, "start"),
        end=_get_number(item, "end"),
        parsers=_get_texts(item, "parsers"),
        record_rules=_get_texts(item, "record_rules"),
        mended_by=_get_texts(item, "mended_by"),
        marked_attempts=_get_count(item, "marked_attempts"),
        denied_since=_get_text(item, "denied_since"),
        member=_get_number(item, "member"),
        source=_get_text(item, "source"),
        event_time=_get_number(item, "event_time"),
        size=_get_number(item, "size"),
        levels={level: int(count["N"]) for level, count in item.get("levels", {}).get("M", {}).items()},
        text_fallbacks=_get_number(item, "text_fallbacks"),
        first_time=_get_number(item, "first_time"),
        last_time=_get_number(item, "last_time"),
        replay=_get_text(item, "replay"),
        replaced=_get_text(item, "replaced"),
        replay_from=_get_count(item, "replay_from"),
        rejects_key=_get_text(item, "rejects_key"),
        is_refused=is_refused,
    )


def _get_text(item: LedgerItem, name: str) -> str:
    return str(item.get(name, {}).get("S", ""))


def _get_texts(item: LedgerItem, name: str) -> frozenset[str]:
    return frozenset(item.get(name, {}).get("SS", ()))


def _get_number(item: LedgerItem, name: str) -> int | None:
    return int(item[name]["N"]) if name in item else None


def _get_count(item: LedgerItem, name: str) -> int:
    return _get_number(item, name) or 0
