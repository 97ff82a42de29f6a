r"""Docker's json-file logs: an object a line with text, stream and time (Docker Docs, JSON File logging driver).

A long line comes in parts, of which only the last one's text ends with a line end: they are one record, as are the
lines of a trace; the streams may interleave. The time is that of the first part.
Schema: log.iostream (stdout or stderr), message (without its line end), attrs where the driver was told to add them.
Sample: {"log":"started\n","stream":"stdout","time":"2026-05-04T10:00:00.123456789Z"}
"""

import re
from typing import Any

import orjson

from log_processor.formats.base import Format, Strand
from log_processor.formats.timestamps import any_ms
from log_processor.formats.traces import CONTINUES
from log_processor.record import Parsed

MEMBERS = {"log", "stream", "time"}
KNOWN = MEMBERS | {"attrs"}
HEAD = re.compile(rb'\{"log": ?"(?=(\\r|\\n|"|))')
TAIL = re.compile(rb' ?"stream": ?"(stdout|stderr)"')
ALONE = Strand(b"", fresh=True, partial=False)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one record, of one line or of several; None where it has other members than the driver writes."""
    if not text.startswith("{") or '"log"' not in text:
        return None
    first, *others = text.split("\n")
    members = _members(first)
    if members is None:
        return None
    message = members["log"]
    if others:
        found = [_members(line) for line in others]
        message += "".join(part["log"] if part else line for part, line in zip(found, others, strict=True))
    fields: dict[str, Any] = {"log.iostream": members["stream"], "message": message.rstrip("\r\n")}
    if "attrs" in members:
        fields["attrs"] = members["attrs"]
    return Parsed(fields, any_ms(members["time"]))


def _members(line: str) -> dict[str, Any] | None:
    try:
        members = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(members, dict) or not MEMBERS <= members.keys() <= KNOWN or not isinstance(members["log"], str):
        return None
    return members


def strand(line: bytes) -> Strand:
    """The driver writes `log` first and `stream` behind it; what looks otherwise stands alone."""
    head = HEAD.match(line)
    place = line.rfind(b',"stream":') if b',"stream":' in line else line.rfind(b', "stream":')
    tail = TAIL.match(line, place + 1) if head and place > 0 else None
    if head is None or tail is None:
        return ALONE
    ended = line.endswith(b'\\n"', 0, place) and _escapes(line, place - 3) % 2 == 0
    fresh = not head[1] and CONTINUES.match(line, head.end()) is None
    return Strand(tail[1], fresh, not ended)


def _escapes(line: bytes, stop: int) -> int:
    """How many backslashes stand right before `stop`."""
    return stop - len(line[:stop].rstrip(b"\\"))


FORMAT = Format("docker_json", parse, strand=strand)
