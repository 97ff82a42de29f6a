"""Parse AWS Lambda's plain-text logs: lines of the platform, and log calls of the Node.js and Python runtimes."""

import re
from string import digits
from typing import Any

from log_processor.formats.generic import json_lines
from log_processor.formats.lib.format import OUTPUT, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.traces import STARTS
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Below

ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
ID = r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
LEVEL = r"(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)"
EXPORTED = compile_lazily(
    rf"({ISO}) (?=START |END |REPORT |INIT_|RESTORE_|EXTENSION\t|LOGS\t|XRAY |\[|RequestId: |{ISO})"
)
PLATFORM = compile_lazily(
    r"((?:START|END|REPORT)(?= RequestId: )|(?:INIT|RESTORE)_(?:START|REPORT)(?= [A-Z][a-z]+ )"
    r"|(?:EXTENSION|LOGS|TELEMETRY)(?=\tName: )|XRAY(?= TraceId: ))[ \t]"
)
PAIR = compile_lazily(r"([A-Z][A-Za-z]{0,30}(?: [A-Z][A-Za-z]{0,30}){0,3}): (\S+)(?: (ms|MB)\b)?")
RUNTIMES = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rf"(?P<time>{ISO})\t(?:{ID}|undefined)\t{LEVEL}\t(?P<message>.*)",
        rf"\[{LEVEL}\]\t(?P<time>{ISO})\t(?:{ID})?\t(?P<message>.*)",
        rf"(?P<time>{ISO}) {ID} (?P<message>(?P<failure>Task timed out after ).*)",
        rf"\[{LEVEL}\] (?P<message>(?P<type>[\w.]{{1,100}})(?:: .*)?[\n\r]Traceback \(most recent call last\):.*)",
        rf"RequestId: {ID} (?P<message>(?P<failure>Error: |Process exited ).*)",
    )
)
NAMES = {
    "RequestId": "faas.invocation_id",
    "Version": "faas.version",
    "TraceId": "aws.lambda.xray_trace_id",
    "XRAY TraceId": "aws.lambda.xray_trace_id",
    "SegmentId": "aws.lambda.xray_segment_id",
    "Error Type": "error.type",
}

RUNTIME_NAMES = {"id": "faas.invocation_id", "type": "exception.type", "level": "severity_text"}


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one event; return None if it is neither a line of the platform nor a log call of these runtimes."""
    if not _begins_well(text):
        return None
    exported = EXPORTED.match(text)
    if exported is not None:
        text = text[exported.end() :]
    parsed = _parse_platform_line(text) or _parse_runtime_line(text)
    if parsed is not None and parsed.timestamp_ms is None and exported is not None:
        parsed.timestamp_ms = parse_iso_ms(exported[1])
    return parsed


def _begins_well(text: str) -> bool:
    """Tell quickly whether `text` begins with a time, with a bracket, or with two capitals as the platform's words."""
    if text[:1].isdecimal():
        return text[23:24] == "Z"
    return text[:1] == "[" or text[1:2].isupper() or text.startswith("RequestId: ")


def _parse_platform_line(text: str) -> Parsed | None:
    event = PLATFORM.match(text)
    if event is None:
        return None
    fields: dict[str, Any] = {"aws.lambda.event": event[1]}
    for name, value, unit in PAIR.findall(text, event.end()):
        own = NAMES.get(name) or "aws.lambda." + name.lower().replace(" ", "_")
        if unit:
            fields[f"{own}_{unit.lower()}"] = parse_decimal(value) if unit == "ms" else parse_number(value)
        else:
            fields[own] = value
    failed = "aws.lambda.status" in fields and fields["aws.lambda.status"] != "success"
    return Parsed(fields, None, "error" if failed else None)


def _parse_runtime_line(text: str) -> Parsed | None:
    match = next(filter(None, (runtime.fullmatch(text) for runtime in RUNTIMES)), None)
    if match is None:
        return None
    groups = match.groupdict("")
    message = groups["message"].rstrip("\n")
    logged = (json_lines.parse(message, 0) if message.startswith("{") else None) or Parsed({})
    fields: dict[str, Any] = {"message": message} | logged.fields
    fields |= {name: groups[group] for group, name in RUNTIME_NAMES.items() if groups.get(group)}
    level = "error" if "failure" in groups else logged.level or normalise_level(groups.get("level"))
    return Parsed(fields, parse_iso_ms(groups["time"]) if "time" in groups else None, level)


FORMAT = Format(
    "aws_lambda",
    parse,
    title=(
        "AWS Lambda's plain-text logs: the platform's lines, and what the Node.js and Python runtimes write "
        "for log calls"
    ),
    specification="AWS Lambda Developer Guide, Configuring JSON and plain text log formats",
    notes=(
        "A CloudWatch Logs export puts a time before each event. The members of a JSON object that was logged "
        "stand under their own names: its message and level count then. `level` is error where an invocation "
        "failed."
    ),
    schema=(
        Column("aws.lambda.event", note="START, END, REPORT, INIT_START, …"),
        Column("faas.invocation_id", note="the request id"),
        *list_columns("faas.version aws.lambda.status aws.lambda.xray_trace_id error.type"),
        Column("exception.type", note="of a trace"),
        *list_columns("severity_text message"),
        Column("aws.lambda.*_ms", "ms", "durations of a report", decimals=2),
        Column("aws.lambda.*_mb", "MB", "memory of a report"),
        Column("aws.lambda.*", note="what else the platform's lines name"),
    ),
    sample="REPORT RequestId: 8f507cfc-1c2d-4e5f-8a9b-0c1d2e3f4a5b\tDuration: 3.12 ms\tBilled Duration: 4 ms\t",
    keeps_members=True,
    embedded=Embedded(OUTPUT, f"[{digits}EILRSTX", ":"),
    starts=STARTS,
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(rb"(?:START|END|REPORT) RequestId: [0-9a-f]{8}-|(?:INIT|RESTORE)_(?:START|REPORT) [A-Z]"),
            b"SERI",
            words="`START`, `END` or `REPORT` with a request id; `INIT_START`",
        ),
        StrongStart(
            re.compile(
                rb"\[[A-Z]{4,8}\]\t\d{4}-\d\d-\d\dT"
                rb"|\d{4}-\d\d-\d\dT[\d:.]{8,12}Z\t(?:[0-9a-f]{8}-[0-9a-f-]{27}|undefined)\t"
            ),
            b"[2",
            needs=b"\t",
            words="a level in brackets, a tab and a time; or a time, a tab and a request id",
        ),
    ),
)
