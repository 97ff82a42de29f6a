"""Parse Windows' events as XML, as the event log exports them and agents send them."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import parse_any_ms
from log_processor.state import Below

BEGIN = "<Event"
SYSTEM = re.compile(r"<Event(?: [^<>]{0,500})?>\s{0,99}<System>")
ELEMENT = re.compile(r"<([A-Za-z][\w.:-]{0,127})((?:\s[^<>]*)?)>([^<]*+)(?=<)")
"""A tag that opens an element, its attributes, and the text up to the next tag; a text that is cut off is none."""
ATTRIBUTE = re.compile(r"([A-Za-z][\w:.-]{0,63})=(?:'([^']*)'|\"([^\"]*)\")")
DATA_PARTS = re.compile(r"<(EventData|UserData|RenderingInfo)\b")
LEVELS = {"0": "info", "1": "fatal", "2": "error", "3": "warn", "4": "info", "5": "trace"}
AUDIT_FAILURE, AUDIT_SUCCESS = 1 << 52, 1 << 53
"""The bits of `Keywords` that say how a checked attempt ended."""
NAMES = {
    "Computer": "host.name",
    "Channel": "log.channel",
    "EventID": "event.code",
    "Version": "windows.version",
    "Level": "windows.level",
    "Task": "windows.task",
    "Opcode": "windows.opcode",
    "Keywords": "windows.keywords",
    "EventRecordID": "windows.record_id",
}
ATTRIBUTES = {
    ("Provider", "Name"): "windows.provider",
    ("Provider", "Guid"): "windows.provider_guid",
    ("Execution", "ProcessID"): "process.pid",
    ("Execution", "ThreadID"): "thread.id",
    ("Correlation", "ActivityID"): "windows.activity_id",
    ("Security", "UserID"): "user.id",
}
NUMBERS = frozenset(
    (
        *("windows.version", "windows.level", "windows.task", "windows.opcode", "windows.record_id"),
        *("process.pid", "thread.id"),
    )
)
COMMON = {"TargetUserName": "user.name", "SubjectUserName": "user.name", "IpAddress": "client.address"}
"""What events tell of who did something, by the names of other formats; of two the earlier one counts."""
UNKNOWN = frozenset(("-", ""))


class Element(NamedTuple):
    """Hold an element of XML: its name, its attributes, and the text up to the next tag."""

    name: str
    attributes: dict[str, str]
    text: str


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one event; return None if it does not begin with the element `System` of an event."""
    if not text.startswith(BEGIN) or (begin := SYSTEM.match(text)) is None:
        return None
    parts = {part[1]: part.start() for part in DATA_PARTS.finditer(text)}
    end = min(parts.values(), default=len(text))
    fields: dict[str, Any] = {}
    time = None
    for element in _iter_elements(text, begin.end(), end):
        time = element.attributes.get("SystemTime", time)
        _put_system(fields, element)
    level = LEVELS.get(str(fields.get("windows.level", "")))
    _put_outcome(fields)
    _put_rendering(fields, text, parts)
    _put_data(fields, text, parts)
    return Parsed(fields, parse_any_ms(time) if time else None, level)


def _iter_elements(text: str, position: int, end: int) -> Iterator[Element]:
    for match in ELEMENT.finditer(text, position, end):
        pairs = ATTRIBUTE.findall(match[2])
        attributes = {name: unescape(single or double) for name, single, double in pairs}
        yield Element(match[1], attributes, unescape(match[3]).strip())


def _put_system(fields: dict[str, Any], element: Element) -> None:
    if element.name in NAMES and element.text not in UNKNOWN:
        _put(fields, NAMES[element.name], element.text)
    for attribute, value in element.attributes.items():
        if (name := ATTRIBUTES.get((element.name, attribute))) and value not in UNKNOWN:
            _put(fields, name, value)


def _put(fields: dict[str, Any], name: str, word: str) -> None:
    fields.setdefault(name, parse_number(word) if name in NUMBERS else word)


def _put_outcome(fields: dict[str, Any]) -> None:
    """Put how a checked attempt ended, as the bits of `Keywords` say."""
    keywords = str(fields.get("windows.keywords", ""))
    bits = int(keywords, 16) if re.fullmatch(r"0x[0-9a-fA-F]{1,16}", keywords) else 0
    if bits & (AUDIT_FAILURE | AUDIT_SUCCESS):
        fields["event.outcome"] = "failure" if bits & AUDIT_FAILURE else "success"


def _put_rendering(fields: dict[str, Any], text: str, parts: dict[str, int]) -> None:
    """Put the message and the level in words, if whoever exported the event had them written."""
    if (start := parts.get("RenderingInfo")) is not None:
        for element in _iter_elements(text, start, len(text)):
            if element.name in {"Message", "Level"} and element.text:
                fields.setdefault("message" if element.name == "Message" else "severity_text", element.text)


def _put_data(fields: dict[str, Any], text: str, parts: dict[str, int]) -> None:
    """Put the data by their names as one map; those without a name are a list, `Data`."""
    start = parts.get("EventData", parts.get("UserData"))
    if start is None:
        return
    end = parts.get("RenderingInfo", len(text))
    data: dict[str, Any] = {}
    for element in _iter_elements(text, start, end if end > start else len(text)):
        name = element.attributes.get("Name") or element.name
        if element.text in UNKNOWN:
            continue
        if name == "Data":
            data.setdefault(name, []).append(element.text)
        else:
            data.setdefault(name, element.text)
    if data:
        fields["windows.event_data"] = data
    for member, name in COMMON.items():
        if isinstance(value := data.get(member), str):
            fields.setdefault(name, value)


STARTS = re.compile(rb"<Event[ >]")
WITHIN = re.compile(rb"</?[A-Za-z]|<\?xml |Record \d{1,18}\s*$")
"""Lines of an event that is written in several, some of them by who exports events: each its number and its head."""
FORMAT = Format(
    "windows_event",
    parse,
    title="Windows' events as XML",
    specification="Microsoft, Windows Event Log: Event Schema",
    notes=(
        "An event may have several lines, indented or not. Its data stand by their names in one map, those without a "
        "name as a list. The level is that of the event's number, and the outcome that of its keywords. The message is "
        "there where it was written too (`RenderingInfo`)."
    ),
    schema=(
        Column("host.name", note="Computer"),
        Column("log.channel", note="Channel"),
        Column("event.code", note="EventID"),
        Column("event.outcome", note="success or failure of what was checked"),
        *list_columns("process.pid thread.id"),
        Column("user.id", note="of Security"),
        Column("user.name", note="TargetUserName, else SubjectUserName"),
        Column("client.address", note="IpAddress"),
        *list_columns("message severity_text", note="of RenderingInfo"),
        Column("windows.event_data", note="EventData or UserData"),
        Column("windows.*", note="provider, level, task, keywords, number of the record, …"),
    ),
    sample=(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Audit'/>"
        "<EventID>4624</EventID><Level>0</Level><TimeCreated SystemTime='2026-05-04T10:00:00.123456700Z'/>"
        "<Computer>ws7</Computer></System><EventData><Data Name='IpAddress'>192.0.2.1</Data></EventData></Event>"
    ),
    embedded=Embedded(ANYWHERE, "<", BEGIN),
    starts=STARTS,
    within=WITHIN,
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(rb"<Event(?: [^<>]{0,500})?>\s{0,99}(?:<System>|$)"),
            b"<",
            needs=BEGIN.encode(),
            words="the tag `Event`, and behind it `System` or nothing",
        ),
    ),
    signs=(BEGIN,),
)
