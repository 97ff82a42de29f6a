"""Write records as lines for readers, or as JSON for programs."""

from collections.abc import Iterator
from typing import Any

from ops.frame.times import ZonedClock
from ops.reading.store import Record

INDENT = "    "
BETWEEN_GROUPS = "--"
HIDDEN_ATTRIBUTES = frozenset({"day_shard", "source_day"})
"""What a record has for the indexes alone."""


def format_record(record: Record, clock: ZonedClock, *, with_id: bool = False, mark: str = "") -> Iterator[str]:
    """Yield a record's lines: its time, level, HTTP status, source and text; further lines of the text are indented."""
    first, *others = str(record.get("log_data") or "").split("\n")
    facts = [clock.format(record.timestamp), f"{record.get('level') or '-':<5}", f"{record.get('status') or '-':>3}"]
    facts += [str(record.get("source") or "-"), *([record.log_id] if with_id else []), first]
    yield mark + " ".join(facts)
    for line in others:
        yield f"{mark}{INDENT}{line}"


def build_object(record: Record, **more: Any) -> dict[str, Any]:
    """Return a record as an object of JSON, with all that it holds."""
    shown = {name: value for name, value in record.attributes.items() if name not in HIDDEN_ATTRIBUTES}
    return shown | more
