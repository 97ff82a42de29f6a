"""What a container's own line says: the record that a runtime, or `docker compose`, has put into one of its own.

An application's JSON, access line, klog header and the like are the real log: their fields stand beside the runtime's,
and `message` is theirs, or the whole text where they have none. Tried are those formats that applications write to
standard output. The runtime's time stays the record's: it has a zone, and one clock for all lines of the node.
"""

from typing import Any

from log_processor.formats import (
    access,
    apache_error,
    haproxy,
    java,
    json_lines,
    klog,
    logfmt,
    mysql_error,
    nginx_error,
    postgresql,
    python_logging,
    text,
)
from log_processor.formats.base import Parse
from log_processor.record import Parsed

DATED = tuple(
    known.parse for known in (access, nginx_error, java, python_logging, mysql_error, haproxy, postgresql, json_lines)
)
WORDED = (logfmt.parse, access.parse)
BY_SIGN: dict[str, tuple[Parse, ...]] = {
    "{": (json_lines.parse,),
    "[": (java.parse, python_logging.parse, apache_error.parse),
    **dict.fromkeys("0123456789", DATED),
    **dict.fromkeys("DC", (*WORDED, python_logging.parse)),
    **dict.fromkeys("IWEF", (*WORDED, python_logging.parse, klog.parse)),
}
"""The formats that a text may be of, by its first character; others are `WORDED`."""


def enclosed(runtime: dict[str, Any], message: str, moment: int | None, near_ms: int) -> Parsed:
    """One record of the fields that the runtime wrote and of what `message` says; the runtime's names come first."""
    found = read(message, near_ms) or text.parse(message, near_ms)
    if found.fields:
        runtime = found.fields | runtime
    if "message" not in runtime:
        runtime["message"] = message
    found.fields = runtime
    if moment is not None:
        found.timestamp_ms = moment
    return found


def read(message: str, near_ms: int) -> Parsed | None:
    """What `message` says by the formats that applications write; None where it is of none of them."""
    parsers = BY_SIGN.get(message[:1])
    if parsers is None:
        parsers = WORDED if "=" in message or '"' in message else ()
    for parse in parsers:
        if (parsed := parse(message, near_ms)) is not None:
            return parsed
    return None
