"""Report the metrics of DynamoDB's tables and indexes, by the names that AWS documents, of what happened here.

Source: Amazon DynamoDB Developer Guide, DynamoDB metrics and dimensions; Provisioned throughput considerations for
global secondary indexes.
"""

import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from moto.dynamodb.models.table import SecondaryIndex, Table

from emulator.aws.edge import Application, Environ, Middleware, read_body
from emulator.aws.index_entries import KeyNames
from emulator.aws.item_sizes import count_item_bytes
from emulator.aws.metrics import Clock, MetricStore
from emulator.aws.table_uses import Attributes, TableWrite

DYNAMODB = "AWS/DynamoDB"
READ, WRITTEN = "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"
WRITE_UNIT_BYTES = 1024
MAX_WAITING = 10_000
"""How many writes wait until their units are counted, which is too slow for a function that writes at full speed."""
THROTTLED = frozenset({"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"})
READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
NOTHING_LEFT = b'{"UnprocessedItems":{}}'
SERVER_ERROR = 500


class TableMetrics:
    """The metrics of all tables, which are added to `store` by `report`: a value is what was used since the last time.

    A Scan consumes nothing here, and a transaction as much as its writes without one.
    """

    def __init__(self, store: MetricStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._writes: deque[TableWrite] = deque()
        self._lock = threading.Lock()
        self._units: Counter[tuple[str, str, str | None]] = Counter()

    def note_write(self, write: TableWrite) -> None:
        """Note that an item was put, changed or deleted."""
        self._writes.append(write)
        if len(self._writes) > MAX_WAITING:
            self._count_writes()

    def note_read(self, table: str, index: str | None, units: float) -> None:
        """Note that so many read units of a table, or of one of its indexes, were consumed."""
        with self._lock:
            self._units[READ, table, index] += units  # type: ignore[assignment]  # half units

    def report(self) -> None:
        """Report what was consumed since the last time; AWS does each minute."""
        self._count_writes()
        with self._lock:
            units, self._units = self._units, Counter()
        for (name, table, index), value in units.items():
            self._add(name, describe_table(table, index), value)

    def _count_writes(self) -> None:
        with self._lock:
            costs: dict[Table, list[IndexCost]] = {}
            while self._writes:
                write = self._writes.popleft()
                table = write.table
                if table not in costs:
                    costs[table] = list_index_costs(table)
                self._units[WRITTEN, table.name, None] += count_table_units(write)
                for index in costs[table]:
                    if units := index.count_units(write):
                        self._units[WRITTEN, table.name, index.name] += units

    def _add(self, name: str, dimensions: Mapping[str, str], value: float) -> None:
        self._store.add(DYNAMODB, name, dimensions, value, self._clock.now())

    def build_middleware(self) -> Middleware:
        """Return the middleware that counts the requests that a table throttles, or fails on, whoever makes it."""

        def wrap_application(application: Application) -> Application:
            def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
                target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
                if not target.startswith("DynamoDB_"):
                    return application(environ, start_response)
                statuses: list[str] = []

                def start(status: str, *others: Any) -> Any:
                    statuses.append(status)
                    return start_response(status, *others)

                request = _read_request(environ)
                return self._watch(application(environ, start), statuses, target.partition(".")[2], request)

            return answer

        return wrap_application

    def _watch(self, body: Iterable[bytes], statuses: list[str], operation: str, request: bytes) -> Iterator[bytes]:
        """Yield the answer as it comes, and count it before its last piece."""
        pieces: list[bytes] = []
        for piece in body:
            yield from pieces[-1:]
            pieces.append(piece)
        answer = b"".join(pieces)
        if statuses and (answer != NOTHING_LEFT) and (statuses[-1][:3] != "200" or b'"UnprocessedItems"' in answer):
            self._count_failure(int(statuses[-1][:3]), operation, _parse(request), _parse(answer))
        yield from pieces[-1:]

    def _count_failure(self, status: int, operation: str, request: Any, answer: Any) -> None:
        code = str(answer.get("__type", "")).rpartition("#")[2]
        events = "ReadThrottleEvents" if operation in READS else "WriteThrottleEvents"
        left = answer.get("UnprocessedItems", {})
        for table, asked in _count_asked(request).items():
            throttled = asked if code in THROTTLED else len(left.get(table, ()))
            if throttled:
                self._add(events, {"TableName": table}, throttled)
            if throttled == asked:
                self._add("ThrottledRequests", {"TableName": table, "Operation": operation}, 1)
            if status >= SERVER_ERROR:
                self._add("SystemErrors", {"TableName": table, "Operation": operation}, 1)


def _read_request(environ: Environ) -> bytes:
    try:
        return read_body(environ)
    except ValueError as error:  # the child that sent it was killed
        raise ConnectionResetError from error


def _parse(body: bytes) -> Any:
    try:
        parsed = orjson.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _count_asked(request: Any) -> dict[str, int]:
    """Return by table how many items a request names."""
    if "TableName" in request:
        return {request["TableName"]: 1}
    items: Mapping[str, Any] = request.get("RequestItems", {})
    return {table: len(asked["Keys"] if isinstance(asked, dict) else asked) for table, asked in items.items()}


def describe_table(table: str, index: str | None = None) -> dict[str, str]:
    """Return the dimensions of the metrics of a table without its indexes, or of one of them."""
    return {"TableName": table} if index is None else {"TableName": table, "GlobalSecondaryIndexName": index}


@dataclass(frozen=True, slots=True)
class IndexCost:
    """What decides which units a write consumes of an index: its key, and what it holds; None if it holds all."""

    name: str
    required: tuple[str, ...]
    held: frozenset[str] | None

    def count_units(self, write: TableWrite) -> int:
        """Return the units of the change of an entry: of both if its key changes, none if nothing of it does."""
        before, after = self._project(write.before), self._project(write.after)
        if before == after:
            return 0
        units = _count_units(before), _count_units(after)
        is_moved = before and after and any(before[name] != after[name] for name in self.required)
        return sum(units) if is_moved else max(units)

    def _project(self, item: Attributes | None) -> Attributes | None:
        """Return the entry that the index has of an item; None if that lacks an attribute of its key."""
        if item is None or any(name not in item for name in self.required):
            return None
        held = self.held
        return item if held is None else {name: value for name, value in item.items() if name in held}


def list_index_costs(table: Table) -> list[IndexCost]:
    """Return what each index of a table costs."""
    named = [(index, KeyNames.of_index(table, index)) for index in table.global_indexes]
    return [
        IndexCost(index.name, names.required, _list_held(index, names)) for index, names in named if names is not None
    ]


def _list_held(index: SecondaryIndex, names: KeyNames) -> frozenset[str] | None:
    projection = index.projection or {}
    if projection.get("ProjectionType") not in {"KEYS_ONLY", "INCLUDE"}:
        return None
    return frozenset({*names.required, *projection.get("NonKeyAttributes", ())})


def count_table_units(write: TableWrite) -> int:
    """Return the units that a write consumes of the table: of the larger item of before and after."""
    return max(1, _count_units(write.before), _count_units(write.after))


def _count_units(item: Attributes | None) -> int:
    return 0 if item is None else -(-count_item_bytes(item) // WRITE_UNIT_BYTES)
