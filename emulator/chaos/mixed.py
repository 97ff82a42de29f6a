"""Write objects of several formats record by record, so that the truth of each record is known."""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.chaos.truth import TrueRecord
from emulator.samples.lines import MESSAGES, START

MAX_STEP_MS = 900
FOREIGN_LINES = 25
MAX_BANNER_LINES = 40
BANNER = (
    "shop is starting, please wait",
    "reading the configuration of the region",
    "the licence is valid until the end of the year",
    "------------------------------------------------",
    "Tip: say --quiet to hide this",
)
Write = Callable[[random.Random, datetime], str]


@dataclass(frozen=True, slots=True)
class Written:
    """A record before it has a place in an object: its text of one or more lines, its format and its time.

    If it is not stored as it is, `stored_text` is its text in the table.
    """

    text: str
    format: str
    time_ms: int | None
    stored_text: str | None = None


def write_combined(rng: random.Random, moment: datetime) -> str:
    """Return a line of an access log, whose time has whole seconds."""
    return f'203.0.113.{rng.randrange(256)} - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "GET /a HTTP/1.1" 200 5 "-" "curl"'


def write_java(rng: random.Random, moment: datetime) -> str:
    """Return an event of a Java service; every fourth or so has a trace."""
    line = f"{_show_time(moment)} ERROR [main] com.example.Shop - {rng.choice(MESSAGES)}"
    frames = [f"\tat com.example.Step.run(Step.java:{number})" for number in range(rng.randrange(1, 5))]
    return "\n".join([line, "java.io.IOException: closed", *frames]) if rng.random() < 0.25 else line


def write_json(rng: random.Random, moment: datetime) -> str:
    """Return a JSON object with a time and a level."""
    return json.dumps({"time": f"{_show_time(moment)}Z", "level": "info", "msg": rng.choice(MESSAGES)})


def write_logfmt(rng: random.Random, moment: datetime) -> str:
    """Return a line of `key=value` pairs."""
    return f'time={moment:%Y-%m-%dT%H:%M:%S}Z level=info msg="{rng.choice(MESSAGES)}" job={rng.randrange(99)}'


def write_syslog(rng: random.Random, moment: datetime) -> str:
    """Return a line of syslog, as RFC 5424 has it."""
    return (
        f"<13>1 {moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z host-1 shop 7 - - {rng.choice(MESSAGES)}"
    )


WRITERS: dict[str, tuple[Write, int]] = {
    "combined": (write_combined, 1000),
    "java": (write_java, 1),
    "json_lines": (write_json, 1),
    "logfmt": (write_logfmt, 1000),
    "syslog_rfc5424": (write_syslog, 1),
}
"""For each format, what writes a record of it, and how many milliseconds its times are apart at least."""


def write_records(rng: random.Random, names: Iterable[str]) -> Iterator[Written]:
    """Yield a record of each of the formats `names`, of increasing times."""
    moment = START
    for name in names:
        moment += timedelta(milliseconds=rng.randrange(1, MAX_STEP_MS))
        write, unit_ms = WRITERS[name]
        yield Written(write(rng, moment), name, int(moment.timestamp() * 1000) // unit_ms * unit_ms)


def write_banner(rng: random.Random) -> Iterator[Written]:
    """Yield lines of plain text without a time, each a record of its own."""
    for _ in range(rng.randint(1, MAX_BANNER_LINES)):
        yield Written(rng.choice(BANNER), "text", None)


def choose_foreign_head(rng: random.Random, count: int) -> list[str]:
    """Return the formats of an object that begins with 25 lines of another format than the rest."""
    head, rest = rng.sample(sorted(WRITERS), 2)
    return [head] * FOREIGN_LINES + [rest] * count


def choose_alternating(rng: random.Random, count: int) -> list[str]:
    """Return the formats of an object of two, which take turns after one to three records."""
    two = rng.sample(sorted(WRITERS), 2)
    names: list[str] = []
    while len(names) < count:
        names += [two[0]] * rng.randint(1, 3)
        two.reverse()
    return names


def place_records(records: Iterable[Written]) -> tuple[bytes, tuple[TrueRecord, ...]]:
    """Return an object with a line end after each record, and the truth about it."""
    content, truth = bytearray(), []
    for record in records:
        start = len(content)
        content += record.text.encode()
        truth.append(TrueRecord(start, len(content), record.format, record.time_ms, record.stored_text))
        content += b"\n"
    return bytes(content), tuple(truth)


def _show_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
