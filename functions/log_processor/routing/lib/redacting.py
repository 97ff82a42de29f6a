"""Redact each record of a route that hides values, filter it before, and add the fields of the key."""

from collections.abc import Mapping, Sequence
from typing import Any

from log_processor.reading.lines import Line
from log_processor.reading.records import Transform
from log_processor.record import LogRecord, RawRecord, ReadAgain
from log_processor.routing.lib.filters import Filters
from log_processor.routing.lib.key_fields import SharedFields
from log_processor.routing.lib.redaction import Redaction
from log_processor.routing.lib.surroundings import Surroundings
from log_processor.routing.lib.unique_names import choose_name


def build_redacting(
    shared: SharedFields,
    hidden: Mapping[str, tuple[str, Any]],
    filters: Filters | None,
    redaction: Redaction,
    preceding: Sequence[Line],
) -> Transform:
    """Return what a route that redacts does with each record; `hidden` says as what each field of the key is stored.

    Filters see a record as it is, with the fields of its key. What is redacted is the record without them, so that its
    fields are what is read from its text.
    """
    surroundings = Surroundings(preceding)

    def transform(raw: RawRecord, record: LogRecord, read_again: ReadAgain, following: str) -> RawRecord | None:
        beside = surroundings.look_beside(raw, following)
        own = record.fields
        missing = shared.select_missing(own)
        if filters is not None:
            record.fields = own | missing
            if not filters.should_keep(record):
                return None
            record.fields = own
        redaction.apply(record, read_again, beside)
        if missing:
            record.fields = _put_beside(record.fields, [hidden[name] for name in missing])
        offset, length, _, next_offset, truncated, _, number, document, piece, is_start = raw
        text = record.log_data  # by position: names would take several times the time
        return RawRecord(offset, length, text, next_offset, truncated, None, number, document, piece, is_start)

    return transform


def _put_beside(own: Mapping[str, Any], others: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return a record's redacted fields and the others; one of an equal name gets a number: `[user]`, `[user]~1`."""
    fields = dict(own)
    for name, value in others:
        fields[choose_name(name, fields)] = value
    return fields
