"""Build the matrices: what stands behind lines of another format, among them, below a banner, or in a container."""

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from log_processor.formats.lib.traces import CONTINUES

from tests.unit.log_processor.matrices.blocks import BLOCKS, TRACE_OF, TRACES, UNSIGNED, write_banner
from tests.unit.log_processor.matrices.bodies import JOINED, KINDS, LEADING, Cell, Expected, Kind

HARD_CASES: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("hard_cases.toml").read_text("utf-8"))
ALIKE = {"timed_text": {"text"}, "cloudwatch_export": {"json_lines"}}
"""Other names under which a format's sample may be read."""
ONE_ABOVE = {"mysql_slow"}
"""Formats that take all lines above their first record for one record: a server writes its own head there."""
JSON = {name for name, kind in KINDS.items() if kind.record.startswith("{")}


def expect(kind: Kind, first: Kind | None = None, tail: str = "") -> Expected:
    """Return what a record of `kind` is in an object whose first records are of another one.

    The object's own format reads first. So it also names records that both formats read: one JSON format those of
    another one, and `java` those of `python_logging`.
    """
    names = {kind.name} | ALIKE.get(kind.name, set())
    if first is not None and kind.name in JSON and first.name in JSON | {"cloudwatch_export"}:
        names.add("json_lines")
    return Expected(f"{kind.record}\n{tail}".removesuffix("\n"), frozenset(names))


def build_pairs(row: str) -> Iterator[Cell]:
    """Yield 25 records of `row`, then three of another format and two of `row` again, for each other format."""
    first = KINDS[row]
    for other in (kind for kind in KINDS.values() if kind is not first):
        body = first.write(LEADING) + other.write(3) + f"{first.record}\n" * 2
        records = [expect(first)] * LEADING + [expect(other, first)] * 3 + [expect(first)] * 2
        yield Cell(row, other.name, body, tuple(records))


def build_alternations(row: str) -> Iterator[Cell]:
    """Yield 25 records of `row`, then ten times one of another format and one of `row`, for each other format."""
    first = KINDS[row]
    for other in (kind for kind in KINDS.values() if kind is not first):
        body = first.write(LEADING) + other.header + f"{other.record}\n{first.record}\n" * 10
        records = [expect(first)] * LEADING + [expect(other, first), expect(first)] * 10
        yield Cell(row, other.name, body, tuple(records))


def build_tails(row: str) -> Iterator[Cell]:
    """Yield 25 records of `row`, then records with a trace below each, for each other format whose records go on."""
    for other in (name for name in JOINED if name != row):
        yield _build_tails(row, other, TRACES[TRACE_OF.get(other, "java")])


def build_unsigned_tails(row: str) -> Iterator[Cell]:
    """Yield the same as `build_tails`, with plain lines instead of a trace."""
    for other in (name for name in JOINED if name not in {row, "text"}):
        yield _build_tails(row, other, UNSIGNED)


def _build_tails(row: str, column: str, tail: str) -> Cell:
    first, other = KINDS[row], KINDS[column]
    joined = expect(other, first, tail)
    body = first.write(LEADING) + other.write(2, tail) + f"{first.record}\n" * 2 + other.write(1, tail)
    records = [expect(first)] * LEADING + [joined] * 2 + [expect(first)] * 2 + [joined]
    return Cell(row, column, body, tuple(records))


def build_banners(row: str) -> Iterator[Cell]:
    """Yield so many lines of a banner above 25 records, for each format; `row` is `npm 5`, say."""
    banner, _, count = row.rpartition(" ")
    yield from _build_banners(row, write_banner(banner, int(count)))


def build_long_banners(row: str) -> Iterator[Cell]:
    """Yield a banner of 60 KiB above 25 records, for each format: they begin within the 64 KiB that decide."""
    yield from _build_banners(row, write_banner(row, 1, 60 * 1024))


def _build_banners(row: str, lines: list[str]) -> Iterator[Cell]:
    for kind in KINDS.values():
        above = ["\n".join(lines)] if kind.name in ONE_ABOVE else _join_continued(lines)
        records = [Expected(text) for text in above] + [expect(kind)] * LEADING
        body = "".join(f"{line}\n" for line in lines) + kind.write(LEADING)
        yield Cell(row, kind.name, body, tuple(records))


def _join_continued(lines: list[str]) -> list[str]:
    """Return the records of plain lines: each a line, with the lines below it that look like part of a trace."""
    records = lines[:1]
    for line in lines[1:]:
        if CONTINUES.match(line.encode()):
            records[-1] += f"\n{line}"
        else:
            records.append(line)
    return records


def _wrap_docker(line: str) -> str:
    return json.dumps({"log": f"{line}\n", "stream": "stdout", "time": "2026-05-04T10:00:00.123456789Z"})


WRAPPERS: dict[str, Callable[[str], str]] = {
    "cri": "2026-05-04T10:00:00.123456789Z stdout F {}".format,
    "docker_json": _wrap_docker,
    "compose": "web-1  | {}".format,
    "syslog_rfc3164": "<14>May  4 10:00:00 host app[42]: {}".format,
}
OWN_IN_SYSLOG = {"haproxy"}
"""Formats that syslog carries by nature: its line is one of theirs."""
CONTAINERS = ("cri", "docker_json", "compose")
INNER = [
    name for name, kind in KINDS.items() if not kind.header and "\n" not in kind.record and not kind.format.carrier
]
"""Formats of one line that may be a message of another one."""


def build_nested(row: str) -> Iterator[Cell]:
    """Yield 25 records, three of another format and two of the first, each embedded in a line of another format.

    `row` names the format around them and the first one: `cri java`, say.
    """
    carrier, name = row.split()
    for other in INNER:
        first, embedded = _embed(KINDS[name], carrier), _embed(KINDS[other], carrier)
        records = [first] * LEADING + [embedded] * 3 + [first] * 2
        yield Cell(row, other, "".join(f"{one.text}\n" for one in records), tuple(records))


def _embed(kind: Kind, carrier: str) -> Expected:
    """Return the record of a line that embeds `kind`: its fields are found if its format may be embedded there."""
    around, embedded = KINDS[carrier].format, kind.format.embedded
    allowed = around.carrier is not None and embedded is not None and around.carrier.kind in embedded.carriers
    own = kind.format.parse(kind.record, 0)
    fields = frozenset(own.fields) if own is not None and allowed else frozenset[str]()
    names = {carrier} | ({kind.name} if kind.name in OWN_IN_SYSLOG and carrier == "syslog_rfc3164" else set())
    return Expected(WRAPPERS[carrier](kind.record), frozenset(names), fields)


def build_nested_tails(row: str) -> Iterator[Cell]:
    """Yield 25 records and two with a trace, of each other format; each line is one of a container.

    `row` is that of `build_nested`.
    """
    carrier, name = row.split()
    for other in (other for other in JOINED if other not in {name, "mysql_general"}):
        trace = TRACES[TRACE_OF.get(other, "java")].splitlines()
        first = WRAPPERS[carrier](KINDS[name].record)
        joined = "\n".join(map(WRAPPERS[carrier], [KINDS[other].record, *trace]))
        records = [first] * LEADING + [joined] * 2 + [first]
        yield Cell(row, other, "".join(f"{one}\n" for one in records), tuple(map(Expected, records)))


def build_counters(row: str) -> Iterator[Cell]:
    """Yield 25 records of `row`, then some with each kind of lines below them that are parts of a record."""
    kind = KINDS[row]
    for name, block in BLOCKS.items():
        body = kind.write(LEADING) + kind.write(3, block) + kind.write(1)
        records = [expect(kind)] * LEADING + [expect(kind, tail=block)] * 3 + [expect(kind)]
        yield Cell(row, name, body, tuple(records))


JOINING_ALL = "[[route]]\nkeys = ['**']\njoining = 'all'"


def build_joining_all(row: str) -> Iterator[Cell]:
    """Yield 30 records of `row`, each with lines below it that show no sign of a record, by a route that joins all."""
    kind = KINDS[row]
    for name in ("SQL", "pretty-printed document"):
        records = (expect(kind, tail=BLOCKS[name]),) * 30
        yield Cell(row, name, kind.write(30, BLOCKS[name]), records, JOINING_ALL)


def build_hard_cases(row: str) -> Iterator[Cell]:
    """Yield 25 records of `row`, then twice a hard case and a record, for each of the hard cases among such records."""
    kind = KINDS[row]
    for name, case in HARD_CASES[row].items():
        body = kind.write(LEADING) + f"{case}\n{kind.record}\n" * 2
        records = [expect(kind)] * LEADING + [Expected(case, expect(kind).names), expect(kind)] * 2
        yield Cell(row, name, body, tuple(records))
