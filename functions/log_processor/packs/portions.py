"""Gather packs into batches for BatchWriteItem; the checkpoint of a range moves by whole cells."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from log_processor.errors import DAMAGES, AccessDeniedError, PermanentError, PipelineError
from log_processor.packs.cell_places import CellPlaces
from log_processor.packs.cells import CellPacker, PackCell, find_cell
from log_processor.packs.pack_items import PackEncoder
from log_processor.reading.records import GetState
from log_processor.record import LogRecord, RawRecord
from log_processor.state import InDocument
from log_processor.storing.batches import BATCH_BYTES, BATCH_ITEMS, BATCH_PLACES, Batch, Checkpoint, Portion, Reject
from log_processor.storing.record_counts import RecordCounter


class PackPortions:
    """The packs of a range that begins at the byte `start`, in batches with the checkpoint after each.

    A checkpoint is where the first record behind a cell begins: what resumes there makes the same packs, and another
    parser, for which other records overlap, meets none of a cell that is stored. So all batches of a cell but the last
    have the checkpoint before it. `get_state`, `count_skipped` and `counter` are as for `make_portions`. If there are
    `places`, packs of earlier attempts that are not written again are removed with those of their cell.
    """

    def __init__(
        self,
        encoder: PackEncoder,
        start: int,
        get_state: GetState,
        count_skipped: Callable[[int | None], int],
        counter: RecordCounter,
        places: CellPlaces | None = None,
    ) -> None:
        self._encoder = encoder
        self._get_state, self._count_skipped, self._counter = get_state, count_skipped, counter
        self._places = places
        self._committed = Checkpoint(start)
        self._position, self._state = start, get_state(None)
        self._read = self._filtered = self._rejected = 0
        self._cell: PackCell | None = None
        self._packer: CellPacker | None = None
        self._batch = Batch()
        self._rejects: list[Reject] = []

    def make(self, records: Iterable[tuple[RawRecord, LogRecord | None]]) -> Iterator[Portion]:
        """Yield the portions of `records`; a record that is None counts as filtered.

        If reading raises an error, the last portion has it. The records of the last cell are stored then only if the
        object can be read no further, so that another attempt would store the same; otherwise the cell is read again.
        If the object is gone, packs of the whole cell that an earlier attempt stored stay as they are.
        """
        error: PipelineError | None = None
        try:
            for raw, record in records:
                cell = find_cell(raw, self._encoder.grid_bits, self._cell)
                if cell != self._cell:
                    places = self._places.list_before(cell) if self._places else []
                    yield from self._end_cell(raw, cell, places)
                    self._cell = cell
                if packs := self._add(cell, raw, record):
                    yield from self._batch_packs(packs)
        except PipelineError as raised:
            error = raised
        is_damage = isinstance(error, DAMAGES)
        if error is None or is_damage:
            places = self._places.list_rest(self._position) if self._places else []
            yield from self._finish_cell(self._position if is_damage else None, places)
        elif self._places is None and isinstance(error, PermanentError) and not isinstance(error, AccessDeniedError):
            for portion in self._finish_cell(self._position, []):
                portion.batch.keeps_stored = True
                yield portion
        yield Portion(Batch(), self._committed, error)

    def _end_cell(self, raw: RawRecord, cell: PackCell, places: Sequence[str]) -> Iterator[Portion]:
        """End the cell before that of `raw`; what was stored reaches up to there, whatever lies between the two.

        Otherwise another parser might find a record between them, and its pack would replace that of the cell. Within a
        document, nothing lies between that could be a record, and a reader goes on behind the last element.
        """
        if self._cell is None:
            yield from self._finish_cell(self._position, places)
        elif cell.number == self._cell.number:
            yield from self._finish_overlap(places)
        else:
            self._position = self._position if isinstance(self._state, InDocument) else raw.offset
            yield from self._finish_cell(self._position, places)

    def _add(self, cell: PackCell, raw: RawRecord, record: LogRecord | None) -> Sequence[bytes]:
        """Count a record and add it to its cell; return the packs that are full."""
        packs: Sequence[bytes] = ()
        if record is None:
            self._filtered += 1
        else:
            if record.parse_error is not None:
                self._rejected += 1
                self._rejects.append(Reject(record.log_id, record.timestamp_ms, raw, record.parse_error))
            if self._packer is None:
                self._packer = CellPacker(cell, self._encoder)
            packs = self._packer.add(record, raw.number)
            self._counter.add(record)
        self._read += 1
        self._position, self._state = raw.next_offset, self._get_state(raw)
        return packs

    def _batch_packs(self, packs: Iterable[bytes]) -> Iterator[Portion]:
        """Add packs to the batch; yield it with the last checkpoint before one for which it has no room."""
        for put in packs:
            batch = self._batch
            if batch.puts and (len(batch.puts) == BATCH_ITEMS or batch.size_bytes + len(put) > BATCH_BYTES):
                self._batch = Batch()
                yield Portion(batch, self._committed)
            self._batch.puts.append(put)
            self._batch.size_bytes += len(put)

    def _finish_cell(self, stop: int | None, places: Sequence[str]) -> Iterator[Portion]:
        """Move the checkpoint behind the cell, and yield the batch that ends it; `stop` is None at the stream's end.

        What stands at `places` is removed, but for the packs of the cell.
        """
        yield from self._finish_packs(places[BATCH_PLACES:])
        self._committed = self._make_checkpoint(stop)
        batch, self._batch = self._batch, Batch()
        batch.rejects, self._rejects = self._rejects, []
        batch.places = self._keep(places[:BATCH_PLACES])
        self._packer = None
        if not batch.is_empty:
            yield Portion(batch, self._committed)

    def _finish_overlap(self, places: Sequence[str]) -> Iterator[Portion]:
        """Yield what ends the records that overlap into a cell; the checkpoint moves with the others of the cell."""
        yield from self._finish_packs(places)
        self._packer = None

    def _finish_packs(self, places: Sequence[str]) -> Iterator[Portion]:
        """Batch the packs that are left, and yield portions that remove what else stands at `places`."""
        if self._packer is not None:
            yield from self._batch_packs(self._packer.finish())
        for first in range(0, len(places), BATCH_PLACES):
            yield Portion(Batch(places=self._keep(places[first : first + BATCH_PLACES])), self._committed)

    def _keep(self, places: Sequence[str]) -> dict[str, Collection[int]]:
        """Return the places, with the timestamps of the packs of the cell that ends."""
        return {log_id: self._packer.stored.get(log_id, ()) if self._packer else () for log_id in places}

    def _make_checkpoint(self, stop: int | None) -> Checkpoint:
        stored = self._read - self._filtered - self._rejected
        return Checkpoint(
            self._position,
            self._read,
            stored,
            self._filtered,
            self._rejected,
            self._state,
            self._count_skipped(stop),
            self._counter.count(),
        )
