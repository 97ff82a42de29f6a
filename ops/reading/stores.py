"""Records in either way of storing them, as one store."""

import heapq
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from ops.reading.spending import Spend
from ops.reading.store import Question, Record, RecordStore


@dataclass(frozen=True, slots=True)
class JoinedStores:
    """Several stores, each of which has records that the others do not have."""

    stores: Sequence[RecordStore]

    def read(self, question: Question, spend: Spend) -> Iterator[Record]:
        """Yield the records of all stores that `question` asks for, in its order, as they are found."""
        direction = -1 if question.newest_first else 1
        merged = heapq.merge(
            *(store.read(question, spend) for store in self.stores),
            key=lambda record: (direction * record.timestamp, record.position.partition),
        )
        yield from islice(merged, question.limit)

    def complete(self, records: Sequence[Record], spend: Spend) -> list[Record]:
        """Return some records as a whole, in their order; one that is gone meanwhile is left out."""
        for store in self.stores:  # each leaves those alone that are whole
            records = store.complete(records, spend)
        return list(records)

    def find(self, log_id: str) -> Record | None:
        """Return a whole record by its id, or None: all stores are asked at once."""
        with ThreadPoolExecutor(len(self.stores)) as pool:
            answers = list(pool.map(lambda store: store.find(log_id), self.stores))
        return next((record for record in answers if record is not None), None)

    def check(self) -> None:
        """Raise `CommandError` if something that was met in a store cannot be read; all others were read."""
        for store in self.stores:
            store.check()
