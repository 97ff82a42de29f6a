"""Say in which formats the records of each source came, and which object was the first after a change."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from ops.day_totals import UNKNOWN, SourceTotals, get_version, has_ended, is_work, sum_sources
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment
from ops.frame.output import print_json, print_lines, print_table
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import ZonedClock, open_clock
from ops.reading.begun_ranges import read_ranges
from ops.reading.ledger_days import RangeRow

FALLBACK = "text"
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class FormatShare:
    """What part of a source's records came in one format, and its first and last object with their times.

    `share` is of all records of the source, from 0 to 1; `fallback_share` is of the records in this format, and None if
    a version before did not count them.
    """

    source: str
    format: str
    objects: int
    records: int
    share: float
    fallback_share: float | None
    first_object: str
    first_at: str
    last_object: str
    last_at: str


@dataclass(frozen=True, slots=True)
class FormatChange:
    """The first object in another format, or with records that fell back to text, and the last one before it.

    `folder` is the part of the key, up to its last slash, that both have in common but for numbers, such as dates.
    """

    source: str
    folder: str
    before: str
    after: str
    object: str
    at: str
    last_object: str
    last_at: str


def run(ledger: str | None, *, since: str, source: str | None, tz: str, max_read: str, as_json: bool) -> int:
    """Print the shares and the changes; return 1 if a format has changed, else 0."""
    clock = open_clock(tz)
    begin = clock.parse("--since", since)
    budget = ReadBudget(parse_size("--max-read", max_read), remedy="name a shorter time with --since")
    environment = open_environment()
    table = ledger or environment.config.ledger_table_name
    with translate_errors(f"the ledger {table}", environment.config):
        ranges = read_ranges(environment.session.client("dynamodb"), table, begin, clock, budget)
    chosen = [one for one in _list_ended(ranges) if source in (None, one.row.source or UNKNOWN)]
    shares, changes = measure_shares(chosen), find_changes(chosen)
    if as_json:
        print_json({"shares": [asdict(one) for one in shares], "changes": [asdict(one) for one in changes]})
    else:
        _print_page(shares, changes, clock)
    return ExitCode.WRONG if changes else ExitCode.WELL


def measure_shares(ranges: Iterable[RangeRow]) -> list[FormatShare]:
    """Return the shares of all sources, by source, the largest first; an object counts from when it was begun."""
    known = list(ranges)
    objects = _group_objects(known)
    totals = sum_sources(known)
    records: defaultdict[str, int] = defaultdict(int)
    for total in totals:
        records[total.source] += total.read
    shares = [_build_share(total, records[total.source], objects[total.source, total.format]) for total in totals]
    return sorted(shares, key=lambda share: (share.source, -share.share, share.format))


def find_changes(ranges: Iterable[RangeRow]) -> list[FormatChange]:
    """Return the changes in the order in which they happened; folders of a source are apart.

    For example, objects in nginx_access, nginx_access, json, nginx_access, json are one change, at the third.
    """
    changes: list[FormatChange] = []
    seen: defaultdict[tuple[str, str], dict[str, RangeRow]] = defaultdict(dict)
    for one in _list_ended(ranges):
        kind = one.row.format or UNKNOWN
        names = [kind, *([f"{kind} with {FALLBACK}"] if one.row.text_fallbacks else [])]
        stream = one.row.source or UNKNOWN, _mask_folder(one.object)
        before = seen[stream]
        if before:
            changes.extend(_build_change(stream, name, one, before) for name in names if name not in before)
        for name in names:
            before.pop(name, None)
            before[name] = one  # the last one that was seen stands at the end
    return changes


def _mask_folder(name: str) -> str:
    """Return the folder of an object, its numbers masked: `AWSLogs/#/CloudFront`."""
    return DIGITS.sub("#", name.removeprefix("s3://").partition("/")[2].rpartition("/")[0])


def _list_ended(ranges: Iterable[RangeRow]) -> Iterator[RangeRow]:
    return (one for one in ranges if is_work(one) and has_ended(one) and one.row.format)


def _group_objects(ranges: Iterable[RangeRow]) -> dict[tuple[str, str], list[RangeRow]]:
    groups: defaultdict[tuple[str, str], dict[tuple[str, str], RangeRow]] = defaultdict(dict)
    for one in ranges:
        groups[one.row.source or UNKNOWN, one.row.format or UNKNOWN].setdefault(get_version(one), one)
    return {key: list(members.values()) for key, members in groups.items()}


def _build_share(total: SourceTotals, records: int, objects: list[RangeRow]) -> FormatShare:
    stored = total.stored
    return FormatShare(
        source=total.source,
        format=total.format,
        objects=total.objects,
        records=total.read,
        share=total.read / records if records else 0.0,
        fallback_share=None if total.uncounted_ranges else total.text_fallbacks / stored if stored else 0.0,
        first_object=objects[0].object,
        first_at=objects[0].row.processed_at,
        last_object=objects[-1].object,
        last_at=objects[-1].row.processed_at,
    )


def _build_change(stream: tuple[str, str], name: str, one: RangeRow, before: dict[str, RangeRow]) -> FormatChange:
    last_name, last = list(before.items())[-1]
    at, last_at = one.row.processed_at, last.row.processed_at
    return FormatChange(*stream, last_name, name, one.object, at, last.object, last_at)


def _print_page(shares: list[FormatShare], changes: list[FormatChange], clock: ZonedClock) -> None:
    if not shares:
        print_lines(["nothing has come in since then"])
        return
    headings = ("source", "format", "objects", "records", "share", "fell back to text", "first object", "at")
    print_table(headings, (_build_cells(share, clock) for share in shares))
    for change in changes:
        print_lines(["", *_format_change(change, clock)])


def _build_cells(share: FormatShare, clock: ZonedClock) -> tuple[str | int, ...]:
    fallback = "unknown" if share.fallback_share is None else f"{share.fallback_share:.1%}"
    first = (share.first_object, clock.format(share.first_at))
    return share.source, share.format, share.objects, share.records, f"{share.share:.1%}", fallback, *first


def _format_change(change: FormatChange, clock: ZonedClock) -> Iterator[str]:
    yield f"{change.source}: {change.after} since {change.object}, begun at {clock.format(change.at)}"
    yield f"  before it {change.before}, last {change.last_object}, begun at {clock.format(change.last_at)}"
