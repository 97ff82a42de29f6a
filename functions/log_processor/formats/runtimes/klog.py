"""Parse logs of Kubernetes components, of Google's libraries and of CockroachDB."""

import re
from typing import Any

from log_processor.formats.lib.escapes import undo_escapes
from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.groups import get_group_numbers
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import parse_yearless_ms
from log_processor.formats.lib.zones import parse_iso_ms
from log_processor.state import Below

LINE = re.compile(
    r"(?P<severity>[IWEFC])(?P<year>\d{4}|(?P<short>\d\d)(?=\d{4} ))?(?P<month>\d\d)(?P<day>\d\d) "
    r"(?P<clock>\d\d:\d\d:\d\d\.\d{1,9}) +(?P<thread>\d{1,18}) (?:\d{1,9}@)?"
    r"(?P<file>[^\s:\]]+):(?P<line>\d{1,18})"
    r"(?(short) {1,2}(?:⋮ ?)?|\] ?)(?P<message>.*)",
    re.DOTALL,
)
"""The head of klog and glog, and CockroachDB's, whose year has two digits, with a channel before the file."""
GROUPS = get_group_numbers(LINE, "severity year short month day clock thread file line message")
QUOTED = r'"((?:[^"\\]|\\.)*)"'
SAID = re.compile(rf"{QUOTED}(?= [\w./-]+=|$)")
GROUPED = r"\[[^\]\n]{0,1000}\](?!\S)|\{[^}\n]{0,1000}\}(?!\S)"
PAIR = compile_lazily(rf" ([\w./-]+)=(?:{QUOTED}|<\n(.*?)\n >|({GROUPED}|\S*))", re.DOTALL)


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it has no prefix of klog's or glog's: `I0504 10:00:00.123456 7 a.go:4]`."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    severity, year, short, month, day, clock, thread, path, line, message = match.group(*GROUPS)
    fields: dict[str, Any] = {
        "severity_text": severity,
        "thread.id": parse_number(thread),
        "code.file.path": path,
        "code.line.number": parse_number(line),
        "message": message,
    }
    if message[:1] == '"' and (pairs := _parse_pairs(message)) is not None:
        fields = {**pairs, **fields, "message": pairs["message"]}
    moment = f"{month}-{day}T{clock}"
    return Parsed(
        fields,
        parse_iso_ms(f"{'20' if short else ''}{year}-{moment}")
        if year
        else parse_yearless_ms(moment, last_modified_ms),
        normalise_level(severity),
    )


def _parse_pairs(message: str) -> dict[str, Any] | None:
    """Return the quoted message and the pairs behind it; None if anything else stands there."""
    quoted_message = SAID.match(message)
    if quoted_message is None:
        return None
    pairs: dict[str, Any] = {}
    position = quoted_message.end()
    while position < len(message):
        pair = PAIR.match(message, position)
        if pair is None:
            return None
        name, quoted, lines, bare = pair.groups()
        if lines is not None:
            pairs[name] = lines.removeprefix("\t").replace("\n\t", "\n")
        else:
            pairs[name] = _convert(bare) if quoted is None else undo_escapes(quoted)
        position = pair.end()
    return {**pairs, "message": undo_escapes(quoted_message[1])}


def _convert(word: str) -> Any:
    return word == "true" if word in {"true", "false"} else parse_number(word)


STARTS = re.compile(rb"[IWEFC]\d{4}(?:\d{4}|\d\d)? \d\d:")
FORMAT = Format(
    "klog",
    parse,
    title="Logs of Kubernetes components, Google's libraries and CockroachDB",
    specification="klog and glog header format; glog 0.7 writes the year too; CockroachDB's `crdb-v1` and `crdb-v2`",
    notes=(
        'A structured line (klog 2, `"message" key="value"`) has its pairs under their own names, typed as in logfmt. '
        "CockroachDB's tags and counter are part of the message; its mark `⋮` is not."
    ),
    schema=(
        Column("severity_text", note="I, W, E, F"),
        Column("thread.id", note="klog writes its process there"),
        *list_columns("code.file.path code.line.number message"),
    ),
    sample="I0504 10:00:00.123456    1234 server.go:42] started",
    keeps_members=True,
    embedded=Embedded(ANYWHERE, "CEFIW", "]"),
    starts=STARTS,
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            re.compile(
                rb"[IWEFC]\d{4}(?:(?P<short>\d\d)|\d{4})? \d\d:\d\d:\d\d\.\d{1,9} +\d{1,18} [^\s:\]]+:\d{1,18}"
                rb"(?(short) |\])"
            ),
            b"IWEFC",
            needs=b"]",
            words="the whole head with file and line",
        ),
    ),
)
