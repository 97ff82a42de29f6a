"""What raw records become: read by the object's format, identified, dated, treated as their route says."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from log_processor.formats.lib.format import Parsed
from log_processor.formats.reader import Reader
from log_processor.record import LogRecord, RawRecord, log_id
from log_processor.state import InDocument, ReaderState

Treatment = Callable[[RawRecord, LogRecord], RawRecord | None]
"""What a route does with a record: changes it in place and returns the raw one to keep, or None to leave it out."""


class Read(NamedTuple):
    """A raw record, as it is kept, and what it became; None if it is left out: a header line, or filtered."""

    raw: RawRecord
    record: LogRecord | None


def records(
    blocks: Iterator[list[RawRecord]],
    reader: Reader,
    digest: str,
    last_modified_ms: int,
    treat: Treatment | None = None,
) -> Iterator[Read]:
    """Read each raw record; `treat`, if there is one, decides what is left of it."""
    for raw in chain.from_iterable(blocks):
        found = reader.read(raw.text)
        if found is None:
            yield Read(raw, None)
            continue
        record = record_of(raw, found, digest, last_modified_ms)
        kept = raw if treat is None else treat(raw, record)
        yield Read(raw, None) if kept is None else Read(kept, record)


def record_of(raw: RawRecord, found: tuple[str, Parsed], digest: str, last_modified_ms: int) -> LogRecord:
    """Return the record of `raw` and what was found in it, at the event's own time or else the object's."""
    name, parsed = found
    around = raw.place.around if raw.place else None
    own_ms = parsed.timestamp_ms
    return LogRecord(
        log_id=log_id(digest, raw.offset, raw.number),
        timestamp_ms=last_modified_ms if own_ms is None else own_ms,
        format=name,
        log_data=raw.text,
        offset=raw.offset,
        length=raw.length,
        fields=around | parsed.fields if around else parsed.fields,
        level=parsed.level,
        parse_error=parsed.parse_error,
        truncated=raw.truncated,
        timestamp_from="object" if own_ms is None else None,
    )


def state_after(raw: RawRecord | None, reader: Reader, *, around: bool = True) -> ReaderState | None:
    """Return what a reader that goes on after `raw` has to know; None if nothing.

    None also where it would hold root fields and may not, without `around`.
    """
    if reader.columns is not None:
        return reader.columns
    if raw is None or raw.place is None or (raw.place.around and not around):
        return None
    return InDocument(raw.place, raw.number)
