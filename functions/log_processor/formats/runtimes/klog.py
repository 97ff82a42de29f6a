"""Kubernetes components' and Google's logs."""

import re
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, columns_of
from log_processor.formats.lib.groups import numbers
from log_processor.formats.lib.levels import level_of
from log_processor.formats.lib.timestamps import iso_ms, yearless_ms
from log_processor.formats.lib.tokens import number

LINE = re.compile(
    r"(?P<severity>[IWEFC])(?P<year>\d{4})?(?P<month>\d\d)(?P<day>\d\d) (?P<clock>\d\d:\d\d:\d\d\.\d{1,9}) +"
    r"(?P<thread>\d{1,18}) (?P<file>[^\s:\]]+):(?P<line>\d{1,18})\] ?(?P<message>.*)",
    re.DOTALL,
)
GROUPS = numbers(LINE, "severity year month day clock thread file line message")
QUOTED = r'"((?:[^"\\]|\\.)*)"'
SAID = re.compile(rf"{QUOTED}(?= [\w./-]+=|$)")
GROUPED = r"\[[^\]\n]{0,1000}\](?!\S)|\{[^}\n]{0,1000}\}(?!\S)"
PAIR = re.compile(rf" ([\w./-]+)=(?:{QUOTED}|<\n(.*?)\n >|({GROUPED}|\S*))", re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
NAMED = {"n": "\n", "t": "\t", "r": "\r"}


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Read one record; None where it has no klog header."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    severity, year, month, day, clock, thread, path, line, message = match.group(*GROUPS)
    fields: dict[str, Any] = {
        "severity_text": severity,
        "thread.id": int(thread),
        "code.file.path": path,
        "code.line.number": int(line),
        "message": message,
    }
    if message[:1] == '"' and (pairs := _pairs(message)) is not None:
        fields = {**pairs, **fields, "message": pairs["message"]}
    moment = f"{month}-{day}T{clock}"
    return Parsed(
        fields, iso_ms(f"{year}-{moment}") if year else yearless_ms(moment, last_modified_ms), level_of(severity)
    )


def _pairs(message: str) -> dict[str, Any] | None:
    """The quoted message and the pairs behind it; None where anything else stands there."""
    said = SAID.match(message)
    if said is None:
        return None
    pairs: dict[str, Any] = {}
    position = said.end()
    while position < len(message):
        pair = PAIR.match(message, position)
        if pair is None:
            return None
        name, quoted, lines, bare = pair.groups()
        if lines is not None:
            pairs[name] = lines.removeprefix("\t").replace("\n\t", "\n")
        else:
            pairs[name] = _typed(bare) if quoted is None else _unescaped(quoted)
        position = pair.end()
    return {**pairs, "message": _unescaped(said[1])}


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: NAMED.get(found[1], found[1]), text) if "\\" in text else text


def _typed(word: str) -> Any:
    return word == "true" if word in {"true", "false"} else number(word)


STARTS = re.compile(rb"[IWEFC]\d{4}(?:\d{4})? \d\d:")
FORMAT = Format(
    "klog",
    parse,
    title="Kubernetes components' and Google's logs",
    specification="klog and glog header format; glog 0.7 writes the year too",
    notes=(
        'A structured line (klog 2, `"message" key="value"`) has its pairs under their own names, typed as in logfmt.'
    ),
    schema=(
        Column("severity_text", note="I, W, E, F"),
        Column("thread.id", note="klog writes its process there"),
        *columns_of("code.file.path code.line.number message"),
    ),
    sample="I0504 10:00:00.123456    1234 server.go:42] started",
    keeps_members=True,
    embedded=Embedded(ANYWHERE, "CEFIW", "]"),
    starts=STARTS,
)
