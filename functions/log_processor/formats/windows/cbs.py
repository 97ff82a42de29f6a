"""Parse the logs of Windows' servicing: CBS.log and DISM's."""

import re
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Below

LINE = compile_lazily(
    r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d), (Info|Warning|Error|Perf) {2,40}([A-Z][A-Za-z0-9]{1,20}) {2,20}(.*)",
    re.DOTALL,
)
RESULT = re.compile(r"HRESULT ?= ?(0x[89a-fA-F][0-9a-fA-F]{7})")
"""A result that is an error, as its highest bit says: most are `0x00000000`, of success."""
LEVEL = ", (?:Info|Warning|Error|Perf)  "


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it has no time, level and component."""
    match = LINE.fullmatch(text) if text[19:21] == ", " else None
    if match is None:
        return None
    day, clock, severity, component, message = match.groups()
    fields: dict[str, Any] = {"severity_text": severity, "log.logger": component, "message": message}
    if result := RESULT.search(message):
        fields["error.code"] = result[1]
    return Parsed(fields, parse_iso_ms(f"{day}T{clock}"), normalise_level(severity))


STARTS = re.compile(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d{LEVEL}".encode())
FORMAT = Format(
    "cbs",
    parse,
    title="The logs of Windows' servicing, CBS.log and DISM's",
    specification="Microsoft, Understanding the CBS.log and DISM.log files",
    notes="The time is the machine's own and has no zone.",
    schema=(
        Column("severity_text", note="Info, Warning, Error, Perf"),
        Column("log.logger", note="the component: CBS, CSI, DISM"),
        Column("message"),
        Column("error.code", note="the first HRESULT that is an error"),
    ),
    sample="2026-05-04 10:00:00, Info                  CBS    Starting the session",
    embedded=Embedded(ANYWHERE, "12", ", "),
    starts=STARTS,
    below=Below.ANYTHING,
    strong=(StrongStart(STARTS, b"12", needs=b", ", words="date, clock, a comma, and a level before wide space"),),
    signs=(", Info  ", ", Warning  ", ", Error  ", ", Perf  "),
)
