"""Count the cells that an object's rest packs again after its first attempt ended in the middle."""

from collections.abc import Sequence
from itertools import pairwise

import orjson
from log_processor.packs.pack_items import PackEncoder, PackFacts
from log_processor.packs.portions import PackPortions
from log_processor.reading.records import ReadRecord
from log_processor.storing.batches import Portion
from log_processor.storing.record_counts import RecordCounter
from log_processor.work.plan import GRID_BITS

from benchmarks.packs import DIGEST, FACTS, read_raw_lines


def count_repeated_cells(kind: str) -> int:
    """Return the most cells that are packed twice, wherever the time is up before a portion is written.

    The rest begins at the checkpoint of the last portion that was.
    """
    _, read = read_raw_lines(kind)
    portions = _pack(read, 0)
    repeated = []
    for number, (stored, unwritten) in enumerate(pairwise(portions)):
        position = stored.checkpoint.position
        rest = _pack([(raw, record) for raw, record in read if raw.offset >= position], position)
        repeated.append(len(_list_cells([*portions[: number + 1], unwritten]) & _list_cells(rest)))
    return max(repeated)


def _pack(read: Sequence[ReadRecord], start: int) -> list[Portion]:
    encoder = PackEncoder(PackFacts(FACTS, DIGEST, "0123456789ab", GRID_BITS, 1, 0))
    portions = PackPortions(encoder, start, lambda _raw: None, lambda _stop: 0, RecordCounter())
    return [portion for portion in portions.make(read) if portion.batch.puts]


def _list_cells(portions: Sequence[Portion]) -> set[str]:
    """Return the partition keys of the cells that portions have packs of."""
    puts = [put for portion in portions for put in portion.batch.puts]
    return {orjson.loads(put)["PutRequest"]["Item"]["log_id"]["S"].rstrip("+") for put in puts}
