"""Find out of which object versions records are: their ids begin with a digest, and the ledger names the versions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from log_processor.work.members import Member
from log_processor.work.ranges import NO_VERSION, ObjectRange

from ops.reading.plain import count_read_bytes
from ops.reading.row_ranges import make_version, split_uri
from ops.reading.spending import Spend

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

WORKERS = 16
PAGE_ROWS = 25
"""How many rows of an object are read at once; those of further ranges of the same version are skipped."""
AFTER_NONE, AFTER_VERSION = " ", "$"
"""What stands in the order of the sort keys before all versions, and behind `<version>#`."""
VERSION = "object_version"
Attributes = dict[str, Any]


@dataclass(slots=True)
class VersionNames:
    """The names of object versions by their digests: the ledger is asked once for each digest, many at once.

    If it does not know one, the bucket is asked, for which `s3` is needed.
    """

    dynamodb: "DynamoDBClient"
    ledger: str
    s3: "S3Client | None" = None
    _names: dict[str, str] = field(default_factory=dict)

    def add(self, records: Sequence[Attributes], spend: Spend) -> None:
        """Add to each record the name of its object version, if it has none and that is known."""
        lacking = [record for record in records if VERSION not in record]
        asked = {digest: record for record in lacking if (digest := get_digest(record)) not in self._names}
        if asked:
            with ThreadPoolExecutor(min(WORKERS, len(asked))) as pool:
                list(pool.map(lambda digest: self._ask(digest, asked[digest], spend), asked))
        for record in lacking:
            if name := self._names[get_digest(record)]:
                record[VERSION] = name

    def find(self, record: Mapping[str, Any], spend: Spend) -> str:
        """Return the name of the object version of a record; it is empty if nobody knows it."""
        whole = dict(record)
        self.add([whole], spend)
        return str(whole.get(VERSION, ""))

    def _ask(self, digest: str, record: Mapping[str, Any], spend: Spend) -> None:
        uri = str(record["source_file"])
        self._names |= name_versions(uri, self._list_rows(uri, spend, has_members="member" in record))
        if self.s3 is not None and digest not in self._names:
            self._names |= {work.digest: work.version for work in _list_stored(self.s3, uri)}
        self._names.setdefault(digest, "")

    def _list_rows(self, uri: str, spend: Spend, *, has_members: bool) -> Iterator[Mapping[str, Any]]:
        """Yield rows of the ledger: of each version of an object at least one, and of each member of a zip."""
        after: str | None = AFTER_NONE
        while after is not None:
            answer: Any = self.dynamodb.query(
                TableName=self.ledger,
                KeyConditionExpression="#object = :object AND #range > :after",
                ProjectionExpression="#range, #version, #member, member_name",
                ExpressionAttributeNames={
                    "#object": "object",
                    "#range": "range",
                    "#version": "version",
                    "#member": "member",
                },
                ExpressionAttributeValues={":object": {"S": uri}, ":after": {"S": after}},
                Limit=PAGE_ROWS,
                ReturnConsumedCapacity="TOTAL",
            )
            spend(count_read_bytes(answer))
            yield from answer["Items"]
            after = _find_next(answer, has_members=has_members)


def _find_next(answer: Mapping[str, Any], *, has_members: bool) -> str | None:
    """Return behind which sort key to go on; None if the answer was the last one."""
    if "LastEvaluatedKey" not in answer:
        return None
    last = str(answer["LastEvaluatedKey"]["range"]["S"])
    version = answer["Items"][-1].get("version", {}).get("S")
    return last if has_members or version is None else f"{version}{AFTER_VERSION}"


def _list_stored(s3: "S3Client", uri: str) -> Iterator[ObjectRange]:
    """Yield the versions of an object that lie in its bucket."""
    bucket, key = split_uri(uri)
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
        for one in page.get("Versions", ()):
            if one["Key"] == key and one["VersionId"] != NO_VERSION:
                yield ObjectRange(bucket, key, one["VersionId"], None)


def name_versions(uri: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the versions of which the ledger has these rows by the digest of each, and of each member of a zip."""
    names: dict[str, str] = {}
    for row in rows:
        if "version" not in row:
            continue
        version = row["version"]["S"]
        work = make_version(*split_uri(uri), version)
        if "member" in row:
            member = Member(int(row["member"]["N"]), row["member_name"]["S"], 0, 0, 0, 0, 0)
            work = replace(work, member=member)
        names[work.digest] = version
    return names


def get_digest(record: Mapping[str, Any]) -> str:
    """Return what names the object version of a record, or the member of a zip that it is of."""
    return str(record["log_id"]).partition("-")[0]
