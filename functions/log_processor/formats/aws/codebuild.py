"""Parse AWS CodeBuild's own lines in the log of a build."""

import re
from typing import Any

from log_processor.formats.lib.format import OUTPUT, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.zones import parse_iso_ms

SIGN = "[Container] "
LINE = compile_lazily(r"\[Container\] (\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) (.*)", re.DOTALL)
SAID = compile_lazily(
    r"Entering phase (?P<entered>[A-Z_]{3,40})"
    r"|Phase complete: (?P<ended>[A-Z_]{3,40}) (?:State: (?P<state>[A-Z_]{3,40})|Success: (?:true|(?P<failed>false)))"
    r"|Phase context status code: (?P<code>\w[\w ]{1,58}\w) Message:.*"
    r"|Running command (?P<command>.+)|(?P<unsuccessful>Command did not exit successfully ).*",
    re.DOTALL,
)
NAMES = {
    "entered": "aws.codebuild.phase",
    "ended": "aws.codebuild.phase",
    "state": "aws.codebuild.phase_state",
    "code": "error.code",
    "command": "process.command_line",
}
FAILED_STATES = frozenset(("FAILED", "FAILED_WITH_ABORT", "FAULT", "TIMED_OUT", "CLIENT_ERROR"))
FAILURES = ("failed", "unsuccessful", "code")
"""The parts of a line that only a failure has."""


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is not CodeBuild's own."""
    match = LINE.fullmatch(text) if text.startswith(SIGN) else None
    if match is None:
        return None
    year, month, day, clock, message = match.groups()
    fields: dict[str, Any] = {"message": message}
    said = SAID.fullmatch(message)
    if said is not None:
        fields |= {name: said[part] for part, name in NAMES.items() if said[part]}
    return Parsed(fields, parse_iso_ms(f"{year}-{month}-{day}T{clock}Z"), _find_level(said))


def _find_level(said: re.Match[str] | None) -> str | None:
    """Return `error` if a phase or a command failed; a line says no other level."""
    if said is None:
        return None
    return "error" if said["state"] in FAILED_STATES or any(said[part] for part in FAILURES) else None


FORMAT = Format(
    "codebuild",
    parse,
    title="AWS CodeBuild's own lines in a build's log",
    specification="AWS CodeBuild User Guide, View detailed build information",
    notes=(
        "What the commands of a build write stands between, and is read as what it is. The time is UTC. A phase or a "
        "command that failed is an error."
    ),
    schema=(
        Column("message"),
        *list_columns("aws.codebuild.phase aws.codebuild.phase_state"),
        Column("error.code", note="of a phase"),
        Column("process.command_line", note="that is run"),
    ),
    sample="[Container] 2026/05/04 10:00:00.123456 Running command npm test",
    embedded=Embedded(OUTPUT, "[", SIGN),
    strong=(
        StrongStart(
            re.compile(rb"\[Container\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d"),
            b"[",
            needs=SIGN.encode(),
            words="`[Container]`, date and clock",
        ),
    ),
    signs=(SIGN,),
)
