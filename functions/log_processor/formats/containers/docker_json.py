"""Parse Docker's json-file logs: an object a line with text, stream and time."""

import re
from typing import Any

import orjson

from log_processor.formats.containers.embedded import merge_embedded
from log_processor.formats.containers.streams import read_stream_line
from log_processor.formats.lib.format import Carrier, CarrierKind, Column, Format, Parsed, ReadMessage, StrongStart
from log_processor.formats.lib.timestamps import parse_any_ms

KNOWN = {"log", "stream", "time", "attrs"}


def parse(text: str, last_modified_ms: int, read: ReadMessage) -> Parsed | None:
    """Parse one record, of one line or several; return None if it has other members than the driver writes."""
    if not text.startswith("{") or '"log"' not in text:
        return None
    first, *others = text.split("\n")
    members = _parse_members(first)
    if members is None:
        return None
    message = members["log"]
    if others:
        parts = [_parse_members(line) for line in others]
        message += "".join(part["log"] if part else line for part, line in zip(parts, others, strict=True))
    fields: dict[str, Any] = {"attrs": members["attrs"]} if "attrs" in members else {}
    if "stream" in members:
        fields["log.iostream"] = members["stream"]
    return merge_embedded(fields, message.rstrip("\r\n"), parse_any_ms(members.get("time")), last_modified_ms, read)


def _parse_members(line: str) -> dict[str, Any] | None:
    try:
        members = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(members, dict) or not members.keys() <= KNOWN or not isinstance(members.get("log"), str):
        return None
    return members


CARRIER = Carrier(CarrierKind.CONTAINER, parse)
FORMAT = Format(
    "docker_json",
    CARRIER.bind(),
    title="Docker's json-file logs: an object a line with text, stream and time",
    specification="Docker Docs, JSON File logging driver",
    notes=(
        "A long line comes in parts, of which only the last one's text ends with a line end: they are one "
        "record, as are the lines of a trace; the streams may interleave. The time is that of the first part. "
        "Stream and time may be missing. The fields and level of what the application wrote stand beside "
        "these, where that is of a format of its own."
    ),
    schema=(
        Column("log.iostream", note="stdout or stderr"),
        Column("message", note="without its line end; of JSON and logfmt their own"),
        Column("attrs", note="where the driver was told to add them"),
    ),
    sample='{"log":"started\\n","stream":"stdout","time":"2026-05-04T10:00:00.123456789Z"}',
    keeps_members=True,
    signs=('\\n"', '"stream"', '"time"'),
    embedded=None,
    carrier=CARRIER,
    read_stream_line=read_stream_line,
    strong=(
        StrongStart(
            re.compile(rb'\{"log": ?"'),
            b"{",
            needs=b'"stream":',
            words='an object that begins with `"log"` and has `"stream"`',
        ),
    ),
)
