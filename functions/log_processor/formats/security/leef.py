"""Parse IBM QRadar's Log Event Extended Format."""

import re
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.leading import read_whole_time
from log_processor.formats.security.events import convert_pairs, name_level, put_common, split_pairs

HEAD = re.compile(r"LEEF: ?(1\.0|2\.0|1|2)\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|")
DELIMITER = re.compile(r"(?:0?x([0-9A-Fa-f]{1,4})|([^\w\s|]))?\|")
"""The sign between two pairs, itself or as its hexadecimal number; version 2 names it, perhaps as nothing."""
NUMBERS = frozenset(("srcPort", "dstPort", "srcBytes", "dstBytes", "srcPackets", "dstPackets", "totalPackets"))
COMMON = {
    "src": "source.address",
    "srcPort": "source.port",
    "srcBytes": "source.bytes",
    "dst": "destination.address",
    "dstPort": "destination.port",
    "dstBytes": "destination.bytes",
    "usrName": "user.name",
    "identHostName": "host.name",
    "action": "event.action",
    "proto": "network.transport",
    "url": "url.full",
    "sev": "severity_text",
    "msg": "message",
}


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one event; return None if it has no header of five parts."""
    head = HEAD.match(text)
    if head is None:
        return None
    version, vendor, product, device_version, code = head.groups()
    pairs = _split_attributes(text, head.end(), names_delimiter=version[0] == "2")
    fields: dict[str, Any] = convert_pairs(pairs, NUMBERS)
    parts = {
        "leef.version": version,
        "observer.vendor": vendor,
        "observer.product": product,
        "observer.version": device_version,
        "event.code": code,
    }
    fields |= {part: word for part, word in parts.items() if word}
    put_common(fields, COMMON)
    moment = read_whole_time(pairs["devTime"], last_modified_ms) if "devTime" in pairs else None
    return Parsed(fields, moment, name_level(pairs.get("sev", "")))


def _split_attributes(text: str, position: int, *, names_delimiter: bool) -> dict[str, str]:
    """Return the pairs from `position` on; without the sign that should separate them, blanks do."""
    sign = "\t"
    if names_delimiter and (named := DELIMITER.match(text, position)):
        sign = chr(int(named[1], 16)) if named[1] else named[2] or sign
        position = named.end()
    attributes = text[position:]
    if sign not in attributes:
        return split_pairs(attributes)
    words = (word.partition("=") for word in attributes.split(sign))
    return {name.strip(): value for name, equals, value in words if equals and name.strip()}


FORMAT = Format(
    "leef",
    parse,
    title="Log Event Extended Format, as products write it for IBM QRadar, bare or in syslog",
    specification="IBM QRadar, Log Event Extended Format (LEEF), versions 1.0 and 2.0",
    notes=(
        "The attributes stand under their own names, and those of the table beside them. Tabs separate them, or the "
        "sign that version 2 names, itself or as `x5E`. The time is `devTime`, the level that of `sev` (see `cef`)."
    ),
    schema=(
        *list_columns("leef.version observer.vendor observer.product observer.version event.code"),
        *list_columns("source.address source.port destination.address destination.port"),
        *list_columns("source.bytes destination.bytes", "bytes"),
        Column("user.name", note="usrName"),
        Column("host.name", note="identHostName"),
        *list_columns("event.action network.transport url.full"),
        Column("severity_text", note="sev"),
        Column("message", note="msg"),
    ),
    sample="LEEF:2.0|Example|Wall|1.0|100|^|devTime=1777888800000^src=192.0.2.1^dst=198.51.100.1^sev=7^usrName=ann",
    keeps_members=True,
    embedded=Embedded(ANYWHERE, "L", "LEEF:", own_message=True),
    strong=(
        StrongStart(
            re.compile(rb"LEEF: ?[12](?:\.0)?\|[^|]{0,512}\|[^|]{0,512}\|"),
            b"L",
            needs=b"LEEF:",
            words="`LEEF:`, a version, and bars",
        ),
    ),
    signs=("LEEF:",),
)
