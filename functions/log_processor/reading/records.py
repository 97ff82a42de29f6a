"""Make records of raw records: parse, identify and date each one, and let its route transform it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from typing import Any

from log_processor.formats.lib.format import Parsed
from log_processor.formats.reader import Reader
from log_processor.record import LogRecord, RawRecord, ReadAgain, build_log_id
from log_processor.state import InDocument, ReaderState

Transform = Callable[[RawRecord, LogRecord, ReadAgain, str], RawRecord | None]
"""What a route does with a record: change it in place and return the raw record to keep, or None to filter it out.

It is given the next piece of the record, if it was cut and goes on.
"""
IsSampled = Callable[[str], bool]
"""Tells by a record's `log_id` whether it is in the sample of its route."""
ReadRecord = tuple[RawRecord, LogRecord | None]
"""A raw record and the record made of it; None if it is a header line, or filtered out."""
GetState = Callable[[RawRecord | None], ReaderState | None]
"""Returns the state of a reader that resumes after a raw record; before the first one if that is None."""


def read_records(
    blocks: Iterator[list[RawRecord]],
    reader: Reader,
    digest: str,
    last_modified_ms: int,
    transform: Transform | None = None,
    is_sampled: IsSampled | None = None,
) -> Iterator[ReadRecord]:
    """Yield each raw record with the record made of it, after its route's `transform` if there is one.

    `digest` names the object version in each `log_id`. `last_modified_ms`, in epoch milliseconds, is the timestamp of
    records without a time of their own. A record that `is_sampled` refuses, which `transform` would filter out, is not
    parsed if no other record depends on it.
    """
    if not reader.reads_alone:
        is_sampled = None
    raws = chain.from_iterable(blocks)
    for raw, following in zip(raws, repeat("")) if transform is None else _pair_pieces(raws):
        piece = raw.piece
        if is_sampled is not None and piece is None and not is_sampled(build_log_id(digest, raw.offset, raw.number)):
            yield raw, None
            continue
        match = reader.read(raw.text) if piece is None else reader.read_piece(raw.text, raw.offset, piece)
        if match is None:
            yield raw, None
            continue
        record = build_record(raw, match, digest, last_modified_ms)
        if transform is None:
            yield raw, record
            continue
        kept = transform(raw, record, partial(_read_fields, reader, raw, record.format), following)
        yield (raw, None) if kept is None else (kept, record)


def _pair_pieces(raws: Iterator[RawRecord]) -> Iterator[tuple[RawRecord, str]]:
    """Yield each raw record with the text of the next piece, if the record was cut and goes on."""
    held: RawRecord | None = None
    for raw in raws:
        if held is not None:
            yield held, raw.text
        held = raw if raw.piece is not None and raw.piece.goes_on else None
        if held is None:
            yield raw, ""


def _read_fields(reader: Reader, raw: RawRecord, format_name: str, text: str) -> dict[str, Any] | None:
    """Return the fields of `raw` if its text were `text`, or None if that is not of the same format."""
    parsed = reader.read_as(format_name, text)
    if parsed is None:
        return None
    return raw.document.root_fields | parsed.fields if raw.document else parsed.fields


def build_record(raw: RawRecord, match: tuple[str, Parsed], digest: str, last_modified_ms: int) -> LogRecord:
    """Return the record of `raw`, where `match` is the name of the format that parsed it, and what it parsed.

    Its timestamp is the event's own time, or else the object's last-modified time. A field of the record itself wins
    over a root field of the same name.
    """
    name, parsed = match
    root_fields = raw.document.root_fields if raw.document else None
    own_ms, piece = parsed.timestamp_ms, raw.piece
    return LogRecord(  # by position: names would take twice the time, and this is done for every record
        build_log_id(digest, raw.offset, raw.number),
        last_modified_ms if own_ms is None else own_ms,
        name,
        raw.text,
        raw.offset,
        raw.length,
        root_fields | parsed.fields if root_fields else parsed.fields,
        parsed.level,
        parsed.parse_error,
        raw.truncated,
        "object" if own_ms is None else None,
        build_log_id(digest, piece.first_offset) if piece and piece.first_offset != raw.offset else None,
    )


def build_state(raw: RawRecord | None, reader: Reader, *, with_root_fields: bool = True) -> ReaderState | None:
    """Return the state with which a reader resumes after `raw`; None if it needs none.

    Without `with_root_fields`, return None also if the state would hold root fields: their values may be hidden ones.
    """
    cut_record = reader.record if raw is not None and raw.piece is not None and raw.piece.goes_on else None
    document = None if raw is None or cut_record is not None else raw.document
    if raw is not None and document is not None and (with_root_fields or not document.root_fields):
        return InDocument(document, raw.number, reader.columns)
    return cut_record if reader.columns is None else replace(reader.columns, record=cut_record)
