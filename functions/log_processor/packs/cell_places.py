"""List the keys of the cells of a range, of which earlier attempts may have left packs that are not written again."""

from collections.abc import Iterable
from itertools import chain

from log_processor.packs.cells import PackCell
from log_processor.packs.pack_items import name_cell
from log_processor.reading.range_border import RangeBorder
from log_processor.work.plan import GRIDS
from log_processor.work.ranges import ObjectRange


class CellPlaces:
    """The partition keys of the cells of a range, each listed once, as the range is read.

    Cells are ranked by where they stand: what overlaps into a cell, and the cell itself behind it. The ranges of an
    object share the ranks: a range has the cells that begin in it, with what overlaps into them. If the `border` is
    shared, it has what overlaps into a cell behind its first record, also beyond its end. So no range lists a pack of
    another one.

    Earlier attempts at the object may have packed on another grid. A range has those cells of it that end in the range.
    """

    def __init__(self, work: ObjectRange, grid_bits: int, border: RangeBorder) -> None:
        self._work, self._bits, self._border = work, grid_bits, border
        is_known = not work.is_packed or not (border.is_shared or _is_rest(work))
        self._next = 2 * (work.start >> grid_bits) if is_known else None
        """The first rank that is not listed; None if the first record of a range that is packed tells it."""
        begin = work.start >> grid_bits << grid_bits
        self._others = {bits: begin >> bits for bits in GRIDS if bits != grid_bits}
        """The first cell of each other grid that is not listed."""

    def list_before(self, cell: PackCell) -> list[str]:
        """Return the keys up to the cell of the next record, which is not among them."""
        rank = 2 * cell.number + (not cell.is_overlap)
        ranks = self._list_unread(rank, is_record=True) if self._next is None else range(self._next, rank)
        self._next = max(rank, self._next or 0)
        return self._name(ranks) + self._list_others(cell.number << self._bits)

    def list_rest(self, position: int) -> list[str]:
        """Return the keys that are left at the end of the range, whose last record ends before `position`."""
        end, size_bytes = self._work.end, self._work.plan.size_bytes if self._work.plan else 0
        is_last = end is None or end >= size_bytes
        position = max(position, self._border.next_start)
        stop = max(position, size_bytes if end is None else end)
        others = self._list_others(stop, is_end=True) if is_last else self._list_others(end or 0)
        return self._list_rest(stop >> self._bits, is_last=is_last) + others

    def _list_rest(self, last: int, *, is_last: bool) -> list[str]:
        """Return the keys that are left of the object's own grid; `last` is the cell up to which it has those."""
        if is_last or not self._work.is_packed:
            stop = 2 * last + 2
            return self._name(self._list_unread(stop) if self._next is None else range(self._next, stop))
        beyond = 2 * ((self._work.end or 0) >> self._bits) + self._border.is_shared
        if self._next is None:
            return self._name(self._list_unread(beyond))
        overlaps = range(max(self._next, beyond + 1), 2 * last + 1, 2) if self._border.is_shared else ()
        return self._name(chain(range(self._next, beyond), overlaps))

    def _list_others(self, position: int, *, is_end: bool = False) -> list[str]:
        """Return the keys of the cells of other grids that end at or before `position`; at the end, of all."""
        names = []
        for bits, first in self._others.items():
            stop = (position >> bits) + is_end
            self._others[bits] = max(first, stop)
            names += [name_cell(self._work.digest, cell, bits) for cell in range(first, stop)]
        return [f"{name}{sign}" for name in names for sign in ("", "+")]

    def _list_unread(self, stop: int, *, is_record: bool = False) -> Iterable[int]:
        """Return the ranks before `stop`: the first record of the range (`is_record`), or the end of one without any.

        What overlaps into them is of the range before. The rest of a range begins behind a cell that was stored, and
        nothing was of the cell of its first record.
        """
        if not _is_rest(self._work):
            return range(2 * (self._work.start >> self._bits) + 1, stop, 2 if self._work.start else 1)
        return range(stop // 2 * 2, stop) if is_record else ()

    def _name(self, ranks: Iterable[int]) -> list[str]:
        digest, bits = self._work.digest, self._bits
        return [f"{name_cell(digest, rank // 2, bits)}{'' if rank % 2 else '+'}" for rank in ranks]


def _is_rest(work: ObjectRange) -> bool:
    """Tell whether a range begins where an earlier invocation stopped."""
    return work.aligned and work.start > 0
