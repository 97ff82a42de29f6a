"""Lay the ledger's ranges of an object over its bytes, for a drawing: what became of each stretch."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from log_processor.storing.ledger_row import Row

from ops.coverage import Coverage, find_coverage

WIDTH = 1_000
"""How wide a bar is; its height is 100."""
HEIGHT = 100
KEPT = ("stored", "filtered", "rejected")
ENDED = frozenset({"done", "continued"})


@dataclass(frozen=True, slots=True)
class ByteStretch:
    """Bytes from `start` up to `end` of which one thing is known: `done`, `failed`, `running`, `missing`, `repeated`.

    Of those that were read, `stored`, `filtered` and `rejected` count the records.
    """

    start: int
    end: int
    state: str
    stored: int = 0
    filtered: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle of the drawing, and the class that colours it."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class ByteBar:
    """What became of the bytes of one stream: an object, or a member of a zip; `rejects` are the places of rejects."""

    member: int | None
    end: int
    stretches: tuple[ByteStretch, ...]
    rectangles: tuple[Rectangle, ...]
    rejects: tuple[float, ...] = ()

    def describe(self) -> str:
        """Return in words what the bar shows, for who cannot see it: bytes by what became of them."""
        sums: Counter[str] = Counter()
        for one in self.stretches:
            sums[one.state] += one.end - one.start
        return ", ".join(f"{count:,} bytes {state}" for state, count in sums.items() if count) or "no bytes"

    def mark(self, offsets: Iterable[int]) -> "ByteBar":
        """Return the bar with the places of rejects that begin at these bytes."""
        return replace(self, rejects=tuple(sorted({round(offset / self.end * WIDTH, 1) for offset in offsets})))


def build_bars(rows: Sequence[Row]) -> list[ByteBar]:
    """Return a bar of an object version; of a zip, one of each member."""
    groups: defaultdict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.member].append(row)
    if len(groups) > 1:
        groups.pop(None, None)  # the row of the zip itself only counts its members
    return [_build_bar(member, group) for member, group in sorted(groups.items(), key=lambda pair: pair[0] or 0)]


def _build_bar(member: int | None, rows: list[Row]) -> ByteBar:
    coverage = find_coverage(rows)
    end = _find_end(rows, coverage)
    known = [_make_stretch(row, end) for row in rows if row.ranges is None]
    stretches = [one for one in (*known, *_list_flaws(coverage, end)) if one.end > one.start]
    stretches.sort(key=lambda one: (one.start, one.end))
    return ByteBar(member, end, tuple(stretches), tuple(_draw(_merge(stretches, end), end)))


def _find_end(rows: list[Row], coverage: Coverage) -> int:
    """Return where the bytes end, as far as a row says so; never 0."""
    ends = [row.end or row.start + row.bytes for row in rows if row.ranges is None]
    ends += [row.resume or 0 for row in rows]
    ends += [one.end or one.start + 1 for one in (*coverage.missing, *coverage.beyond)]
    return max(ends, default=0) or 1


def _make_stretch(row: Row, end: int) -> ByteStretch:
    stop = row.end
    if stop is None:
        stop = row.start + row.bytes if row.status in ENDED else end
    if row.status == "continued" and row.resume is not None:  # its last record may reach into the next range
        stop = row.resume if row.end is None else min(row.resume, row.end)
    return ByteStretch(row.start, min(stop, end), row.status, row.stored, row.filtered, row.rejected)


def _list_flaws(coverage: Coverage, end: int) -> Iterator[ByteStretch]:
    for name in ("missing", "repeated", "beyond"):
        for one in getattr(coverage, name):
            yield ByteStretch(one.start, end if one.end is None else one.end, name)


def _merge(stretches: Iterable[ByteStretch], end: int) -> list[ByteStretch]:
    """Return the stretches with those together that stand side by side, are alike, and are narrower than a point."""
    merged: list[ByteStretch] = []
    for one in stretches:
        last = merged[-1] if merged else None
        if last and last.state == one.state and last.end == one.start and (last.end - last.start) * WIDTH < end:
            counts = {name: getattr(last, name) + getattr(one, name) for name in KEPT}
            merged[-1] = replace(last, end=one.end, **counts)
        else:
            merged.append(one)
    return merged


def _draw(stretches: Iterable[ByteStretch], end: int) -> Iterator[Rectangle]:
    """Yield the rectangles; what was read is divided in height by the shares of its records."""
    for one in stretches:
        x, width = one.start / end * WIDTH, (one.end - one.start) / end * WIDTH
        total = one.stored + one.filtered + one.rejected
        if one.state not in ENDED or not total:
            yield Rectangle(round(x, 2), 0, round(width, 2), HEIGHT, one.state)
            continue
        y = 0.0
        for name in KEPT:
            height = getattr(one, name) / total * HEIGHT
            if height:
                yield Rectangle(round(x, 2), round(y, 2), round(width, 2), round(height, 2), name)
            y += height
