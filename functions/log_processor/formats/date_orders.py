"""Decide from the sample of an object in which order the numbers of its dates stand."""

import re
from collections import defaultdict
from collections.abc import Sequence

from log_processor.formats.lib.dating import DateOrder, UndecidedTime, choose_order
from log_processor.formats.lib.format import Format
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.reader import Reader

LOOKS = compile_lazily(
    r"[/.-](?<=[0-9][/.-])(?<![0-9]{3}[/.-])(?<![0-9][/.-][0-9][/.-])(?<![0-9][/.-][0-9]{2}[/.-])"
    r"[0-9]{1,2}(?:[/.-](?:[0-9]{4}|[0-9]{2}))?(?:T|,? {1,2}|[_:-])(?=[0-9]{1,2}:[0-9]{2})"
)
"""A date of numbers before a clock, from its first sign on: only a record that holds one is read for its order.

One that begins with a year of four digits has one order.
"""
CLOCK = re.compile(":[0-9]{2}")
DECIDED = compile_lazily(
    r"(?:[\[(<\"]?|[a-z][a-z0-9]{1,4} (?:[0-9.]{3} )?|[0-9.]{3} |<[0-9]{1,3}>(?:1 )?)"
    r"[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}(?:T| {1,2}|[_:\t-])[0-9]{2}:"
    r"|(?:<[0-9]{1,3}>)?[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:|[A-Z][0-9]{4} [0-9]{2}:[0-9]{2}:"
    r"|[0-9]{1,10}:[A-Z] [0-9]{2} [A-Z][a-z]{2} "
    r"|(?:[^\s\"]{1,64} ){1,4}\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:"
)
"""The beginnings of most lines that have a time of one order: ISO 8601, syslog, klog, Redis, access logs."""
LINE_CHARACTERS = 256
"""How much of a line is looked at; its time stands in the first part of it."""


def find_date_orders(
    samples: Sequence[str], chosen: Format, last_modified_ms: int, *, declared: bool = False
) -> dict[str, DateOrder]:
    """Return the order of each kind of date that `samples` have, as all of them and the last-modified time tell it.

    They are the first records of an object of the `chosen` format, which its route may have `declared`. Of records with
    the same date at the same place one is read, and counts for all.
    """
    dates = [_find_date(sample) for sample in samples]
    if not any(dates):
        return {}
    reader = Reader(chosen, last_modified_ms, declared=declared, dating=None)
    by_kind: defaultdict[str, list[UndecidedTime]] = defaultdict(list)
    known: dict[tuple[int, str], UndecidedTime] = {}
    for sample, date in zip(samples, dates, strict=True):
        if date is None:
            _read_header(reader, chosen, sample)
            continue
        spelling = date.start(), sample[max(0, date.start() - 2) : date.end()]
        if spelling not in known and isinstance(moment := _read_time(reader, sample), UndecidedTime):
            known[spelling] = moment
        if spelling in known:
            by_kind[known[spelling].kind].append(known[spelling])
    return {kind: choose_order(times, last_modified_ms) for kind, times in by_kind.items()}


def _read_header(reader: Reader, chosen: Format, sample: str) -> None:
    """Let the reader read a header line, which tells how the rows below it are read."""
    if chosen.header_lines is not None and chosen.header_lines.read(sample, reader.columns) is not None:
        reader.read(sample)


def _read_time(reader: Reader, sample: str) -> int | None:
    match = reader.read(sample)
    return match[1].timestamp_ms if match is not None else None


def _find_date(sample: str) -> re.Match[str] | None:
    """Return the first date of numbers that may have several orders; a JSON object may hold it at any place."""
    end = len(sample) if sample[:1] == "{" else LINE_CHARACTERS
    if CLOCK.search(sample, 0, end) is None or DECIDED.match(sample):
        return None
    return LOOKS.search(sample, 0, end)
