"""Compare the ranges of one object version with its bytes: each byte belongs to exactly one range."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from log_processor.errors import PlanError
from log_processor.storing.ledger_row import Row
from log_processor.work.plan import decode_plan


@dataclass(frozen=True, slots=True)
class Stretch:
    """The bytes from `start` up to `end`, which is None for the object's end."""

    start: int
    end: int | None

    def __str__(self) -> str:
        return f"bytes {self.start:,} to {'the end' if self.end is None else f'{self.end:,}'}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The bytes that no range has, those that more than one has, and those of ranges behind the object's end."""

    missing: tuple[Stretch, ...]
    repeated: tuple[Stretch, ...]
    beyond: tuple[Stretch, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Tell whether each byte of the object belongs to one range, and no other byte to any."""
        return not (self.missing or self.repeated or self.beyond)


def find_coverage(rows: Iterable[Row]) -> Coverage:
    """Return what the ledger rows of one object version cover: of a zip, each member by itself."""
    groups: defaultdict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.member].append(row)
    if len(groups) > 1:
        groups.pop(None, None)  # the row of the zip itself only counts its members
    parts = [_find_coverage(group) for group in groups.values()]
    return Coverage(
        tuple(stretch for part in parts for stretch in part.missing),
        tuple(stretch for part in parts for stretch in part.repeated),
        tuple(stretch for part in parts for stretch in part.beyond),
    )


def _find_coverage(rows: list[Row]) -> Coverage:
    """Return what the rows of one stream of bytes cover.

    - A row that split the object has no bytes of its own.
    - A continued range ends where its rest begins. That rest may begin at or after the range's end, because a record
      reaches into the next range: then the rest has no bytes either.
    - If the object was split, the ranges end with its size. If not, the last one is read to the object's end.

    For example, ranges 0 to 100 and 200 to 300 leave out the bytes 100 to 200.
    """
    missing, repeated, position = [], [], 0.0
    for start, stop in sorted((row.start, _find_stop(row)) for row in rows if _has_bytes(row)):
        if start > position:
            missing.append(_make_stretch(position, start))
        elif start < position:
            repeated.append(_make_stretch(start, min(stop, position)))
        position = max(position, stop)
    end = _find_end(rows, position)
    if position < end:
        missing.append(_make_stretch(position, end))
    beyond = [_make_stretch(end, position)] if position > end else []
    return Coverage(tuple(missing), tuple(repeated), tuple(beyond))


def _has_bytes(row: Row) -> bool:
    return row.ranges is None and row.start < _get_end(row)


def _find_stop(row: Row) -> float:
    is_continued = row.status == "continued" and row.resume is not None
    return min(row.resume or 0, _get_end(row)) if is_continued else _get_end(row)


def _find_end(rows: list[Row], position: float) -> float:
    """Return where the last range has to end; without a plan, that of a split object is not known."""
    if all(row.ranges is None for row in rows):
        return math.inf
    sizes = [size for row in rows if (size := _read_size(row)) is not None]
    return max(sizes, default=position)


def _read_size(row: Row) -> int | None:
    """Return the object's size by its plan; None if the row has none that can be read."""
    try:
        plan = decode_plan(row.plan)
    except PlanError:
        return None
    return plan.size_bytes if plan else None


def _get_end(row: Row) -> float:
    return math.inf if row.end is None else row.end


def _make_stretch(start: float, end: float) -> Stretch:
    return Stretch(int(start), None if end == math.inf else int(end))
