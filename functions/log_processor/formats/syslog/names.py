"""Read host and tag of a BSD syslog line, each of which may be missing, and what some devices write in their place."""

import re
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.syslog.syslog_named import APPLE, JOB, NAMED, ODD, ODD_NAMES, put_named

HOST = re.compile(r"([A-Za-z0-9_.:%/@-]*[A-Za-z0-9_.%/@-]|\[[0-9A-Fa-f:.]{2,45}\]) ")
WORD = r"[^\s:\[\]]"
TAG = compile_lazily(
    rf"(?P<plain>[^\s:\[\d%][^\s:\[]{{0,127}})(?:\[(?P<pid>\d{{1,18}})\](?:: ?| )|:(?: |$|(?=\[)))"
    rf"|(?P<spaced>(?:-- )?[A-Za-z]{WORD}{{0,63}}(?: {WORD}{{1,63}}){{0,3}}|\d{WORD}{{0,63}})"
    r"\[(?P<spaced_pid>\d{1,18})\](?:: ?| ?(?=[(<]))"
    r"|(?P<odd>[^\s:\[\d][^\s:\[]{0,127})\[(?P<odd_id>[^\]\s]{1,64})\]: ?"
    r"|(?P<versioned>[A-Za-z][\w.-]{0,63} \d{1,9}(?:\.\w{1,9}){1,4}): ?"
)
NO_HOST = "-"
CARRIED = frozenset(("CEF", "LEEF"))
"""What looks like a tag, but is the beginning of a message."""
EVENT = compile_lazily(rf"(?:{'|'.join(sorted(CARRIED))}): ?\d")
"""How an event begins that needs neither host nor tag before it."""


def put_names(fields: dict[str, Any], text: str, position: int) -> tuple[int, str | None]:
    """Put host and tag, each of which may be missing.

    Return the position of the message, and the level beside the tag if there is one.
    """
    if text.startswith("--- last message repeated ", position):
        fields["service.name"] = "syslogd"
        return position, None
    host = HOST.match(text, position)
    if host and not ("." in host[1] and NAMED.match(text, position)):
        if host[1] != NO_HOST:
            fields["host.name"] = host[1].strip("[]")
        position = host.end()
    behind = put_tag(fields, text, position)
    service = fields.get("service.name", " ")
    if (" " in service or "," in service) and (odd := ODD.match(text, position)):
        host_again = odd["host"]
        return (behind, None) if host_again and host_again != fields.get("host.name") else _put_odd(fields, text, odd)
    if text.startswith(("<", "("), behind):
        return _put_apple(fields, text, behind)
    return behind, None


def _put_odd(fields: dict[str, Any], text: str, odd: re.Match[str]) -> tuple[int, str | None]:
    """Put the tag that stands behind other words; return the position of the message, and the level if one is there."""
    for name in ("service.name", "process.pid"):
        fields.pop(name, None)
    words = zip(ODD_NAMES, odd.group("event", "mac", "version"), strict=True)
    fields |= {name: word for name, word in words if word}
    behind = put_tag(fields, text, odd.end())
    severity = odd["severity"] or odd["level"]
    level = put_named(fields, odd["facility"], severity) if severity else None
    return behind + (odd["event"] is not None and text.startswith(" ", behind)), level


def _put_apple(fields: dict[str, Any], text: str, position: int) -> tuple[int, str | None]:
    """Put the job and the severity that macOS writes between tag and message."""
    job = JOB.match(text, position)
    if job:
        fields["launchd.job"], position = job[1], job.end()
    apple = APPLE.match(text, position)
    return (apple.end(), put_named(fields, None, apple[1])) if apple else (position, None)


def put_tag(fields: dict[str, Any], text: str, position: int) -> int:
    """Put the tag and its process, if one stands at `position`; return where the message begins."""
    tag = TAG.match(text, position)
    if tag is None or tag["plain"] in CARRIED:
        return position
    fields["service.name"] = tag["plain"] or tag["spaced"] or tag["odd"] or tag["versioned"]
    if number := tag["pid"] or tag["spaced_pid"]:
        fields["process.pid"] = parse_number(number)
    elif tag["odd_id"]:
        fields["process.pid"] = tag["odd_id"]
    return tag.end()
