"""List what the table of benchmarks measures, each row with its goal."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from benchmarks import first_page, hiding, memory, page, parsing
from benchmarks.cost import PRICES
from benchmarks.goals import Goal, list_goals
from benchmarks.paces import Pace, measure_pace, measure_start_s, zip_plain_code

WRITE_S = 0.020
RANGES = 16
MIB = 1024 * 1024
LINES_A_MB = 7_000
SMALL_OBJECTS = 16


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured.

    - `lines`, `slow_lines`: for our function, with writes that are answered at once or after 20 ms.
    - `plain_lines`: for a function that stores a line a call; for one that stores batches four times as many.
    - `large_mb`, `memory_mb`: the largest object whose pace, and whose memory, is compared with that of a small one.
    - `range_mib`: the size of each of the ranges that are compared with one pass; a stack's own are of 16 MiB.
    """

    lines: int
    slow_lines: int
    plain_lines: int
    rounds: int
    large_mb: int
    memory_mb: int
    range_mib: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: the value of the row, and the figures that it was made of."""

    value: float
    raw: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    The goal is a limit that the value may not exceed if `is_limit`, otherwise what it has to reach. `make bench` fails
    if a gate is missed. `measure` returns nothing if `package` is missing.
    """

    name: str
    unit: str
    goal: float | None
    measure: Callable[[Sizes], Figures | None]
    is_limit: bool = False
    is_gate: bool = False
    package: str = "pyVRL"

    def is_reached_by(self, value: float) -> bool:
        """Tell whether a value reaches the goal; any does if there is none."""
        return self.goal is None or (value <= self.goal if self.is_limit else value >= self.goal)


def _find_fastest(paces: list[Pace]) -> Pace:
    best = min(paces, key=lambda pace: pace.cpu_us)
    return Pace(best.cpu_us, max(pace.per_second for pace in paces), best.reading_us)


def _measure_cpu(sizes: Sizes, kind: str, *, is_tls: bool = False, storage: str = "records") -> Figures:
    """Return the processor time of a record."""
    measure = partial(measure_pace, kind, sizes.lines, is_tls=is_tls, STORAGE=storage)
    pace = _find_fastest([measure() for _ in range(sizes.rounds + 1)])
    raw = {"cpu_us": pace.cpu_us, "reading_us": pace.reading_us, "records_per_second": pace.per_second}
    return Figures(pace.cpu_us, raw)


def _compare(
    sizes: Sizes, handler: str, *, write_s: float = 0.0, is_tls: bool = False, storage: str = "records"
) -> Figures:
    """Return how many times as fast our function is as a plain one, both by turns.

    It is by processor time if writes are answered at once, and otherwise by the records in a second: other processes
    delay these, so that the best of one round more is taken, of fewer records, each of which waits.
    """
    plain = sizes.plain_lines * (4 if handler == "put_batches" else 1)
    if write_s:
        plain //= 10 if handler == "put_each" else 2
    ours, theirs = [], []
    for _ in range(sizes.rounds + bool(write_s)):
        lines = sizes.slow_lines if write_s else sizes.lines
        ours.append(measure_pace("combined", lines, write_s=write_s, is_tls=is_tls, STORAGE=storage))
        theirs.append(measure_pace("combined", plain, zip_plain_code(handler), write_s=write_s, is_tls=is_tls))
    own, other = _find_fastest(ours), _find_fastest(theirs)
    raw = {
        "own_cpu_us": own.cpu_us,
        "other_cpu_us": other.cpu_us,
        "own_records_per_second": own.per_second,
        "other_records_per_second": other.per_second,
    }
    return Figures(own.per_second / other.per_second if write_s else other.cpu_us / own.cpu_us, raw)


def _compare_storages(sizes: Sizes, kind: str) -> Figures:
    """Return the processor time of a record in packs for that of one as an item, both by turns."""
    measures = [partial(measure_pace, kind, sizes.lines, STORAGE=storage) for storage in ("packs", "records")]
    packs, records = _measure_by_turns(sizes.rounds + 1, *measures)
    return Figures(packs / records, {"packs_cpu_us": packs, "records_cpu_us": records})


def _measure_hiding(_sizes: Sizes) -> Figures:
    return Figures(ratio := hiding.measure_ratio("combined", "'ip'"), {"ratio": ratio})


def _measure_parsing(_sizes: Sizes, name: str) -> Figures | None:
    ratio = parsing.measure_ratio(name)
    return None if ratio is None else Figures(ratio, {"ratio": ratio})


def _measure_start(sizes: Sizes) -> Figures:
    plain = zip_plain_code("put_each")
    ours, theirs = zip(*[(measure_start_s(), measure_start_s(plain)) for _ in range(sizes.rounds + 1)], strict=True)
    return Figures(min(ours) / min(theirs), {"own_cpu_s": min(ours), "other_cpu_s": min(theirs)})


def _measure_by_turns(rounds: int, *measures: Callable[[], Pace]) -> list[float]:
    """Return the least processor time of a record by each of the measures."""
    paces = [[measure().cpu_us for measure in measures] for _ in range(rounds)]
    return [min(of_one) for of_one in zip(*paces, strict=True)]


def _measure_gzip(sizes: Sizes) -> Figures:
    kinds = ("combined", "combined as gzip")
    plain, packed = _measure_by_turns(sizes.rounds + 1, *(partial(measure_pace, kind, sizes.lines) for kind in kinds))
    return Figures(plain / packed, {"plain_cpu_us": plain, "gzip_cpu_us": packed})


def _measure_growth(sizes: Sizes) -> Figures:
    """Return by how many percent a line of a large object takes more than one of several of 1 MB."""
    small = measure_pace("combined", LINES_A_MB, times=SMALL_OBJECTS).cpu_us
    large = measure_pace("combined", LINES_A_MB * sizes.large_mb).cpu_us
    return Figures((large / small - 1) * 100, {"small_cpu_us": small, "large_cpu_us": large})


def _measure_ranges(sizes: Sizes) -> Figures:
    measure = partial(measure_pace, "combined", LINES_A_MB * RANGES * sizes.range_mib)
    range_bytes = str(sizes.range_mib * MIB)
    split = partial(measure, RANGE_BYTES=range_bytes, SPLIT_THRESHOLD_BYTES=range_bytes)
    one, ranges = _measure_by_turns(sizes.rounds + 1, measure, split)
    return Figures(ranges / one, {"one_cpu_us": one, "ranges_cpu_us": ranges})


def _measure_memory(sizes: Sizes) -> Figures:
    peaks = memory.measure_peaks("plain", sizes.memory_mb)
    return Figures(peaks["more_mb"], peaks)


def _measure_page(sizes: Sizes, name: str) -> Figures:
    figures = page.measure_page(sizes.slow_lines * 3 // 4)
    return Figures(figures[name], figures)


def _compare_page(sizes: Sizes, name: str) -> Figures | None:
    """Return how many times as fast the page is as Datasette, on the same records."""
    count = sizes.slow_lines * 3 // 4
    theirs = page.measure_datasette(count)
    if theirs is None:
        return None
    ours = page.measure_page(count)
    return Figures(theirs[name] / ours[name], {"own_ms": ours[name], "other_ms": theirs[name]})


def _compare_first_page(_sizes: Sizes) -> Figures:
    """Return how many times the processor time of `ops --help` the first page takes."""
    figures = first_page.measure_first_page()
    return Figures(figures["page_ms"] / figures["help_ms"], figures)


def _measure_goal(_sizes: Sizes, goal: Goal) -> Figures:
    value = goal.measure()
    return Figures(value, {"measured": value})


ROWS = (
    Row("combined, CPU a line", "µs", 17, partial(_measure_cpu, kind="combined"), is_limit=True),
    Row(
        "combined, CPU a line, packs", "µs", 12, partial(_measure_cpu, kind="combined", storage="packs"), is_limit=True
    ),
    *(
        Row(f"{kind}, CPU a line: packs / records", "x", 0.75, partial(_compare_storages, kind=kind), is_limit=True)
        for kind in ("combined", "ALB")
    ),
    *(
        Row(one.name, "", one.goal, partial(_measure_goal, goal=one), is_limit=True)
        for one in list_goals(tomllib.loads(PRICES.read_text("utf-8")))
    ),
    Row("ALB, CPU a record", "µs", 44, partial(_measure_cpu, kind="ALB"), is_limit=True),
    Row("CloudTrail, CPU a record", "µs", 50, partial(_measure_cpu, kind="CloudTrail"), is_limit=True),
    Row("20 ms a call: ours / put_item a line", "x", 700, partial(_compare, handler="put_each", write_s=WRITE_S)),
    Row(
        "20 ms a call: packs / put_item a line",
        "x",
        1500,
        partial(_compare, handler="put_each", write_s=WRITE_S, storage="packs"),
    ),
    Row("at once: ours / batch_writer", "x", 5, partial(_compare, handler="put_batches")),
    Row("20 ms a call: ours / batch_writer", "x", 25, partial(_compare, handler="put_batches", write_s=WRITE_S)),
    Row("at once: ours / put_item a line", "x", 50, partial(_compare, handler="put_each")),
    Row("TLS: combined, CPU a line", "µs", None, partial(_measure_cpu, kind="combined", is_tls=True), is_limit=True),
    Row("TLS, at once: ours / batch_writer", "x", None, partial(_compare, handler="put_batches", is_tls=True)),
    Row("TLS, at once: ours / put_item a line", "x", None, partial(_compare, handler="put_each", is_tls=True)),
    Row("hiding `ip` / hiding nothing", "x", 2, _measure_hiding, is_limit=True),
    *(Row(f"parsing / pyVRL: {name}", "x", 1, partial(_measure_parsing, name=name)) for name in parsing.PARSINGS),
    Row("cold start, CPU to the first answer: ours / original", "x", 1.1, _measure_start, is_limit=True),
    Row("gzip / plain", "x", 0.85, _measure_gzip, is_gate=True),
    Row("a line of 1 GB (quick: 32 MB) against 1 MB: CPU more", "%", 15, _measure_growth, is_limit=True, is_gate=True),
    Row("16 ranges of 16 MiB (quick: 4 MiB) / one pass, CPU", "x", 1.05, _measure_ranges, is_limit=True, is_gate=True),
    Row("memory: 2 GB (quick: 192 MB) against 2 MB", "MB", 32, _measure_memory, is_limit=True, is_gate=True),
    Row("page: the first one, CPU / `ops --help`", "x", 3, _compare_first_page, is_limit=True),
    Row(
        "page, 300,000 held records: facets and histogram",
        "ms",
        300,
        partial(_measure_page, name="facets_ms"),
        is_limit=True,
    ),
    Row(
        "page, 300,000 held records: search in the text",
        "ms",
        300,
        partial(_measure_page, name="search_ms"),
        is_limit=True,
    ),
    Row("page: facets, ours / Datasette", "x", 2, partial(_compare_page, name="facets_ms"), package="Datasette"),
    Row(
        "page: search in the text, ours / Datasette",
        "x",
        2,
        partial(_compare_page, name="search_ms"),
        package="Datasette",
    ),
)
