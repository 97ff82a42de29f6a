"""Find the records of a person in the log table: in items and in packs, whatever index has them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from log_processor.packs.unpacking import UnreadablePackError, read_records

from ops.forgetting.person import Person
from ops.reading.batch_get import ItemKey
from ops.reading.pack_store import describe_record
from ops.reading.plain import convert_item, count_read_bytes
from ops.reading.said_elsewhere import add_said
from ops.reading.spending import Spend
from ops.reading.version_names import VersionNames

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(slots=True)
class VersionRecords:
    """The person's records of an object version, or of a member of a zip: their ids by the item that holds them.

    `first` is one of them; `version` is empty if nobody knows it any more.
    """

    first: Mapping[str, Any]
    uri: str
    version: str
    items: defaultdict[ItemKey, set[str]] = field(default_factory=lambda: defaultdict(set))
    packs: set[ItemKey] = field(default_factory=set)

    @property
    def log_ids(self) -> frozenset[str]:
        """Return the ids of the records."""
        return frozenset[str]().union(*self.items.values())


@dataclass(slots=True)
class PersonRecords:
    """The person's records by the digest of their object version, and why packs could not be read."""

    versions: dict[str, VersionRecords] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def count(self) -> int:
        """Return how many records there are."""
        return sum(len(one.log_ids) for one in self.versions.values())

    def name_versions(self, names: VersionNames, spend: Spend) -> None:
        """Name the object versions whose records do not say it."""
        for one in self.versions.values():
            one.version = one.version or names.find(one.first, spend)

    def list_ids(self) -> frozenset[str]:
        """Return the ids of all records."""
        return frozenset[str]().union(*(one.log_ids for one in self.versions.values()))


def find_records(dynamodb: "DynamoDBClient", table: str, person: Person, spend: Spend) -> PersonRecords:
    """Return the person's records, after the whole table is read; a record that was cut goes with its first piece."""
    records = PersonRecords()
    pieces: list[tuple[Mapping[str, Any], ItemKey, bool]] = []
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ReturnConsumedCapacity="TOTAL"):
        spend(count_read_bytes(page))
        for item in map(convert_item, page["Items"]):
            key, is_pack = (item["log_id"], item["timestamp"]), "layout" in item
            for record in _list_records(item, records.unreadable):
                if person.owns(record):
                    _note(records, record, key, is_pack=is_pack)
                elif "continues" in record:
                    pieces.append((record, key, is_pack))
    first_pieces = records.list_ids()
    for record, key, is_pack in pieces:
        if record["continues"] in first_pieces:
            _note(records, record, key, is_pack=is_pack)
    return records


def _list_records(item: Mapping[str, Any], unreadable: list[str]) -> Iterator[Mapping[str, Any]]:
    if "layout" not in item:
        yield add_said(dict(item))
        return
    shared = {name: item[name] for name in ("source_file", "source", "object_version") if name in item}
    try:
        for record in read_records(item["log_id"], item["layout"], item["log_data"]):
            yield shared | describe_record(record)
    except UnreadablePackError as error:
        unreadable.append(str(error))


def _note(records: PersonRecords, record: Mapping[str, Any], key: ItemKey, *, is_pack: bool) -> None:
    digest = record["log_id"].partition("-")[0]
    of_version = VersionRecords(record, record["source_file"], record.get("object_version", ""))
    version = records.versions.setdefault(digest, of_version)
    version.items[key].add(record["log_id"])
    if is_pack:
        version.packs.add(key)
