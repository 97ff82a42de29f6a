"""Merge an application's line into the record of the container runtime in whose line it is embedded.

An application's JSON, access line, klog line and the like are the real log: their fields and level stand beside what
the runtime wrote. `message` is the application's text, unless its format has a `message` of its own. The runtime's time
stays the record's: it has a zone, and one clock for all lines of a node.
"""

from typing import Any

from log_processor.formats.generic import text
from log_processor.formats.lib.format import Parsed, ReadMessage


def merge_embedded(
    runtime: dict[str, Any], message: str, moment: int | None, last_modified_ms: int, read: ReadMessage
) -> Parsed:
    """Return one record of the runtime's fields and of what `message` says.

    The runtime's fields win over those of the same name. `moment` is the runtime's time in epoch milliseconds; if it is
    None the record has the message's.
    """
    embedded, parsed = read(message, last_modified_ms) or (None, text.parse_message(message, last_modified_ms))
    if parsed.fields:
        runtime = parsed.fields | runtime
    if embedded is None or not embedded.own_message or "message" not in runtime:
        runtime["message"] = message
    parsed.fields = runtime
    if moment is not None:
        parsed.timestamp_ms = moment
    return parsed
