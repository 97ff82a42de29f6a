"""Keep the items of a secondary index by partition and in order, so that a query need not walk the table."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import SecondaryIndex, Table

Order = tuple[Any, ...]
"""What the entries of a partition are ordered by: the index's sort key, if it has one, then the table's own keys."""
PrimaryKey = tuple[Any, ...]
Entry = tuple[Order, Item]
ScanPosition = tuple[Any, Order]
"""Where an item stands in a scan: its partition's value, and its place in that."""


@dataclass(frozen=True, slots=True)
class KeyNames:
    """The attributes that make the key of an index, or of the table itself, and then tell equal keys apart."""

    partition: str
    order: tuple[str, ...]
    required: tuple[str, ...]
    types: Mapping[str, str]
    has_sort_key: bool

    @classmethod
    def of_table(cls, table: Table) -> "KeyNames":
        """Return those of the table's own key."""
        order = (table.range_key_attr,) if table.range_key_attr else ()
        return cls(table.hash_key_attr, order, (table.hash_key_attr, *order), _read_types(table), bool(order))

    @classmethod
    def of_index(cls, table: Table, index: SecondaryIndex) -> "KeyNames | None":
        """Return those of an index; None if its key has more attributes than one for each part."""
        hashes, ranges = (
            [key["AttributeName"] for key in index.schema if key["KeyType"] == kind] for kind in ("HASH", "RANGE")
        )
        if len(hashes) != 1 or len(ranges) > 1:
            return None
        own = tuple(name for name in (table.hash_key_attr, table.range_key_attr) if name)
        behind = own if ranges else own[::-1]  # moto orders by the table's sort key where the index has none
        return cls(hashes[0], (*ranges, *behind), (*hashes, *ranges, *own), _read_types(table), bool(ranges))

    def read_order(self, attributes: Mapping[str, Any]) -> Order | None:
        """Return the place of an item, or of a start key, in its partition; None if it has not all attributes of it."""
        if any(name not in attributes for name in self.required):
            return None
        typed = [_cast(attributes[name]) for name in self.order]
        if any(kind != self.types.get(name) for (kind, _), name in zip(typed, self.order, strict=True)):
            return None
        return tuple(value for _, value in typed)

    def read_position(self, attributes: Mapping[str, Any]) -> ScanPosition | None:
        """Return the place of an item, or of a start key, in a scan; None if it has not all attributes of it."""
        order = self.read_order(attributes)
        return None if order is None else (_cast(attributes[self.partition]), order)


def _read_types(table: Table) -> dict[str, str]:
    return {one["AttributeName"]: one["AttributeType"] for one in table.attr}


@dataclass(slots=True)
class _Partition:
    """The items of one value of the partition key, by their primary key; `ordered` is empty until somebody asks."""

    items: dict[PrimaryKey, Entry] = field(default_factory=dict)
    ordered: list[Entry] | None = None


class IndexEntries:
    """The entries of one index: the items that have all attributes of its key."""

    def __init__(self, names: KeyNames) -> None:
        self.names = names
        self._partitions: dict[Any, _Partition] = {}
        self._places: dict[PrimaryKey, Any] = {}
        self._scanned: list[tuple[ScanPosition, Item]] | None = None

    def put(self, primary: PrimaryKey, item: Item | None) -> None:
        """Put an item into its place, and remove its old entry; None if the table has it no more."""
        self._scanned = None
        if primary in self._places:
            partition = self._partitions[self._places.pop(primary)]
            del partition.items[primary]
            partition.ordered = None
        attributes = None if item is None else read_attributes(item)
        order = None if attributes is None else self.names.read_order(attributes)
        if item is None or attributes is None or order is None:
            return
        value = _cast(attributes[self.names.partition])
        partition = self._partitions.setdefault(value, _Partition())
        partition.items[primary] = (order, item)
        partition.ordered = None
        self._places[primary] = value

    def list_after(self, start: ScanPosition | None) -> list[Item]:
        """Return the items of all partitions in their order, or those behind `start`; sorted once until one changes."""
        if self._scanned is None:
            items = self._partitions.items()
            placed = [((value, order), item) for value, below in items for order, item in below.items.values()]
            self._scanned = sorted(placed, key=_get_position)
        first = 0 if start is None else bisect_right(self._scanned, start, key=_get_position)
        return [item for _, item in self._scanned[first:]]

    def list_partition(self, value: DynamoType) -> list[Entry]:
        """Return the entries of a partition in their order."""
        partition = self._partitions.get((value.type, value.cast_value))
        if partition is None:
            return []
        if partition.ordered is None:
            partition.ordered = sort_entries(partition.items.values())
        return partition.ordered


def sort_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries in their order."""
    return sorted(entries, key=_get_order)


def _get_order(indexed: Entry) -> Order:
    return indexed[0]


def _get_position(placed: tuple[ScanPosition, Item]) -> ScanPosition:
    return placed[0]


def read_attributes(item: Item) -> Mapping[str, Any]:
    """Return the attributes of an item, for reading alone: in DynamoDB's JSON, or in moto's types."""
    plain = getattr(item, "get_plain_attributes", lambda: None)()
    return item.attrs if plain is None else plain


def _cast(value: Any) -> tuple[str, Any]:
    """Return the type of an attribute and its value, so that equal numbers are equal however they are written."""
    if isinstance(value, DynamoType):
        return value.type, value.cast_value
    ((kind, content),) = value.items()
    return kind, Decimal(content) if kind == "N" else content


def find_bounds(entries: Sequence[Entry], comparison: str | None, values: Sequence[Any]) -> tuple[int, int]:
    """Return where the entries begin and stop whose sort key is as the condition says; all of them without one."""
    if comparison is None:
        return 0, len(entries)
    begin = bisect_left(entries, values[0], key=_get_sort_value)
    after = bisect_right(entries, values[-1], key=_get_sort_value)
    if comparison == "BEGINS_WITH":
        return begin, bisect_left(entries, True, begin, key=lambda indexed: not indexed[0][0].startswith(values[0]))
    bounds = {"<": (0, begin), "<=": (0, after), ">": (after, len(entries)), ">=": (begin, len(entries))}
    return bounds.get(comparison, (begin, after))  # equal, or between two


def _get_sort_value(indexed: Entry) -> Any:
    return indexed[0][0]


def skip_to(entries: Sequence[Entry], start: Order, *, forward: bool) -> int:
    """Return where the entries after a start key begin, or, backward, where those before it stop."""
    cut = bisect_right if forward else bisect_left
    return cut(entries, start, key=_get_order)


def walk(entries: Sequence[Entry], first: int, stop: int, *, forward: bool) -> Iterator[Item]:
    """Yield the items between two places, in one direction or the other."""
    for number in range(first, stop) if forward else range(stop - 1, first - 1, -1):
        yield entries[number][1]
