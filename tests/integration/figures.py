"""Read the records of the demo's sample files without the function's code: source, time, level and status of each."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emulator.verify.source_bytes import read_members, read_stream

NO_LOG = "uploads/holiday+photo.log"
DAMAGED = "damaged/cut-off.log.gz"
ACCESS = re.compile(r'\S+ - - \[(?P<time>[^]]+)\] "[^"]*" (?P<status>\d{3}) ')
BALANCER = re.compile(r"https (?P<time>\S+) (?:\S+ ){6}(?P<status>\d{3}) ")
LOGFMT = re.compile(r"time=(?P<time>\S+) level=(?P<level>\w+) ")
TEXT = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ")
JAVA = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (?P<level>[A-Z]+) +\[")
SYSLOG = re.compile(r"(?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) ")
CDN = re.compile(r"(?P<time>\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d)\t(?:[^\t]*\t){6}(?P<status>\d{3})\t")
ERRORS = frozenset({"error"})
"""The levels of the samples that are errors or worse."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record of a sample: its object's key, its text, its time in epoch milliseconds, and its level and status."""

    key: str
    text: str
    time_ms: int
    level: str | None = None
    status: int | None = None

    @property
    def source(self) -> str:
        """Return the source, which is the first part of the key."""
        return self.key.partition("/")[0]

    @property
    def is_error(self) -> bool:
        """Tell whether it is an error by its level, or by its status."""
        return self.level in ERRORS or (self.status or 0) >= 500


def read_samples(folder: Path) -> list[SourceRecord]:
    """Return the records of all samples below `folder`; of the damaged one those before the damage."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [one for path in paths for one in _read_sample(path, path.relative_to(folder).as_posix())]


def _read_sample(path: Path, key: str) -> Iterator[SourceRecord]:
    if key == NO_LOG:
        return
    members = read_members(path)
    streams = [read_stream(path)] if members is None else list(members.values())
    for stream in streams:
        lines = stream.content.decode().replace("\r\n", "\n").split("\n")[:-1]
        for text in _join_events(key, lines):
            yield _parse_record(key, text)


def _join_events(key: str, lines: list[str]) -> list[str]:
    """Return the records of a file: its lines but headers; of Java, those with the lines of their traces."""
    if key.startswith("orders/"):
        starts = [number for number, line in enumerate(lines) if JAVA.match(line)]
        ends = [*starts[1:], len(lines)]
        return ["\n".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
    return [line for line in lines if not line.startswith("#")]


def _parse_record(key: str, text: str) -> SourceRecord:
    if text.startswith("{"):
        event: dict[str, Any] = json.loads(text)
        return SourceRecord(key, text, _to_ms(event["timestamp"]), str(event["level"]).lower())
    for pattern, form in FORMS.items():
        if match := pattern.match(text):
            named = match.groupdict()
            status = int(named["status"]) if "status" in named else None
            level = named["level"].lower() if "level" in named else None
            return SourceRecord(key, text, _to_ms(named["time"], form), level, status)
    raise ValueError(f"{key}: {text!r}")


FORMS = {
    ACCESS: "%d/%b/%Y:%H:%M:%S %z",
    BALANCER: "",
    LOGFMT: "",
    TEXT: "%Y-%m-%d %H:%M:%S,%f",
    JAVA: "%Y-%m-%d %H:%M:%S.%f",
    SYSLOG: "%Y %b %d %H:%M:%S",
    CDN: "%Y-%m-%d\t%H:%M:%S",
}
"""How the time of each format is written; ISO 8601 if nothing is said."""


def _to_ms(text: str, form: str = "") -> int:
    if form.startswith("%Y %b"):  # syslog has no year: it is this one's
        text = f"{datetime.now(UTC).year} {text}"
    moment = datetime.strptime(text, form) if form else datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
