"""Read what VMware's programs put before their messages: `info vpxd[05634] [Originator@6876 sub=vpxLro opID=1f] `."""

import re
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_number

SIGN = "[Originator@"
LEVEL = "panic|error|warning|info|verbose|trivia"
OWN = compile_lazily(rf"({LEVEL}) (?=[A-Za-z][\w.-]{{0,63}}\[\d{{1,18}}\] \[Originator@\d)")
"""The level between time and program, in the files that the programs write themselves."""
HEAD = compile_lazily(
    rf" ?(?:\d{{4}}-\d\d-\d\dT[\d:.]{{8,18}}\S{{1,6}} )?(?:(?P<level>{LEVEL}) )?"
    r"(?:(?P<program>[A-Za-z][\w.-]{0,63})\[(?P<id>[\w-]{1,32})\] )?"
    r"\[(?P<element>Originator@\d{1,9})(?P<parameters>(?: [\w.-]{1,32}=[^\s\]]{0,255}){0,16})\] ?"
)
WHOLE = re.compile(r"0|[1-9]\d{0,17}")
PARAMETER = re.compile(r" ([^=]+)=(\S*)")


def put_originator(fields: dict[str, Any], message: str) -> tuple[str, str | None]:
    """Put the parameters of the originator; return the message behind them, and the level if it stands before them.

    They are structured data as RFC 5424 has it. The program counts if syslog names none.
    """
    head = HEAD.match(message)
    if head is None:
        return message, None
    elements = fields.setdefault("syslog.structured_data", {})
    elements[head["element"]] = dict(PARAMETER.findall(head["parameters"]))
    if head["program"]:
        number = head["id"]
        fields.setdefault("service.name", head["program"])
        fields.setdefault("process.pid", parse_number(number))
    level = head["level"]
    if level:
        fields.setdefault("severity_text", level)
    return message[head.end() :], normalise_level("trace" if level == "trivia" else level)
