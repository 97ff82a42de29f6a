"""List the keys of the cells of a range, of which earlier attempts may have left packs that are not written again."""

from collections.abc import Iterable
from itertools import chain

from log_processor.packs.cells import PackCell
from log_processor.packs.pack_items import name_cell
from log_processor.work.ranges import ObjectRange


class CellPlaces:
    """The partition keys of the cells of a range, each listed once, as the range is read.

    Cells are ranked by where they stand: what overlaps into a cell, and the cell itself behind it. The ranges of an
    object share the ranks: a range has the cells that begin in it, and what overlaps into a cell behind its first
    record, also beyond its end. So no range lists a pack of another one.
    """

    def __init__(self, work: ObjectRange, grid_bits: int) -> None:
        self._work, self._bits = work, grid_bits
        self._next: int | None = None if work.is_packed else 2 * (work.start >> grid_bits)
        """The first rank that is not listed; None if no record of a range that is packed was read."""

    def list_before(self, cell: PackCell) -> list[str]:
        """Return the keys up to the cell of the next record, which is not among them."""
        rank = 2 * cell.number + (not cell.is_overlap)
        ranks = self._list_unread(rank) if self._next is None else range(self._next, rank)
        self._next = max(rank, self._next or 0)
        return self._name(ranks)

    def list_current(self) -> list[str]:
        """Return the key of the cell of the last record, behind which nothing can be read."""
        return [] if self._next is None else self._name([self._next])

    def list_rest(self, position: int) -> list[str]:
        """Return the keys that are left at the end of the range, whose last record ends before `position`."""
        end, size_bytes = self._work.end, self._work.plan.size_bytes if self._work.plan else 0
        is_last = end is None or end >= size_bytes
        last = max(position, size_bytes if end is None else end) >> self._bits
        if is_last or not self._work.is_packed:
            stop = 2 * last + 2
            return self._name(self._list_unread(stop) if self._next is None else range(self._next, stop))
        beyond = 2 * ((end or 0) >> self._bits) + 1
        if self._next is None:
            return self._name(self._list_unread(beyond))
        overlaps = range(max(self._next, beyond + 1), 2 * last + 1, 2)
        return self._name(chain(range(self._next, beyond), overlaps))

    def _list_unread(self, stop: int) -> Iterable[int]:
        """Return the ranks before `stop`, where the first record of the range is, or where a range without one ends.

        What overlaps into them is of the range before. The rest of a range begins with the first rank not listed yet.
        """
        if not self._work.aligned or self._work.start == 0:
            return range(2 * (self._work.start >> self._bits) + 1, stop, 2 if self._work.start else 1)
        return ()

    def _name(self, ranks: Iterable[int]) -> list[str]:
        digest, bits = self._work.digest, self._bits
        return [f"{name_cell(digest, rank // 2, bits)}{'' if rank % 2 else '+'}" for rank in ranks]
