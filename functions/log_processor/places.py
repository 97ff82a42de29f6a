"""Follow the records of a range that replaces something: at each of their places an earlier item may stand."""

from collections import deque
from collections.abc import Iterable, Iterator

from log_processor.earlier_elements import EarlierElement
from log_processor.errors import DAMAGES
from log_processor.packs.cell_places import CellPlaces
from log_processor.packs.cells import PackCell
from log_processor.reading.range_border import RangeBorder
from log_processor.reading.records import ReadRecord
from log_processor.record import RawRecord, build_log_id
from log_processor.storing.batches import BATCH_PLACES, Batch, Checkpoint, Portion
from log_processor.work.plan import GRID_BITS
from log_processor.work.ranges import ObjectRange


class Places:
    """The places of a range, as log ids, with the timestamps of the items that stay there.

    - Of records: each line, since another parser may have begun a record with it. If the `border` is shared, the lines
      before the first record of a range belong to the range before. `line_starts` gets where lines begin before the
      records there are read.
    - Of elements of JSON documents: what `elements` lists, with their offsets, because this reader does not find them.
    - Of packs: each cell. If the range is packed itself, its portions list them, because they know what stays.
    """

    def __init__(
        self, work: ObjectRange, line_starts: deque[int], border: RangeBorder, elements: Iterator[EarlierElement]
    ) -> None:
        self._work, self._line_starts, self._border = work, line_starts, border
        self._elements = elements
        self._element: EarlierElement | None = None
        self._grid_bits = (work.plan.grid_bits if work.plan else 0) or GRID_BITS
        self.cells = CellPlaces(work, self._grid_bits, border) if work.replaces_packs else None
        self._own_cells = None if work.is_packed else self.cells
        self._position = work.start
        self._first = None if border.is_shared and not work.aligned else work.start
        """The first byte whose line is of the range; None as long as that is not known."""
        self._pending: dict[str, tuple[int, ...]] = {}

    def follow(self, records: Iterable[ReadRecord]) -> Iterator[ReadRecord]:
        """Yield the records, and note the places of each, and those that are left at the end or before damage."""
        work = self._work
        self._element = next(self._elements, None)
        try:
            for raw, record in records:
                if self._own_cells is not None:  # up to its end, where the rest of the range may begin
                    cell = PackCell(raw.next_offset >> self._grid_bits, is_overlap=True)
                    self._note(self._own_cells.list_before(cell))
                if work.replaces_records:
                    self._note_lines(raw, () if record is None or work.is_packed else (record.timestamp_ms,))
                self._position = raw.next_offset
                yield raw, record
        except DAMAGES:
            self._note_rest()
            raise
        self._note_rest()

    def _note_rest(self) -> None:
        """Note the places that are left of the range."""
        if self._own_cells is not None:
            self._note(self._own_cells.list_rest(self._position))
        beyond = max(self._position, self._border.next_start) if self._border.is_shared else 0
        self._note_lines_before(None if self._work.end is None else max(beyond, self._work.end))
        self._note_elements_before(None)

    def _note_lines(self, raw: RawRecord, stored: tuple[int, ...]) -> None:
        """Note the lines up to the end of a record, which is stored with the timestamp in `stored`, if at all."""
        if self._first is None:
            self._first = raw.offset
        self._note_lines_before(raw.next_offset)
        self._note_elements_before(raw.next_offset)
        self._pending[build_log_id(self._work.digest, raw.offset, raw.number)] = stored

    def _note_lines_before(self, stop: int | None) -> None:
        """Note the lines of the range that begin before `stop`, or all."""
        starts = self._line_starts
        while self._first is not None and starts and (stop is None or starts[0] < stop):
            start = starts.popleft()
            if start >= self._first:
                self._note([build_log_id(self._work.digest, start)])

    def _note_elements_before(self, stop: int | None) -> None:
        """Note the elements that begin before `stop`, or all."""
        while self._element is not None and (stop is None or self._element.offset < stop):
            self._note([self._element.log_id])
            self._element = next(self._elements, None)

    def _note(self, log_ids: Iterable[str]) -> None:
        self._pending |= dict.fromkeys(log_ids, ())

    def attach(self, portions: Iterable[Portion]) -> Iterator[Portion]:
        """Yield the portions, and with each what is to be removed at the places of its records."""
        committed = Checkpoint(self._work.start)
        for portion in portions:
            places, self._pending = list(self._pending.items()), {}
            while len(places) > BATCH_PLACES:
                yield Portion(Batch(places=dict(places[:BATCH_PLACES])), committed)
                del places[:BATCH_PLACES]
            portion.batch.places |= places
            yield portion
            committed = portion.checkpoint
