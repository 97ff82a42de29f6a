"""Parse Python's logging, in the layouts of the library and of its best known users."""

import re
from string import digits
from typing import Any

from log_processor.formats.lib import leading
from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.layouts import compile_layouts, match_layouts
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.leading import COLOUR, Lead
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.tokens import FieldRule, put_address
from log_processor.formats.web.access import SERVED_LINE, put_access_line
from log_processor.state import Below

WORDS = "DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|EXCEPTION|NOTICE|TRACE|SUCCESS|AUDIT"
LEVEL = rf"(?P<level>{WORDS})"
LOGGER = r"(?P<logger>[A-Za-z_][\w.-]{0,200})(?<!Error)(?<!Exception)"  # a message may begin with the name of one
PLACE = r"(?P<file>[\w./<>-]{1,200}\.pyx?|[\w/<>-]{1,200}):(?P<line>\d{1,9})"
MESSAGE = r"(?: |(?=\r?\n|$))(?P<message>.*)"
PARTS: dict[str, FieldRule] = {
    "level": ("severity_text", str),
    "logger": ("log.logger", str.strip),
    "pid": ("process.pid", parse_number),
    "process": ("process.name", str),
    "thread": ("thread.id", parse_number),
    "worker": ("thread.name", str),
    "file": ("code.file.path", str),
    "line": ("code.line.number", parse_number),
    "function": ("code.function.name", str),
    "database": ("odoo.database", str),
    "request": ("openstack.request", str),
    "message": ("message", str),
}
AFTER_TIME = {
    "-": compile_layouts(
        PARTS,
        rf" - (?P<logger>\S{{1,300}}) {{1,40}}- {LEVEL} {{0,8}}-{MESSAGE}",
        rf" - {LEVEL} {{0,8}}-{MESSAGE}",
        rf" - (?P<file>[\w./-]{{1,100}}\.py)\[{LEVEL}\]:{MESSAGE}",
        (
            r" - (?:(?P<worker>\w{0,40}Thread[\w.()-]{0,60}) {0,40}- )?(?:(?P<pid>\d{1,18}) {0,9}- )?"
            rf"{LOGGER} {{1,40}}- {LEVEL} {{0,8}}-{MESSAGE}"
        ),
    ),
    "[": compile_layouts(
        PARTS,
        rf" \[(?P<pid>\d{{1,18}})\] \[{LEVEL}\] ?(?P<message>.*)",
        rf" \[{LEVEL} {{0,8}}\] {LOGGER}:{MESSAGE}",
        rf" \[{LOGGER}\] {LEVEL}:{MESSAGE}",
        (
            rf" \[{LOGGER} {{0,40}}:(?P<line>\d{{1,9}}) {{0,9}}\]\[{LEVEL} {{0,8}}\]"
            r"\[(?P<pid>\d{1,18})\] ?(?P<message>.*)"
        ),
    ),
    ":": compile_layouts(
        PARTS,
        rf":{LEVEL}:{LOGGER}:(?![/\s])(?P<message>.*)",
        rf":{LEVEL}:(?P<message>.*)",
    ),
    '"': compile_layouts(PARTS, r'(?<![+-]\d{4}\]) (?P<message>"[^"\n]{1,8000}" \d{3} (?:\d{1,18}|-)(?:\n.*)?)'),
    "{": compile_layouts(PARTS, rf" \{{{PLACE}\}} {LEVEL} -{MESSAGE}"),
    "|": compile_layouts(
        PARTS,
        rf" \| {LEVEL} {{0,8}}\| {LOGGER}:(?P<function>[^\s:]{{1,200}}):(?P<line>\d{{1,9}}) -{MESSAGE}",
    ),
}
"""Layouts of what follows the time, by its first character."""
OTHERS = compile_layouts(
    PARTS,
    rf" {{1,2}}{LEVEL} {{1,8}}in {LOGGER}:{MESSAGE}",
    rf" (?P<pid>\d{{1,18}}) {LEVEL} {LOGGER} \[(?P<request>[^\]\n]{{0,300}})\] ?(?P<message>.*)",
    rf" (?P<pid>\d{{1,18}}) {LEVEL} (?:\?|(?P<database>[\w.-]{{1,100}})) {LOGGER}:{MESSAGE}",
    rf" (?P<pid>\d{{1,18}}) {LEVEL} (?P<logger>[A-Za-z_]\w*\.[\w.]{{1,200}}){MESSAGE}",
    rf"(?<=,\d{{3}}) {LOGGER} {{0,40}}\[(?P<pid>\d{{1,18}})\]: {LEVEL} {{1,9}}(?P<message>.*)",
    rf"(?<=,\d{{3}}) {LOGGER} {{1,40}}{LEVEL} {{1,9}}(?P<message>.*)",
    rf" {{1,2}}{LEVEL} {{1,8}}\[{PLACE}\]{MESSAGE}",
    rf" {{1,2}}{LEVEL} {{1,8}}\[(?P<logger>\w{{1,60}}(?:\.\w{{1,60}}){{1,9}})\]{MESSAGE}",
    rf" {{1,2}}{LEVEL} {{1,8}}{LOGGER}:{MESSAGE}",
    rf"(?<=\.\d{{3}}) {LEVEL} \((?P<worker>[^\n]{{1,100}}?)\) \[{LOGGER}\]{MESSAGE}",
)
IN_BRACKETS = compile_layouts(
    PARTS,
    rf": {LEVEL}/(?P<process>[^\]\s]{{1,100}})\] ?(?P<message>.*)",
    rf"(?<=,\d{{3}}) {{1,2}}{LEVEL} {{1,8}}{LOGGER}\]{MESSAGE}",
)
"""Layouts of what follows the time if the bracket before it stays open."""
LEVELLED = compile_layouts(
    PARTS,
    rf" - {LOGGER} -{MESSAGE}",
    rf" {LOGGER} (?P<pid>\d{{1,18}}) (?P<thread>\d{{1,20}}) (?P<message>.*)",
    rf" {LOGGER}(?::(?P<line>\d{{1,9}}))?\] ?(?P<message>.*)",
)
"""Layouts of what follows the time if the level stands before it: Django's `verbose`, Tornado and Jupyter."""
SERVED = r'[\w.:\[\]-]{1,80}:\d{1,5} - "[A-Z_-]{3,32} '
UNTIMED = compile_layouts(
    PARTS,
    rf"{LEVEL}:(?P<logger>[^\s:]{{1,300}}):(?P<message>.*)",
    r"(?P<level>INFO(?=: {5})|(?:DEBUG|ERROR|TRACE)(?=: {4})|WARNING(?=:  )|CRITICAL(?=: )): {1,5}(?P<message>.*)",
    rf"(?P<level>INFO): (?P<message>{SERVED}.*)",
)
"""The layout of basicConfig's default, and uvicorn's, whose messages begin in the eleventh column.

An access line shows it also where the blanks before the message became one.
"""


ACCESS = compile_lazily(
    r'(?:([\w.:\[\]-]{1,80}) - )?"([^"\n]{1,8000})" (\d{3})(?: (?:(\d{1,18}|-)|[A-Z][\w \'-]{0,40}))?'
)
"""uvicorn's access lines, and those of Django's runserver, which have a size."""


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it follows none of the layouts."""
    fields = match_layouts(UNTIMED, text)
    lead = leading.read_lead(text, last_modified_ms) if fields is None else None
    if lead is not None:
        fields = _read(text, lead)
    if fields is None:
        return None
    message = fields.setdefault("message", "")
    moment = lead.timestamp_ms if lead else None
    if '"' in message:
        served_ms = _put_request(fields, message.partition("\n")[0], last_modified_ms)
        moment = served_ms if moment is None else moment
    return Parsed(fields, moment, normalise_level(fields.get("severity_text")))


def _put_request(fields: dict[str, Any], line: str, last_modified_ms: int) -> int | None:
    """Put the parts of an access line that is a message: uvicorn's or Django's, or one with a time; return the time."""
    if access := ACCESS.fullmatch(line):
        client, request, status, size = access.groups(default="-")
        put_address(fields, "client", client)
        put_request(fields, request)
        fields["http.response.status_code"] = parse_number(status)
        if size != "-":
            fields["http.response.body.size"] = parse_number(size)
    elif '] "' in line:
        return put_access_line(fields, line, last_modified_ms)
    return None


def _read(text: str, lead: Lead) -> dict[str, Any] | None:
    if lead.level is None:
        if leading.is_bracket_open(text, lead):
            return match_layouts(IN_BRACKETS, text, lead.end)
        sign = text[lead.end : lead.end + 2].lstrip(" ")[:1]
        return match_layouts(AFTER_TIME.get(sign, OTHERS), text, lead.end)
    fields = match_layouts(LEVELLED, text, lead.end)
    if fields is not None:
        fields["severity_text"] = lead.level
    return fields


LEVEL_FIRST = rf"(?:{WORDS}){COLOUR}:(?:[^\s:]+:| {{4}}| {SERVED})|WARNING{COLOUR}:  |CRITICAL{COLOUR}: "
STARTS = compile_lazily(leading.CALLED.pattern + rf"|{COLOUR}(?:{LEVEL_FIRST})|".encode() + SERVED_LINE)
FORMAT = Format(
    "python_logging",
    parse,
    title="Python's logging, in the layouts of the library and of its best known users",
    specification="Python library reference, `logging`",
    notes=(
        "basicConfig and the dashed patterns, cloud-init, Django, Flask, uvicorn, gunicorn, Celery, Airflow, Scrapy, "
        "Odoo, OpenStack's oslo.log, fail2ban, Salt, Tornado and Jupyter, loguru, Home Assistant. Time without a zone "
        "counts as UTC."
    ),
    schema=(
        *list_columns(
            "severity_text log.logger process.pid process.name thread.id thread.name code.file.path "
            "code.function.name code.line.number odoo.database",
        ),
        Column("openstack.request", note="what oslo.log has in brackets"),
        *list_columns("message client.port http.request.method url.path url.query network.protocol.version"),
        Column("client.address", note="of access lines that are messages, as are those below"),
        Column("http.response.status_code"),
        Column("http.response.body.size", "bytes"),
        *list_columns("http.request.line http.request.header.referer user_agent.original user.name extra"),
    ),
    sample="2026-05-04 10:00:00,123 - app.db - WARNING - slow query",
    embedded=Embedded(ANYWHERE, f"[{digits}CDEFIW", ":"),
    starts=STARTS,
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(rf"{COLOUR}(?:{LEVEL_FIRST})".encode()),
            b"DIWECFNTSA\x1b",
            needs=b":",
            words="`LEVEL:logger:`; or uvicorn's level, whose message begins in the eleventh column",
        ),
    ),
)
