"""A row of the ledger, read from DynamoDB's JSON: the one reader, for the function and for the operator's tools."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from log_processor.state import ReaderState, decode

LedgerItem = Mapping[str, Mapping[str, Any]]
"""One row in DynamoDB's JSON."""


@dataclass(frozen=True, slots=True)
class Row:
    """One range: `status` is final (`done`, `continued`) if nothing is left to do of it.

    `processed_at` is when the range was first begun. `resume` is where the rest begins if it was continued, and
    `ranges` how many the whole object was split into, if it was. Texts that are not there are empty.
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
    duration_ms: int = 0


def row_of(item: LedgerItem) -> Row:
    """Return the row that `item` holds; versions before wrote the reader's state as `header`."""
    return Row(
        status=_text(item, "status"),
        attempts=_count(item, "attempts"),
        processed_at=_text(item, "started_at"),
        resume=_number(item, "resume"),
        format=_text(item, "format") or None,
        state=decode(_text(item, "reader_state") or _text(item, "header")),
        sequential=bool(item.get("sequential", {}).get("BOOL", False)),
        version=_text(item, "version"),
        parser_version=_text(item, "parser_version"),
        finished_at=_text(item, "finished_at"),
        reason=_text(item, "reason"),
        ranges=_number(item, "ranges"),
        read=_count(item, "read"),
        stored=_count(item, "stored"),
        filtered=_count(item, "filtered"),
        rejected=_count(item, "rejected"),
        bytes=_count(item, "bytes"),
        duration_ms=_count(item, "duration_ms"),
    )


def _text(item: LedgerItem, name: str) -> str:
    return str(item.get(name, {}).get("S", ""))


def _number(item: LedgerItem, name: str) -> int | None:
    return int(item[name]["N"]) if name in item else None


def _count(item: LedgerItem, name: str) -> int:
    return _number(item, name) or 0
