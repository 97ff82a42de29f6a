"""One record: its fields with types and units, its exact bytes, its neighbours, and the rest of its request."""

import json
from collections.abc import Mapping, Sequence

from ops.frame.aws_errors import translate_errors
from ops.reading.asking import make_store
from ops.reading.record_lines import build_object
from ops.reading.store import Record
from ops.record_fields import TypedField, list_fields
from ops.shown_record import read_record
from ops.view.lib.page import Facts, Visit

NEIGHBOURS = 10
OWN_PLACE = ("log_data", "fields", "timestamp", "level", "source_file")
"""Attributes that the page shows elsewhere than in the list of all."""
HOUR_MS = 3_600_000


def load(visit: Visit) -> Facts:
    """Read the record that the address names; without one, the page has the field for it alone."""
    environment, log_id = visit.environment, visit.get("id")
    if not log_id:
        return {}
    store = make_store(environment)
    with translate_errors(f"the log table {environment.config.log_table_name}", environment.config):
        shown = read_record(log_id, NEIGHBOURS, store, environment, visit.budget)
        store.check()
    record = shown.record
    attributes = build_object(record)
    fields = list(list_fields(attributes.get("fields") or {}, str(record.get("format"))))
    return {
        "shown": shown,
        "record": record,
        "attributes": sorted((name, value) for name, value in attributes.items() if name not in OWN_PLACE),
        "fields": fields,
        "json": _write_json(attributes),
        "neighbourhood": [*shown.before, record, *shown.after],
        "requests": [_name_request(field, record, visit) for field in fields if field.names_request],
    }


def _write_json(attributes: Mapping[str, object]) -> str:
    """Return JSON that a reader sees whole: what is not printable is written as JSON's own escapes."""
    text = json.dumps(attributes, indent=2, ensure_ascii=False)
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)


def _name_request(field: TypedField, record: Record, visit: Visit) -> dict[str, object]:
    """Return what Search needs to find the records of the same request: an hour on each side of this one."""
    first, last = (visit.clock.format(record.timestamp + by_ms) for by_ms in (-HOUR_MS, HOUR_MS))
    return {"field": field, "q": field.where, "from_": first, "to": last}


def name_command(visit: Visit) -> Sequence[str]:
    """Return `ops show` with the neighbours of the page."""
    zone = visit.get("tz")
    return ("show", visit.get("id") or "LOG_ID", "-C", str(NEIGHBOURS), *(("--tz", zone) if zone else ()))
