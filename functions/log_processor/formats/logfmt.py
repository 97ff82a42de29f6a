"""logfmt: `key=value` pairs, values in quotes where they hold blanks (Brandur Leach, "logfmt"; Go's kr/logfmt grammar).

Schema: the pairs as they stand; whole and decimal numbers and true/false typed, a key without a value is true.
Time from the first usual key that holds one, level from the first usual key that holds a known one.
Sample: time=2026-05-04T10:00:00Z level=info msg="started up" port=8080
"""

import re
from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.members import first_level, first_time
from log_processor.formats.tokens import number
from log_processor.record import Parsed

KEY = r"[A-Za-z_@][A-Za-z0-9_.@/\-]*"
PAIR = re.compile(rf"({KEY})(?:=(?:\"([^\"\\]*(?:\\.[^\"\\]*)*)\"|([^\s\"=]?[^\s\"]*)))?(?: +|$)")
START = re.compile(rf"{KEY}=(?:\"|[^\s=]|$| )")
ESCAPED = re.compile(r"\\(.)")
NAMED = {"n": "\n", "t": "\t", "r": "\r"}
FEWEST = 2
NUMERIC = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?")


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it is not made of pairs, or has fewer than two with a value."""
    if START.match(text) is None:
        return None
    fields: dict[str, Any] = {}
    position = valued = 0
    line = text.rstrip()
    while position < len(line):
        pair = PAIR.match(line, position)
        if pair is None:
            return None
        name, quoted, bare = pair.groups()
        if quoted is None and bare is None:
            fields[name] = True
        else:
            valued += 1
            fields[name] = _unescaped(quoted) if quoted is not None else _typed(bare)
        position = pair.end()
    if valued < FEWEST:
        return None
    return Parsed(fields, first_time(fields), first_level(fields))


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: NAMED.get(match[1], match[1]), text) if "\\" in text else text


def _typed(word: str) -> Any:
    if word in {"true", "false"}:
        return word == "true"
    return number(word) if NUMERIC.fullmatch(word) else word


FORMAT = Format("logfmt", parse)
