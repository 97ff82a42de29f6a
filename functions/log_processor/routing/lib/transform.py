"""Do with each record what its route says: add the fields of the key, filter, and redact.

What redacts is imported for a route that does: it takes a tenth of a cold start.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from log_processor.reading.lines import Line
from log_processor.reading.records import Transform
from log_processor.record import LogRecord, RawRecord, ReadAgain
from log_processor.routing.lib.filters import Filters
from log_processor.routing.lib.key_fields import KeyFields, SharedFields

if TYPE_CHECKING:
    from log_processor.routing.lib.redaction import Redaction


def build_transform(
    key: str, key_fields: KeyFields, filters: Filters | None, redaction: "Redaction | None", preceding: Sequence[Line]
) -> Transform | None:
    """Return what a route does with each record of the object `key`, or None if it does nothing; see `Route`."""
    shared = SharedFields(key_fields.read(key))
    if redaction is not None:
        redacting = import_module("log_processor.routing.lib.redacting")
        transform: Transform = redacting.build_redacting(
            shared, key_fields.hide(key, redaction), filters, redaction, preceding
        )
        return transform
    if filters is None and not shared:
        return None

    def add_and_filter(raw: RawRecord, record: LogRecord, _read_again: ReadAgain, _following: str) -> RawRecord | None:
        if missing := shared.select_missing(record.fields):
            record.fields = record.fields | missing
        return raw if filters is None or filters.should_keep(record) else None

    return add_and_filter
