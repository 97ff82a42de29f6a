"""Decide an object's format by rules: the first rule that applies names it."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from log_processor.formats.aws import vpc_flow
from log_processor.formats.evidence import SAMPLE_RECORDS, Beginning
from log_processor.formats.generic import csv_rows
from log_processor.formats.lib.colours import strip_colours
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import HEADER_DRIVEN, IN_ORDER, KEYED, MIXED, TEXT, TIMED

FOREIGN_AMONG = 4
"""An object is mixed if it has more than one record of another format to so many of the best one's."""
MAX_WINDOWS = 8
"""So many lines below a banner are tried as the first one of a format."""
MIN_WEAK_RECORDS = 2
"""A weak format is found below a banner if it reads so many records."""
LOOSE_BELOW_TIMED = 3
"""So many loose lines are accepted for each record with a time; for any other record one is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Describe one rule in words, with the first lines of an object that it decides, under the key `example_key`."""

    name: str
    words: str
    decide: Callable[[Beginning], Format | None]
    example: str
    example_key: str = ""


def _decide_below_banner(beginning: Beginning) -> Format | None:
    """Return the format that is decided from one of the lines of the head on, if its lines are to be read in order."""
    names = (index for index, line in enumerate(beginning.samples) if _shows_order(line, beginning.last_modified_ms))
    for index in islice(names, MAX_WINDOWS):
        window = Beginning(beginning.samples[index : index + SAMPLE_RECORDS], beginning.last_modified_ms)
        chosen = next(chosen for rule in RULES if (chosen := rule.decide(window)) is not None)
        if chosen in IN_ORDER and not (chosen.is_weak and window.evidence.read < MIN_WEAK_RECORDS):
            return chosen
    return None


def _shows_order(line: str, last_modified_ms: int) -> bool:
    candidates = list_in_order(line)
    if not candidates:
        return False
    line = strip_colours(line)
    return any(is_shown(known, line, last_modified_ms) for known in candidates)


def is_shown(known: Format, line: str, last_modified_ms: int) -> bool:
    """Tell whether a line names the columns of a format, or is a record of it."""
    return _has_columns(known, line) or known.parse(line, last_modified_ms) is not None


def list_in_order(line: str) -> tuple[Format, ...]:
    """Return the formats read in order of which a line may be; to ask each about each line of text would take longest.

    Without colours none of them begins with a bracket. A line that begins with a letter has Compose's bar, or names
    columns: of flow logs, whose own names have one of four parts, or of CSV, of which one is a time's.
    """
    if not line[:1].isalpha() or "|" in line or "\x1b" in line:
        return IN_ORDER if line[:1] != "[" else ()
    flow = (vpc_flow.FORMAT,) if "-" in line or "_" in line or "addr" in line or "port" in line else ()
    if "," in line or ";" in line or "\t" in line:
        lowered = line.lower()
        if "time" in lowered or "date" in lowered or "ts" in lowered or "created" in lowered:
            return (*flow, csv_rows.FORMAT)
    return flow


def _decide_by_key(beginning: Beginning) -> Format | None:
    return next((one for one in KEYED if one.key and one.key.search(beginning.key) and beginning.is_read_by(one)), None)


def _decide_by_header_lines(beginning: Beginning) -> Format | None:
    return next((one for one in HEADER_DRIVEN if any(_has_columns(one, line) for line in beginning.plain_lines)), None)


def _has_columns(known: Format, line: str) -> bool:
    columns = known.header_lines.read(line, None) if known.header_lines else None
    return columns is not None and columns.names != ""


def _decide_by_times(beginning: Beginning) -> Format | None:
    evidence = beginning.evidence
    if not evidence.has_prevailing_times or evidence.loose > LOOSE_BELOW_TIMED * evidence.timed:
        return None
    return TIMED if evidence.loose or evidence.datable < evidence.timed or beginning.joins_all else None


def _decide_without_joining(beginning: Beginning) -> Format | None:
    evidence = beginning.evidence
    if not evidence.has_prevailing_times:
        return None
    return MIXED if evidence.read else TEXT


def _decide_by_foreign(beginning: Beginning) -> Format | None:
    return MIXED if beginning.evidence.foreign * FOREIGN_AMONG > beginning.evidence.read else None


def _decide_by_loose(beginning: Beginning) -> Format | None:
    evidence = beginning.evidence
    return MIXED if evidence.loose > evidence.read + (LOOSE_BELOW_TIMED - 1) * evidence.dated else None


def _decide_by_count(beginning: Beginning) -> Format:
    return beginning.evidence.best


RULES = (
    Rule(
        "key",
        "The object's key is one under which a service delivers a format, and the format reads one of the records.",
        _decide_by_key,
        "2026-05-04 10:00:00,123 [main] INFO org.example.App - started\n"
        '2026-05-04T10:00:00.000000Z lb 192.0.2.1:1 - -1 -1 -1 503 0 0 0 "GET http://a.example:80/ HTTP/1.1" "-" - -',
        "AWSLogs/123456789012/elasticloadbalancing/eu-central-1/2026/05/04/a.log",
    ),
    Rule(
        "header",
        "One of the lines is a header line: it names the columns of the lines below it.",
        _decide_by_header_lines,
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2026-05-04 10:00:00 192.0.2.1 GET /a 200",
    ),
    Rule(
        "times",
        "More than twice as many records begin with a time as the best format reads, and for each of them at most three"
        " lines do not look like part of its record: timed text.",
        _decide_by_times,
        "[2026-05-04 10:00:00] production.ERROR: no such route\n[stacktrace]\n#0 /srv/app.php(7): run()",
    ),
    Rule(
        "alone",
        "As many records begin with a time, but the lines between do not belong to them, or need no joining: mixed if a"
        " named format reads some of the lines, else text.",
        _decide_without_joining,
        "[2026-05-04 10:00:00] production.ERROR: no such route\none\nline\nafter\nanother",
    ),
    Rule(
        "foreign",
        "The best format would put records of other formats inside of its own, more than one for each four of its own:"
        " mixed.",
        _decide_by_foreign,
        'I0504 10:00:00.000000 1 x.go:1] started\ntime=2026-05-04T10:00:00Z level=error msg="no room"\n'
        "2026-05-04T10:00:00.123456Z 0 [Note] [MY-010116] [Server] up",
    ),
    Rule(
        "loose",
        "More lines do not look like part of the best format's records than it reads records, counting each that has a"
        " time three times: mixed.",
        _decide_by_loose,
        "WARNING:root:slow\na print\none more\nyet one\nand this",
    ),
    Rule(
        "best",
        "The format that reads the most records; text if none reads any.",
        _decide_by_count,
        '{"level": "info", "message": "started"}\n{"level": "info", "message": "ready"}\nplain',
    ),
)
"""The rules in their order; the last one always applies."""
BANNER = Rule(
    "banner",
    "A banner has no vote. Where the other rules say text or mixed, the lines below decide from the first one within 64"
    " KiB that is of a format whose lines are read in order: below header lines, or joined within streams.",
    _decide_below_banner,
    "\n".join([*["starting"] * SAMPLE_RECORDS, *["2026-05-04T10:00:00.123456789Z stdout F started"] * 2]),
)
