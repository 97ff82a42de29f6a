"""Pack records as the function does, to know what their packs take."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from log_processor.packs.cells import CellPacker, PackCell
from log_processor.packs.pack_items import PackEncoder
from log_processor.record import LogRecord


def pack_records(records: Iterable[LogRecord], encoder: PackEncoder) -> Iterator[bytes]:
    """Yield the PutRequests of the packs of an object's records, which are in the order of their offsets."""
    for number, cell in groupby(records, lambda record: record.offset >> encoder.grid_bits):
        packer = CellPacker(PackCell(number, is_overlap=False), encoder)
        for record in cell:
            yield from packer.add(record, 0)
        yield from packer.finish()
