"""Parse logfmt: `key=value` pairs, with values in quotes if they hold blanks."""

import re
from string import ascii_letters, digits
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.members import parse_members
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import parse_any_ms
from log_processor.formats.syslog.syslog_rfc3164 import MAX_PRIORITY, put_priority

KEY = r"[^\s=\"',;\[\](){}]{1,128}"
QUOTED = r"\"([^\"\\]*(?:\\.[^\"\\]*)*)\""
LISTED = r"\[[^\]\n\"]*\](?= |$)|\{[^}\n\"]*\}(?= |$)"
"""A list or structure as Go writes it (`%v`), with blanks between its values."""
PAIR = re.compile(
    rf"(?:({KEY})|{QUOTED}(?==))(?:(=)(?:{QUOTED}|'([^']*)'(?= |$)|({LISTED}|[^\s\"=]?[^\s\"]*)))?(?<!,)(?: +|$)|(.+)",
    re.DOTALL,
)
"""A key, in quotes or not, and a value in quotes of either kind or bare; or the rest of a line if no pair follows."""
USUAL_PAIR = re.compile(
    r"([A-Za-z_][\w.-]{0,127})=(?:\"([^\"\\]*)\"|([^\s\"'=\[{][^\s\"]*))(?<!,)(?: +|$)|(.+)", re.DOTALL
)
"""The same of the usual pairs: a plain name, and a value that is not empty unless in quotes, without escapes."""
TIME = r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?)"
AUDIT = r"(?:node=\S{1,255} )?type=\S{1,72} (?:msg=)?audit\(\d{1,11}\.\d{3}:\d"
"""A record of the Linux audit system, which is made of pairs too."""
NAME = r"[A-Za-z_@][\w.@/#%-]{0,127}"
START = re.compile(
    rf"(?:<(\d{{1,3}})>)?(?:\[?{TIME}\]?:? (?:(heroku)\[([\w.-]{{1,64}})\]: )?)?"
    rf"(?!{AUDIT})(?={NAME}=(?:\"|[^\s=]|$| ))"
)
LISTED_PAIR = compile_lazily(rf"({NAME})=(?:{QUOTED}|(?!\")((?:[^,]|,(?! +{NAME}=))*+))(?:, +|$)|(.+)", re.DOTALL)
"""A pair up to the next comma with a key behind it, or the rest of a line."""
INNER_PAIR = compile_lazily(rf" {NAME}=")
ESCAPED = compile_lazily(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(000[0-9a-fA-F]{5})|(.))", re.DOTALL)
NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
MIN_PAIRS = 2
BOOLEANS = frozenset({"true", "false"})
DIGITS = frozenset("-0123456789")


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is not made of pairs.

    At least two words must have a value, and no more words may have none.
    """
    start = START.match(text)
    if start is None:
        return None
    priority, time, service, process = start.groups()
    fields: dict[str, Any] = {"service.name": service, "process.pid": process} if service else {}
    line, end = text.rstrip(), start.end()
    parsed = parse_members(fields) if _put_pairs(fields, line, end) else _parse_listed(line, end)
    if parsed is None:
        return None
    fields = parsed.fields
    if parsed.timestamp_ms is None and time:
        parsed.timestamp_ms = parse_any_ms(time)
    level = put_priority(fields, priority) if priority and int(priority) <= MAX_PRIORITY else None
    if parsed.level is None:
        parsed.level = normalise_level(fields["at"]) if "at" in fields else level
    return parsed


def _put_pairs(fields: dict[str, Any], line: str, position: int) -> bool:
    """Put the pairs of `line` from `position` on; tell whether it is made of pairs.

    It is if at least two words have a value, and no more words have none: `level=info msg=up ready`. A word with a
    colon behind it is prose: `pid=7 tid=abc INFO: started`.
    """
    is_made = put_usual_pairs(fields, line, position)
    return put_all_pairs(fields, line, position) if is_made is None else is_made


def put_usual_pairs(fields: dict[str, Any], line: str, position: int) -> bool | None:
    """Do what `put_all_pairs` does if all pairs are usual ones; otherwise return None, and put nothing."""
    pairs = USUAL_PAIR.findall(line, position)
    if not pairs or pairs[-1][3]:
        return None
    for name, quoted, bare, _ in pairs:
        fields[name] = _convert(bare) if bare else quoted
    return len(pairs) >= MIN_PAIRS


def put_all_pairs(fields: dict[str, Any], line: str, position: int) -> bool:
    """Put the pairs as `_put_pairs` does, of whatever kind they are."""
    valued = bare_words = 0
    for name, quoted_name, mark, quoted, single, bare, rest in PAIR.findall(line, position):
        if rest:
            return False
        key = name or _unescape(quoted_name)
        if not mark:
            if key[-1:] == ":":
                return False
            bare_words += 1
            fields[key] = True
            continue
        valued += 1
        if bare:
            fields[key] = _convert(bare)
        else:
            fields[key] = _unescape(quoted) if "\\" in quoted else quoted or single
    return valued >= MIN_PAIRS and bare_words <= valued


def _parse_listed(line: str, position: int) -> Parsed | None:
    """Parse pairs with a comma between two: `level=ERROR, id=5, msg=no room`; return None if it is not made of them.

    Programs print values so in prose, too: one of the pairs has to be a time or a level.
    """
    if ", " not in line:
        return None
    fields: dict[str, Any] = {}
    for name, quoted, bare, rest in LISTED_PAIR.findall(line.rstrip(","), position):
        if rest or name in fields or INNER_PAIR.search(bare):
            return None
        fields[name] = _convert(bare) if bare else _unescape(quoted)
    if len(fields) < MIN_PAIRS:
        return None
    parsed = parse_members(fields)
    return None if parsed.timestamp_ms is None and parsed.level is None else parsed


def _unescape(text: str) -> str:
    return ESCAPED.sub(_replace_escape, text)


def _replace_escape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return NAMED.get(match[4], match[4])
    point = int(code, 16)
    return match[0] if 0xD800 <= point < 0xE000 or point > 0x10FFFF else chr(point)


def _convert(word: str) -> Any:
    if word[0] in DIGITS:
        return word if word[4:5] == "-" else parse_number(word)  # a date is no number
    return word == "true" if word in BOOLEANS else word


FORMAT = Format(
    "logfmt",
    parse,
    title="logfmt: `key=value` pairs, values in quotes where they hold blanks",
    specification='Brandur Leach, "logfmt"; Go\'s kr/logfmt grammar',
    notes=(
        "As Go's slog and logrus, Grafana, Prometheus, Traefik and InfluxDB write it, also behind a time "
        "(`--timestamps`), as Heroku's router does, also behind a time and `heroku[router]:`, and firewalls "
        "(FortiGate, Sophos) behind a priority. The pairs stand under their own names; whole and decimal "
        "numbers and true/false are typed, a key without a value is true. Time and level are from the first "
        "usual key that holds one, else from what stands before the pairs, and the level from Heroku's `at`. Pairs "
        "with commas between them (`level=ERROR, id=5, msg=no room`) are read if one is a time or a level."
    ),
    schema=(
        Column("message", note="where the text has another usual name"),
        *list_columns("service.name process.pid", note="of Heroku's prefix"),
        *list_columns("syslog.facility.code syslog.severity.code severity_text", note="of a priority"),
    ),
    sample='time=2026-05-04T10:00:00Z level=info msg="started up" port=8080',
    keeps_members=True,
    embedded=Embedded(ANYWHERE, f"{ascii_letters}{digits}_@<", "=", own_message=True),
    strong=(
        StrongStart(
            re.compile(
                rb'(?:time|ts|t|level|lvl|severity)=(?:"[^"]*"|[^\s"]+) (?:[^\n]{0,2000}? )?'
                rb"(?:msg|message|level|lvl|time|ts|caller|logger)="
            ),
            b"tls",
            needs=b"=",
            words="`time`, `ts`, `t`, `level`, `lvl` or `severity` first, and another of the usual keys",
        ),
    ),
)
