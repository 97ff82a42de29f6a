"""Compare the records that objects have, as they are read again, with those that the log table holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from log_processor.errors import PipelineError
from log_processor.record import LogRecord
from log_processor.storing.ledger_row import LedgerItem

from ops.accounts import read_ledger_rows
from ops.auditing.discrepancy import Discrepancy, Wrong
from ops.auditing.judging import JudgedVersion
from ops.auditing.key_sums import BloomFilter, KeySum
from ops.auditing.rereading import VersionReader
from ops.auditing.table_keys import MAX_NAMED, RecordKey, TableKeys
from ops.errors import CommandError
from ops.reading.batch_get import MAX_KEYS, get_items, make_key
from ops.reading.grouping import group
from ops.reading.listed_versions import ListedVersion
from ops.reading.version_names import name_versions

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_STRANGERS = 10_000
"""Of how many object versions that were not audited the records are looked up in the ledger."""


@dataclass(slots=True)
class ComparedKeys:
    """The records that an object version has, and those that are stored of it; `expected` is None if nobody knows.

    `unexpected` has ids of some that are stored and that the object does not have.
    """

    listed: ListedVersion
    expected: KeySum | None
    stored: KeySum = field(default_factory=KeySum)
    unexpected: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Stranger:
    """Records of a version that was not audited: how many, one of them, and the item that holds that."""

    record: RecordKey
    item: RecordKey
    count: int = 0


@dataclass(slots=True)
class TableComparison:
    """The comparison of a window with the table: `add` each version, then `finish` reads the table once.

    A version takes a few hundred bytes of memory, however many records it has, and all of them take 16 MiB. Of versions
    that were not added, those are looked up whose objects' names begin with `uri`.
    """

    dynamodb: "DynamoDBClient"
    ledger: str
    keys: TableKeys
    reader: VersionReader
    uri: str = ""
    compared: int = 0
    records: int = 0
    skipped_versions: int = 0
    _versions: dict[str, ComparedKeys] = field(default_factory=dict)
    _strangers: dict[str, Stranger] = field(default_factory=dict)
    _expected: BloomFilter = field(default_factory=BloomFilter)

    def add(self, judged: JudgedVersion, *, compare: bool) -> Iterator[Discrepancy]:
        """Note a version; to `compare` it, read its records again, and yield what is wrong with their counts."""
        listed = judged.listed
        for digest in name_versions(listed.uri, judged.rows) or [listed.work.digest]:
            self._versions[digest] = ComparedKeys(listed, KeySum() if compare else None)
        if not compare or judged.account is None:
            return
        read = left_out = 0
        try:
            for record in self.reader.read(listed, judged.rows):
                read += 1
                if record is None:
                    left_out += 1
                else:
                    self._expect(record)
        except (CommandError, PipelineError) as error:
            self._give_up(judged)
            yield Discrepancy(Wrong.UNREADABLE, listed.uri, listed.version, str(error), listed)
            return
        self.compared += 1
        self.records += read - left_out
        account = judged.account
        # a row of before counts what is forgotten as stored
        forgotten = left_out - account.filtered and self.reader.count_forgotten(listed, judged.rows)
        if read != account.read or not 0 <= left_out - account.filtered <= forgotten:
            detail = f"{read:,} records when read again, {left_out:,} of them filtered out; "
            detail += f"its rows say {account.read:,} and {account.filtered:,}"
            yield Discrepancy(Wrong.COUNTS, listed.uri, listed.version, detail, listed)

    def _expect(self, record: LogRecord) -> None:
        expected = self._versions[record.log_id.partition("-")[0]].expected
        if expected is not None:
            key = record.log_id, record.timestamp_ms
            expected.add(key)
            self._expected.add(key)

    def _give_up(self, judged: JudgedVersion) -> None:
        for digest in name_versions(judged.listed.uri, judged.rows):
            self._versions[digest].expected = None

    def finish(self) -> Iterator[Discrepancy]:
        """Read the keys of the table, and yield each version whose records are others, and those without a row."""
        for record, item in self.keys.list_all():
            digest = record[0].partition("-")[0]
            compared = self._versions.get(digest)
            if compared is not None:
                compared.stored.add(record)
                if len(compared.unexpected) < MAX_NAMED and not self._expected.may_have(record):
                    compared.unexpected.append(record[0])
            elif digest in self._strangers or len(self._strangers) < MAX_STRANGERS:
                self._strangers.setdefault(digest, Stranger(record, item)).count += 1
            else:
                self.skipped_versions += 1
        for compared in self._versions.values():
            if compared.expected is not None and compared.expected != compared.stored:
                yield from self._try_to_explain(compared)
        yield from self._look_up_strangers()

    def _try_to_explain(self, compared: ComparedKeys) -> Iterator[Discrepancy]:
        listed = compared.listed
        try:
            yield from self._explain(compared)
        except (CommandError, PipelineError) as error:
            yield Discrepancy(Wrong.UNREADABLE, listed.uri, listed.version, str(error), listed)

    def _explain(self, compared: ComparedKeys) -> Iterator[Discrepancy]:
        """Yield what is missing of a version, and how many records are too many; its object is read once more."""
        listed, expected = compared.listed, compared.expected or KeySum()
        items = [one for one in read_ledger_rows(self.dynamodb, self.ledger, listed.uri) if _is_of(one, listed)]
        missing, count = list[str](), 0
        self.keys.repeated.clear()
        for digest_keys in group(self._list_keys(compared, items), MAX_KEYS):
            lacking = self.keys.find_missing(digest_keys, packed=True)
            count += len(lacking)
            missing += [log_id for log_id, _ in lacking[: MAX_NAMED - len(missing)]]
        if count:
            detail = f"{count:,} of {expected.count:,}, such as {', '.join(missing)}"
            yield Discrepancy(Wrong.MISSING, listed.uri, listed.version, detail, listed)
        if (extra := compared.stored.count - (expected.count - count)) > 0:
            named = [*compared.unexpected, *self.keys.repeated][:MAX_NAMED]
            such = f", such as {', '.join(named)}" if named else ""
            detail = f"{extra:,} beside the {expected.count:,} that the object has{such}"
            yield Discrepancy(Wrong.EXTRA, listed.uri, listed.version, detail, listed)

    def _list_keys(self, compared: ComparedKeys, items: list[LedgerItem]) -> Iterator[RecordKey]:
        """Yield the keys of the records that are compared: of a version, or of one member of a zip."""
        for record in self.reader.read(compared.listed, items):
            if record is not None and self._versions.get(record.log_id.partition("-")[0]) is compared:
                yield record.log_id, record.timestamp_ms

    def _look_up_strangers(self) -> Iterator[Discrepancy]:
        """Yield the versions of which there are records, and no row in the ledger."""
        for strangers in group(self._strangers.items(), MAX_KEYS):
            keys = [make_key(*one.item) for _, one in strangers]
            items = get_items(self.dynamodb, self.keys.table, keys, self.keys.spend)
            names = {item["log_id"]["S"].partition("-")[0]: item for item in items}
            for digest, stranger in strangers:
                item = names.get(digest)
                if item is None:
                    continue  # it has expired meanwhile
                uri = item["source_file"]["S"]
                if uri.startswith(self.uri) and digest not in name_versions(
                    uri, read_ledger_rows(self.dynamodb, self.ledger, uri)
                ):
                    detail = f"{stranger.count:,} records, such as {stranger.record[0]}"
                    yield Discrepancy(Wrong.UNKNOWN, uri, item.get("object_version", {}).get("S", ""), detail)


def _is_of(item: LedgerItem, listed: ListedVersion) -> bool:
    return item.get("version", {}).get("S") == listed.version
